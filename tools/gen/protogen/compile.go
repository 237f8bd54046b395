package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	_ "cosmossdk.io/api/cosmos/app/v1alpha1"
	_ "github.com/cosmos/cosmos-proto"
	_ "github.com/cosmos/cosmos-sdk/types/msgservice"
	_ "github.com/cosmos/cosmos-sdk/types/query"
	_ "github.com/cosmos/cosmos-sdk/types/tx/amino"
	_ "github.com/cosmos/gogoproto/gogoproto"
	_ "google.golang.org/genproto/googleapis/api/annotations"

	"github.com/bufbuild/protocompile"
	"github.com/bufbuild/protocompile/linker"
	"github.com/bufbuild/protocompile/reporter"
	gogo "github.com/cosmos/gogoproto/proto"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
)

// compile reads every .proto of a house. Syntax errors come all at once, each with file, line and column.
func (h house) compile(ctx context.Context, root string) (linker.Files, error) {
	dir := filepath.Join(root, filepath.FromSlash(h.protos))
	tree, err := openTree(root)
	if err != nil {
		return nil, err
	}
	defer tree.Close()
	var names []string
	err = fs.WalkDir(tree.Root().FS(), h.protos, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".proto" {
			return err
		}
		names = append(names, strings.TrimPrefix(name, h.protos+"/"))
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if len(names) == 0 && h.optional {
		return nil, nil
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("no .proto files below %s; is --root the repository?", dir)
	}
	slices.Sort(names)
	ours := &protocompile.SourceResolver{ImportPaths: []string{dir}}
	var broken []error
	compiler := protocompile.Compiler{
		Resolver: protocompile.WithStandardImports(protocompile.ResolverFunc(func(name string) (protocompile.SearchResult, error) {
			if _, found := slices.BinarySearch(names, name); found {
				return ours.FindFileByPath(name)
			}
			return h.linked(name)
		})),
		SourceInfoMode: protocompile.SourceInfoStandard,
		Reporter: reporter.NewReporter(func(err reporter.ErrorWithPos) error {
			broken = append(broken, h.located(err))
			return nil
		}, nil),
	}
	files, err := compiler.Compile(ctx, names...)
	if len(broken) > 0 {
		return nil, errors.Join(broken...)
	}
	if err != nil {
		return nil, h.located(err) // an import that is nowhere comes this way
	}
	return files, nil
}

// located names an error's file by its path in the repository.
func (h house) located(err error) error {
	if e, ok := errors.AsType[reporter.ErrorWithPos](err); ok {
		return fmt.Errorf("%s/%s: %w", h.protos, e.GetPosition(), e.Unwrap())
	}
	return err
}

// linked finds an import among the descriptors of the Go packages above, so that no module cache is needed.
func (h house) linked(name string) (protocompile.SearchResult, error) {
	// gogoproto's own copy names the Go packages our code is generated against; what it does not have is protobuf's.
	if packed := gogo.FileDescriptor(name); packed != nil {
		file, err := unpack(packed)
		return protocompile.SearchResult{Proto: file}, err
	}
	file, err := protoregistry.GlobalFiles.FindFileByPath(name)
	if err != nil {
		return protocompile.SearchResult{}, fmt.Errorf(
			"import %s: neither below %s nor in a Go package that tools/gen/protogen/compile.go imports", name, h.protos)
	}
	return protocompile.SearchResult{Proto: protodesc.ToFileDescriptorProto(file)}, nil
}

func unpack(packed []byte) (*descriptorpb.FileDescriptorProto, error) {
	zipped, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(zipped)
	if err != nil {
		return nil, err
	}
	var file descriptorpb.FileDescriptorProto
	return &file, proto.Unmarshal(raw, &file)
}

// closure lists the files and all they import, every file after its imports.
func closure(files linker.Files) []*descriptorpb.FileDescriptorProto {
	var list []*descriptorpb.FileDescriptorProto
	seen := map[string]bool{}
	var add func(file protoreflect.FileDescriptor)
	add = func(file protoreflect.FileDescriptor) {
		if seen[file.Path()] {
			return
		}
		seen[file.Path()] = true
		imports := file.Imports()
		for i := range imports.Len() {
			add(imports.Get(i).FileDescriptor)
		}
		list = append(list, protodesc.ToFileDescriptorProto(file))
	}
	for _, file := range files {
		add(file)
	}
	return list
}
