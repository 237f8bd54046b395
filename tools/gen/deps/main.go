// Command deps writes third_party/go_deps.bzl, the Bazel face of go.mod: one go_repository per module.
//
// It reads go.mod and go.sum and nothing else, so it needs no network and gives the same file everywhere. go.mod of a
// module at Go 1.17 or later names every module that a build of it can touch, indirect ones too.
//
//	deps [-check] [WORKSPACE]
package main

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"

	"github.com/virtengine/virtengine/security/paths"
)

const output = "third_party/go_deps.bzl"

var errStale = errors.New("stale")

func main() {
	check := flag.Bool("check", false, "write nothing; fail when the file is stale")
	flag.Parse()
	workspace := flag.Arg(0)
	if workspace == "" {
		workspace = os.Getenv("BUILD_WORKSPACE_DIRECTORY") // bazel run sets it
	}
	if workspace == "" {
		workspace = "."
	}
	if err := run(workspace, *check); err != nil {
		fmt.Fprintln(os.Stderr, "deps:", err)
		os.Exit(1)
	}
}

// maxFile bounds what is read, in bytes.
const maxFile = 16 << 20

func run(workspace string, check bool) error {
	workspace, err := filepath.Abs(workspace)
	if err != nil {
		return err
	}
	tree, err := paths.OpenDir(workspace, paths.OthersMayWrite) // a team may share it
	if err != nil {
		return err
	}
	defer tree.Close()
	mod, err := tree.ReadFile("go.mod", maxFile)
	if err != nil {
		return err
	}
	sum, err := tree.ReadFile("go.sum", maxFile)
	if err != nil {
		return err
	}
	want, err := generate(mod, sum)
	if err != nil {
		return err
	}
	have, err := tree.ReadFile(output, maxFile)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	switch {
	case bytes.Equal(have, want):
		return nil
	case check:
		return fmt.Errorf("%s is %w: go.mod or go.sum changed; run: tools/bazel run //tools/gen:deps", output, errStale)
	}
	return tree.WriteFile(output, want, paths.PublicFile)
}

// module is one line of a require directive, after replace.
type module struct {
	path, version       string
	replacement, actual string // set by replace: the module and version that are really built
}

// generate returns the Starlark file for a go.mod and its go.sum.
func generate(goMod, goSum []byte) ([]byte, error) {
	modules, err := parseMod(goMod)
	if err != nil {
		return nil, err
	}
	sums := parseSum(goSum)

	blocks := make([]string, 0, len(modules))
	for _, m := range modules {
		source, version := m.path, m.version
		if m.replacement != "" {
			source, version = m.replacement, m.actual
		}
		sum := sums[source+" "+version]
		if sum == "" {
			return nil, fmt.Errorf("go.sum has no checksum for %s %s; run: go mod tidy", source, version)
		}
		blocks = append(blocks, block(m, sum, version))
	}
	sort.Strings(blocks) // each starts with its name

	var out bytes.Buffer
	out.WriteString(header)
	for _, b := range blocks {
		out.WriteString(b)
	}
	if len(blocks) == 0 {
		out.WriteString("    pass\n")
	}
	return out.Bytes(), nil
}

const header = `"""The modules of go.mod. Written by //tools/gen:deps; edit go.mod instead."""

load("@bazel_gazelle//:deps.bzl", "go_repository")

def go_deps():
    """Declares every Go module that a build of this workspace can touch."""
`

func block(m module, sum, version string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "    go_repository(\n")
	fmt.Fprintf(&b, "        name = %q,\n", repositoryName(m.path))
	fmt.Fprintf(&b, "        build_file_generation = \"clean\",\n") // some modules ship BUILD files of their own that do not fit
	fmt.Fprintf(&b, "        build_file_proto_mode = \"disable_global\",\n")
	fmt.Fprintf(&b, "        importpath = %q,\n", m.path)
	if m.replacement != "" {
		fmt.Fprintf(&b, "        replace = %q,\n", m.replacement)
	}
	fmt.Fprintf(&b, "        sum = %q,\n", sum)
	fmt.Fprintf(&b, "        version = %q,\n", version)
	fmt.Fprintf(&b, "    )\n")
	return b.String()
}

var notWord = regexp.MustCompile(`\W+`)

// repositoryName is the name that gazelle derives for a module when it resolves an import.
func repositoryName(path string) string {
	components := strings.Split(strings.ToLower(path), "/")
	host := strings.Split(components[0], ".")
	for i, j := 0, len(host)-1; i < j; i, j = i+1, j-1 {
		host[i], host[j] = host[j], host[i]
	}
	return notWord.ReplaceAllString(strings.Join(append(host, components[1:]...), "."), "_")
}

// parseMod reads the require and replace directives of a go.mod. The grammar is one directive a line, or a block of them.
func parseMod(data []byte) ([]module, error) {
	var modules []module
	replaced := map[string][]string{} // "path" or "path version" to the two words after the arrow
	verb := ""
	lines := bufio.NewScanner(bytes.NewReader(data))
	for n := 1; lines.Scan(); n++ {
		line, _, _ := strings.Cut(lines.Text(), "//")
		words := strings.Fields(line)
		for i, w := range words {
			words[i] = strings.Trim(w, `"`)
		}
		switch {
		case len(words) == 0:
			continue
		case verb != "" && words[0] == ")":
			verb = ""
			continue
		case verb == "" && len(words) == 2 && words[1] == "(":
			verb = words[0]
			continue
		}
		directive := verb
		if directive == "" {
			directive, words = words[0], words[1:]
		}
		switch directive {
		case "require":
			if len(words) != 2 {
				return nil, fmt.Errorf("go.mod:%d: want a module and a version, have %q", n, words)
			}
			modules = append(modules, module{path: words[0], version: words[1]})
		case "replace":
			old, target, found := strings.Cut(strings.Join(words, " "), " => ")
			replacement := strings.Fields(target)
			if !found || len(replacement) != 2 {
				return nil, fmt.Errorf("go.mod:%d: a replacement needs a module and a version, have %q", n, words)
			}
			replaced[old] = replacement
		}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	for i, m := range modules {
		r, ok := replaced[m.path+" "+m.version]
		if !ok {
			r, ok = replaced[m.path]
		}
		if ok {
			modules[i].replacement, modules[i].actual = r[0], r[1]
		}
	}
	return modules, nil
}

// parseSum maps "path version" to the checksum of the module's files.
func parseSum(data []byte) map[string]string {
	sums := map[string]string{}
	for line := range strings.Lines(string(data)) {
		words := strings.Fields(line)
		if len(words) == 3 && !strings.HasSuffix(words[1], "/go.mod") {
			sums[words[0]+" "+words[1]] = words[2]
		}
	}
	return sums
}
