// Package checkout tells tests where the checkout is, for those that are about its files.
package checkout

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Root returns the checkout's folder. Bazel names it, by the file that WORKSPACE_ROOT leads to; with the go command it is
// above the test's own folder, where go.mod is.
func Root(t testing.TB) string {
	t.Helper()
	if named := os.Getenv("WORKSPACE_ROOT"); named != "" {
		//ve:allow filepaths the build names it, for its own test
		root, err := os.ReadFile(filepath.Join(os.Getenv("TEST_SRCDIR"), named))
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(root))
	}
	at, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		//ve:allow filepaths a test looks for its own checkout
		if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
			return at
		}
		up := filepath.Dir(at)
		if up == at {
			t.Fatal("no go.mod above this folder")
		}
		at = up
	}
}
