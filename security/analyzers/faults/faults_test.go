package faults

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/virtengine/virtengine/security/analyzers/command"
	"github.com/virtengine/virtengine/security/analyzers/determinism"
	"github.com/virtengine/virtengine/security/analyzers/filepaths"
	"github.com/virtengine/virtengine/security/analyzers/house"
	"github.com/virtengine/virtengine/security/analyzers/layers"
	"github.com/virtengine/virtengine/security/analyzers/overflow"
	"github.com/virtengine/virtengine/security/analyzers/random"
	"github.com/virtengine/virtengine/security/analyzers/secrets"
	"github.com/virtengine/virtengine/security/analyzers/transport"
	"github.com/virtengine/virtengine/security/analyzers/unsafes"
	"github.com/virtengine/virtengine/security/analyzers/weakcrypto"
)

// atLeast is how many faults each class has seeded.
const atLeast = 10

func TestSeededFaultsAreFound(t *testing.T) {
	for _, tc := range []struct {
		analyzer  *analysis.Analyzer
		bad, good []string // packages below the module
	}{
		{command.Analyzer, []string{"command/bad"}, []string{"command/good"}},
		{random.Analyzer, []string{"random/bad"}, []string{"random/good"}},
		{overflow.Analyzer, []string{"overflow/bad"}, []string{"overflow/good"}},
		{secrets.Analyzer, []string{"secrets/bad"}, []string{"secrets/good"}},
		{weakcrypto.Analyzer, []string{"weakcrypto/bad"}, []string{"weakcrypto/good"}},
		{unsafes.Analyzer, []string{"unsafes/bad"}, []string{"unsafes/good"}},
		{transport.Analyzer, []string{"transport/bad"}, []string{"transport/good"}},
		{filepaths.Analyzer, []string{"filepaths/bad"}, []string{"filepaths/good"}},
		{determinism.Analyzer, []string{"chain/x/bad", "ml/engine/bad"}, []string{"chain/x/good", "ml/engine/good"}},
		{layers.Analyzer, []string{"chain/x/upward", "chain/client/sideways", "daemons/provider/upward", "daemons/provider/backend/sideways",
			"security/upward", "examples/upward"}, []string{"daemons/provider/cmd/good"}},
	} {
		t.Run(tc.analyzer.Name, func(t *testing.T) {
			t.Cleanup(func() {
				if t.Skipped() {
					t.Error("a skipped test finds no fault")
				}
			})
			found := 0
			for _, r := range analysistest.Run(t, analysistest.TestData(), tc.analyzer, ours(tc.bad)...) {
				found += len(r.Diagnostics)
			}
			if found < atLeast {
				t.Errorf("%d faults are seeded, want %d or more", found, atLeast)
			}
			analysistest.Run(t, analysistest.TestData(), tc.analyzer, ours(tc.good)...)
		})
	}
}

func ours(packages []string) []string {
	var out []string
	for _, p := range packages {
		out = append(out, house.Module+p)
	}
	return out
}

// TestMain gives the test the go command, which loads the packages. Bazel names its own by GO_ROOT; the runtime reads
// GOROOT once, when a program starts, so the test starts anew with it.
func TestMain(m *testing.M) {
	named := os.Getenv("GO_ROOT")
	if named == "" || os.Getenv("GOROOT") != "" {
		os.Exit(m.Run())
	}
	root, err := filepath.Abs(filepath.Dir(filepath.Join(os.Getenv("TEST_SRCDIR"), named)))
	if err != nil {
		panic(err)
	}
	home := os.Getenv("TEST_TMPDIR")
	for name, value := range map[string]string{
		"GOROOT": root, "HOME": home, "GOCACHE": filepath.Join(home, "go"), "GOTOOLCHAIN": "local", "CGO_ENABLED": "0",
		"PATH": filepath.Join(root, "bin") + string(os.PathListSeparator) + os.Getenv("PATH"),
	} {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
	panic(syscall.Exec("/proc/self/exe", os.Args, os.Environ()))
}
