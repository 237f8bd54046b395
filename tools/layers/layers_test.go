// Package layers holds the test that every import goes down the house, never up, in the tree as it is: also in files that a
// build of today leaves out. The rules, and the analyzer that the build runs, are security/analyzers/layers.
package layers

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/virtengine/virtengine/security/analyzers/house"
	"github.com/virtengine/virtengine/security/analyzers/layers"
	"github.com/virtengine/virtengine/tools/checkout"
)

func TestImportsGoDown(t *testing.T) {
	root := checkout.Root(t)
	files := 0
	for _, top := range []string{"security", "chain", "ml", "daemons", "examples", "tools"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(name string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if entry.IsDir() && entry.Name() == "testdata" {
				return fs.SkipDir
			}
			if path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") { // a test may start what it is about
				return nil
			}
			files++
			rel, err := filepath.Rel(root, name)
			if err != nil {
				return err
			}
			checkFile(t, name, filepath.ToSlash(rel))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files == 0 {
		t.Fatalf("no Go file below %s", root)
	}
}

func checkFile(t *testing.T, name, rel string) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range parsed.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		if target, ours := strings.CutPrefix(imported, house.Module); ours {
			if why := layers.Judge(path.Dir(rel), target); why != "" {
				t.Errorf("%s imports %s: %s", rel, target, why)
			}
		}
	}
}

func TestJudge(t *testing.T) {
	for name, tc := range map[string]struct {
		reason, from, target string
		ok                   bool
	}{
		"KeeperToDaemon":  {"consensus never calls out", "chain/x/market/keeper", "daemons/provider/bid", false},
		"KeeperToClient":  {"nor does it ask a node", "chain/x/market/keeper", "chain/client/comet", false},
		"KeeperToKeeper":  {"modules know one another", "chain/x/market/keeper", "chain/x/escrow/types", true},
		"DaemonToKeeper":  {"a daemon holds no keeper", "daemons/provider/bid", "chain/x/market/keeper", false},
		"DaemonToTypes":   {"it speaks the chain's words", "daemons/provider/bid", "chain/x/market/types", true},
		"SecurityUp":      {"the lowest layer imports nothing of ours", "security/authn", "chain/params", false},
		"DriverByName":    {"the engine does not know what leases run on", "daemons/provider/lease", "daemons/provider/backend/local", false},
		"DriverChosen":    {"the command does", "daemons/provider/cmd/provider-daemon", "daemons/provider/backend/local", true},
		"AdapterToMarket": {"an adapter is not a trader", "daemons/provider/backend/local", "chain/x/market/types", false},
	} {
		t.Run(name, func(t *testing.T) {
			if why := layers.Judge(tc.from, tc.target); (why == "") != tc.ok {
				t.Errorf("%s: %q", tc.reason, why)
			}
		})
	}
}
