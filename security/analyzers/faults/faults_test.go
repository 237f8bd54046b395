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
	"github.com/virtengine/virtengine/security/analyzers/random"
	"github.com/virtengine/virtengine/security/analyzers/transport"
	"github.com/virtengine/virtengine/security/analyzers/unsafes"
	"github.com/virtengine/virtengine/security/analyzers/weakcrypto"
)

// atLeast is how many faults each class has seeded.
const atLeast = 10

func TestSeededFaultsAreFound(t *testing.T) {
	for _, tc := range []struct {
		analyzer *analysis.Analyzer
		folder   string
	}{
		{command.Analyzer, "command"},
		{random.Analyzer, "random"},
		{weakcrypto.Analyzer, "weakcrypto"},
		{unsafes.Analyzer, "unsafes"},
		{transport.Analyzer, "transport"},
		{filepaths.Analyzer, "filepaths"},
		{determinism.Analyzer, "chain/x"},
	} {
		t.Run(tc.analyzer.Name, func(t *testing.T) {
			t.Cleanup(func() {
				if t.Skipped() {
					t.Error("a skipped test finds no fault")
				}
			})
			found := 0
			for _, r := range analysistest.Run(t, analysistest.TestData(), tc.analyzer, house.Module+tc.folder+"/bad") {
				found += len(r.Diagnostics)
			}
			if found < atLeast {
				t.Errorf("%d faults are seeded, want %d or more", found, atLeast)
			}
			analysistest.Run(t, analysistest.TestData(), tc.analyzer, house.Module+tc.folder+"/good")
		})
	}
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
