package main

import (
	"bytes"
	"flag"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/paths"
	"github.com/virtengine/virtengine/tools/checkout"
)

var update = flag.Bool("update", false, "write "+licences)

// TestTheRepositoryIsClean audits the checkout itself. What it needs besides: git, the Go SDK and the module cache,
// whose folder and proxy the BUILD file passes on.
func TestTheRepositoryIsClean(t *testing.T) {
	args := []string{"--root=" + checkout.Root(t)}
	if root := sdk(t); root != "" {
		// Bazel's module cache has what is compiled, and not what only decides the versions of it.
		args = append(args, "--go="+root, "--fetch")
	}
	if *update {
		args = append(args, "--update")
	}
	var out, problems bytes.Buffer
	code := run(t.Context(), args, surroundings{out: &out, problems: &problems, now: time.Now})
	require.Equal(t, clean, code, "%s\n%s\nif the licences are meant: go test ./tools/audit -update", &out, &problems)
	require.Regexp(t, `(?m)^licences: clean: [1-9]\d\d Go modules`, out.String(), "a list of a few modules is no list")
	require.Regexp(t, `(?m)^secrets: clean: [1-9]\d\d+ files, listed by git`, out.String(), "all files are read")
	require.Contains(t, out.String(), "vulnerabilities: no database given")
}

// TestTheListOfLicencesIsSorted keeps merges of the list easy.
func TestTheListOfLicencesIsSorted(t *testing.T) {
	text, err := paths.ReadFile(filepath.Join(checkout.Root(t), filepath.FromSlash(licences)), 1<<20)
	require.NoError(t, err)
	last := ""
	for line := range strings.Lines(string(text)) {
		module, _, _ := strings.Cut(line, " ")
		if strings.HasPrefix(line, "#") {
			continue
		}
		require.LessOrEqual(t, last, module)
		last = module
	}
	require.NotEmpty(t, last)
}
