// Package fresh holds the test that every generated file in the tree is what its generator writes today.
//
// Bazel runs it again only when a file of the workspace changed: the repository rule in tree.bzl lists every file with its
// digest, and that list is an input of the test. The test itself reads the real tree, not a copy.
package fresh

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/virtengine/virtengine/tools/checkout"
)

// generator is a program that can say, without writing, which of its files are stale.
type generator struct {
	variable string                                         // the environment variable that names the program
	args     func(t *testing.T, workspace string) []string  // of the check
	stale    func(output string, workspace string) []string // files named by a failed check
	command  string                                         // what brings them up to date
}

func TestBuildFilesAreFresh(t *testing.T) {
	check(t, generator{
		variable: "GAZELLE",
		args: func(_ *testing.T, workspace string) []string {
			return []string{"update", "-mode=diff", "-external=static", "-repo_root=" + workspace, workspace}
		},
		stale:   filesOfDiff,
		command: "tools/bazel run //:gazelle",
	})
}

func TestGoDependenciesAreFresh(t *testing.T) {
	check(t, generator{
		variable: "DEPS",
		args:     func(_ *testing.T, workspace string) []string { return []string{"-check", workspace} },
		command:  "tools/bazel run //tools/gen:deps",
	})
}

func TestBuildFilesAreFormatted(t *testing.T) {
	check(t, generator{
		variable: "BUILDIFIER",
		args: func(t *testing.T, workspace string) []string {
			return append([]string{"-mode=check"}, starlarkFiles(t, workspace)...)
		},
		stale: func(output, _ string) []string {
			var files []string
			for line := range strings.Lines(output) {
				if file, ok := strings.CutSuffix(strings.TrimSpace(line), " # reformat"); ok {
					files = append(files, file)
				}
			}
			return files
		},
		command: "tools/bazel run //:buildifier",
	})
}

func TestProtobufCodeIsFresh(t *testing.T) {
	check(t, generator{
		variable: "PROTOGEN",
		args: func(t *testing.T, workspace string) []string {
			return []string{
				"--check", "--root", workspace,
				"--gateway-plugin", runfile(t, "GATEWAY_PLUGIN"), "--swagger-plugin", runfile(t, "SWAGGER_PLUGIN"),
			}
		},
		command: "tools/bazel run //tools/gen:proto",
	})
}

// check runs a generator's check in the workspace and fails the test when it exits with another code than 0.
func check(t *testing.T, g generator) {
	t.Helper()
	workspace := readWorkspace(t)
	command := exec.Command(runfile(t, g.variable), g.args(t, workspace)...)
	command.Dir = workspace
	command.Env = append(os.Environ(), "BUILD_WORKSPACE_DIRECTORY="+workspace, "BUILD_WORKING_DIRECTORY="+workspace)
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	err := command.Run()
	if err == nil {
		return
	}
	if g.stale != nil {
		for _, file := range g.stale(out.String(), workspace) {
			t.Errorf("%s is stale", strings.TrimPrefix(file, workspace+"/"))
		}
	}
	t.Errorf("run: %s\n(the check ended with %v)\n%s", g.command, err, firstLines(out.String(), 60))
}

// filesOfDiff returns the files that a unified diff changes.
func filesOfDiff(output, _ string) []string {
	var files []string
	for line := range strings.Lines(output) {
		if rest, ok := strings.CutPrefix(line, "+++ "); ok {
			name, _, _ := strings.Cut(rest, "\t")
			files = append(files, strings.TrimSpace(name))
		}
	}
	return files
}

// starlarkFiles returns the files that buildifier formats, from the list that triggers this test.
func starlarkFiles(t *testing.T, workspace string) []string {
	t.Helper()
	list, err := os.ReadFile(runfile(t, "WORKSPACE_FILES"))
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for line := range strings.Lines(string(list)) {
		_, path, found := strings.Cut(strings.TrimSuffix(line, "\n"), "  ./")
		if !found {
			continue
		}
		switch base := filepath.Base(path); {
		case base == "BUILD.bazel", base == "WORKSPACE", filepath.Ext(base) == ".bzl":
			files = append(files, filepath.Join(workspace, path))
		}
	}
	if len(files) == 0 {
		t.Fatal("the workspace's list names no Starlark file")
	}
	return files
}

// readWorkspace returns the folder of the checkout.
func readWorkspace(t *testing.T) string {
	t.Helper()
	if os.Getenv("WORKSPACE_ROOT") == "" {
		t.Skip("needs Bazel: tools/bazel test //tools/gen/fresh:fresh_test")
	}
	return checkout.Root(t)
}

// runfile returns the absolute path of the file that the environment variable names among the test's data.
func runfile(t *testing.T, variable string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(os.Getenv("TEST_SRCDIR"), os.Getenv(variable)))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func firstLines(s string, n int) string {
	lines := strings.SplitAfterN(s, "\n", n+1)
	if len(lines) > n {
		lines[n] = "...\n"
	}
	return strings.Join(lines, "")
}
