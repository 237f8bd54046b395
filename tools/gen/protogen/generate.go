package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/bufbuild/protocompile/linker"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"

	"github.com/virtengine/virtengine/security/exec"
	"github.com/virtengine/virtengine/tools/gocommand"
)

const (
	module    = "github.com/virtengine/virtengine/"
	maxAnswer = 256 << 20 // bytes that a generator may write

	// The linked descriptors of these three name Go packages that do not exist, or that are not gogoproto's.
	gogoOptions = "plugins=grpc,Mgoogle/protobuf/any.proto=github.com/cosmos/gogoproto/types/any," +
		"Mcosmos_proto/cosmos.proto=github.com/cosmos/cosmos-proto," +
		"Mcosmos/app/v1alpha1/module.proto=cosmossdk.io/depinject/appconfig/v1alpha1"
	gatewayOptions = "logtostderr=true,allow_colon_final_segments=true"
	swaggerOptions = "logtostderr=true,allow_merge=true,merge_file_name=virtengine,fqn_for_swagger_name=true"
)

// generators are the code generators; each reads a request and writes its answer, as under protoc.
type generators struct {
	dir                    string // where the go command runs
	run                    *exec.Registry
	gogo, gateway, swagger []string // a program of run, and its arguments
}

// newGenerators registers the code generators: the given files, or the tools that go.mod pins.
func newGenerators(dir, gateway, swagger string) (generators, error) {
	g := generators{dir: dir, gogo: []string{"protogen", gogoCosmos}}
	self, err := os.Executable()
	if err != nil {
		return g, err
	}
	programs := []exec.Program{{Name: "protogen", File: self, Args: exec.Word(gogoCosmos)}}
	tools := false
	for _, p := range []struct {
		into       *[]string
		name, file string
	}{{&g.gateway, "protoc-gen-grpc-gateway", gateway}, {&g.swagger, "protoc-gen-swagger", swagger}} {
		if *p.into = []string{gocommand.Name, "tool", p.name}; p.file == "" {
			tools = true
			continue
		}
		*p.into = []string{p.name}
		file, err := filepath.Abs(p.file)
		if err != nil {
			return g, err
		}
		programs = append(programs, exec.Program{Name: p.name, File: file, Args: exec.Seq{}})
	}
	if tools {
		programs = append(programs, gocommand.Program(exec.Seq{exec.Word("tool"), exec.OneOf{"protoc-gen-grpc-gateway", "protoc-gen-swagger"}}, nil))
	}
	g.run, err = exec.NewRegistry(exec.Config{Dirs: gocommand.Dirs()}, programs...)
	return g, err
}

// generate returns every generated file of a house by its path in the repository.
func (g generators) generate(ctx context.Context, h house, files linker.Files) (map[string][]byte, error) {
	all := closure(files)
	out := map[string][]byte{}
	for _, group := range byPackage(files) {
		for _, r := range []struct {
			argv    []string
			options string
			wanted  bool
		}{{g.gogo, gogoOptions, true}, {g.gateway, gatewayOptions, h.described != ""}} {
			if !r.wanted {
				continue
			}
			answer, err := g.ask(ctx, r.argv, request(all, group, r.options))
			if err != nil {
				return nil, err
			}
			if err := collect(out, answer); err != nil {
				return nil, err
			}
		}
	}
	described, services := describe(all, files)
	if len(services) == 0 || h.described == "" {
		return out, nil
	}
	answer, err := g.ask(ctx, g.swagger, request(described, services, swaggerOptions))
	if err != nil {
		return nil, err
	}
	if len(answer) != 1 {
		return nil, fmt.Errorf("protoc-gen-swagger wrote %d files, want one", len(answer))
	}
	out[h.described] = []byte(answer[0].GetContent())
	return out, nil
}

// byPackage groups files by folder, each group in order: a generator sees one package at a time.
func byPackage(files linker.Files) [][]string {
	groups := map[string][]string{}
	for _, file := range files {
		dir := path.Dir(file.Path())
		groups[dir] = append(groups[dir], file.Path())
	}
	var dirs []string
	for dir := range groups {
		dirs = append(dirs, dir)
	}
	slices.Sort(dirs)
	ordered := make([][]string, len(dirs))
	for i, dir := range dirs {
		slices.Sort(groups[dir])
		ordered[i] = groups[dir]
	}
	return ordered
}

func request(all []*descriptorpb.FileDescriptorProto, files []string, options string) *pluginpb.CodeGeneratorRequest {
	return &pluginpb.CodeGeneratorRequest{FileToGenerate: files, ProtoFile: all, Parameter: proto.String(options)}
}

// ask runs a code generator once.
func (g generators) ask(ctx context.Context, argv []string, req *pluginpb.CodeGeneratorRequest) ([]*pluginpb.CodeGeneratorResponse_File, error) {
	raw, err := proto.MarshalOptions{Deterministic: true}.Marshal(req)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command{Program: argv[0], Args: argv[1:], Stdin: bytes.NewReader(raw), MaxOutput: maxAnswer, Timeout: 10 * time.Minute}
	if argv[0] == gocommand.Name {
		cmd.Dir = g.dir
	}
	result, err := g.run.Run(ctx, cmd)
	if err != nil {
		hint := ""
		if argv[0] == gocommand.Name {
			hint = "\nhint: without a go.mod that names the tool, give its binary: see protogen --help"
		}
		return nil, fmt.Errorf("%s: %w%s", strings.Join(argv, " "), err, hint)
	}
	answer := result.Stdout
	var out pluginpb.CodeGeneratorResponse
	if err := proto.Unmarshal(answer, &out); err != nil {
		return nil, fmt.Errorf("%s: unreadable answer: %w", strings.Join(argv, " "), err)
	}
	if out.Error != nil {
		return nil, fmt.Errorf("%s: %s", strings.Join(argv, " "), out.GetError())
	}
	return out.File, nil
}

// collect adds an answer's files by their path in the repository.
func collect(into map[string][]byte, files []*pluginpb.CodeGeneratorResponse_File) error {
	for _, file := range files {
		name, ours := strings.CutPrefix(file.GetName(), module)
		if !ours {
			return fmt.Errorf("%s: generated outside %s", file.GetName(), module)
		}
		if _, taken := into[name]; taken {
			return fmt.Errorf("%s: two .proto files of one go_package yield it; rename one of them", name)
		}
		into[name] = []byte(file.GetContent())
	}
	return nil
}
