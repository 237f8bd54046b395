// Package layers holds the test that every import goes down the house, never up. Bazel's visibility refuses the same
// arrows when it builds; this test says why.
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

	"github.com/virtengine/virtengine/tools/checkout"
)

const module = "github.com/virtengine/virtengine/"

// rule says what the packages below a folder may import of ours. The first rule whose folder holds a package decides.
type rule struct {
	folder string
	may    []string // folders; a last element * stands for one element
	reason string
}

var rules = []rule{
	{"security", []string{"security"}, "everybody builds on it, so it builds on nobody"},
	{"chain/params", nil, "names and units that clients need without the node"},
	{"chain/x", []string{"chain/x", "chain/params", "security"},
		"consensus code: no client, no application, no daemon can be reached from a message"},
	{"chain/client/clienttest", []string{"chain", "security"}, "a test that starts a real node"},
	{"chain/client", []string{"chain/client", "chain/params", "chain/x/*/types", "chain/x/resources/amount", "security"},
		"daemons link it: it speaks the chain's words and never runs its keepers"},
	{"chain", []string{"chain", "security"}, "the chain never calls out: daemons pull work and post signed results"},
	{"daemons/provider/backend", []string{"daemons/provider/backend", "chain/client/manifest", "security"},
		"an adapter knows the port and what should run, not the market"},
	{"daemons", []string{"daemons", "chain/client", "chain/params", "chain/x/*/types", "chain/x/market/auction", "chain/x/resources/amount", "security"},
		"daemons know the chain by its words and its pure arithmetic"},
	{"examples", nil, "what tenants write knows nothing of us"},
	{"tools", []string{"tools", "chain", "daemons", "security", "examples"}, "the top of the house"},
}

// drivers may be named only where they are chosen.
var drivers = []struct{ folder, from string }{
	{"daemons/provider/backend/local", "daemons/provider/backend/local"},
	{"daemons/provider/backend/local", "daemons/provider/cmd"},
	{"daemons/provider/backend/local", "daemons/provider/config"},
	{"daemons/provider/backend/local", "tools"},
}

func TestImportsGoDown(t *testing.T) {
	root := checkout.Root(t)
	files := 0
	for _, top := range []string{"security", "chain", "daemons", "examples", "tools"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(name string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if entry.IsDir() && entry.Name() == "testdata" {
				return fs.SkipDir
			}
			if path.Ext(name) != ".go" {
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
		if target, ours := strings.CutPrefix(imported, module); ours {
			if why := judge(path.Dir(rel), target, strings.HasSuffix(rel, "_test.go")); why != "" {
				t.Errorf("%s imports %s: %s", rel, target, why)
			}
		}
	}
}

// judge returns why a package may not import another, or nothing.
func judge(from, target string, test bool) string {
	for _, r := range rules {
		if !within(from, r.folder) {
			continue
		}
		allowed := false
		for _, m := range r.may {
			allowed = allowed || within(target, m)
		}
		if !allowed && !test {
			return r.reason
		}
		break
	}
	if test {
		return "" // a test may start what it is about
	}
	named := false
	for _, d := range drivers {
		if within(target, d.folder) {
			if within(from, d.from) {
				return ""
			}
			named = true
		}
	}
	if named {
		return "a driver is named only where it is chosen"
	}
	return ""
}

// within tells whether a package is a folder or below it.
func within(pkg, folder string) bool {
	have, want := strings.Split(pkg, "/"), strings.Split(folder, "/")
	if len(have) < len(want) {
		return false
	}
	for i, w := range want {
		if w != "*" && w != have[i] {
			return false
		}
	}
	return true
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
			if why := judge(tc.from, tc.target, false); (why == "") != tc.ok {
				t.Errorf("%s: %q", tc.reason, why)
			}
		})
	}
}
