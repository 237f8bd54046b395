package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/virtengine/virtengine/tools/audit/vulns"
)

// TestMain lets the stories run audit, and audit itself anew, inside this test binary.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == vulns.StageWord {
		main()
	}
	testscript.Main(m, map[string]func(){"audit": main, "seed": seed})
}

func TestStories(t *testing.T) {
	cache := t.TempDir()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			if root := sdk(t); root != "" {
				e.Setenv("GOROOT", root)
			}
			e.Setenv("GOCACHE", cache)
			e.Setenv("GOFLAGS", "")
			e.Setenv("GOPROXY", "off") // a story that asks the network fails
			return nil
		},
	})
}

// sdk is the folder of Bazel's Go SDK; empty without Bazel, where PATH has one.
func sdk(t *testing.T) string {
	t.Helper()
	named := os.Getenv("GO_ROOT")
	if named == "" {
		return ""
	}
	root, err := filepath.Abs(filepath.Dir(filepath.Join(os.Getenv("TEST_SRCDIR"), named)))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// seed FILE PART... appends a line to a file, the parts put together: a story that held a secret in one piece would be
// found by the audit of this repository.
func seed() {
	f, err := os.OpenFile(os.Args[1], os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = f.WriteString(strings.Join(os.Args[2:], "") + "\n")
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		panic(err)
	}
}
