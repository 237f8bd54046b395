// Package layers is the analyzer of the house's floors: imports go down, never up, so that a stranger knows from a folder
// what its code can reach. Bazel's visibility refuses the same arrows; this says why.
package layers

import (
	"go/ast"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/virtengine/virtengine/security/analyzers/house"
)

// rule says what the packages below a folder may import of ours. The first rule whose folder holds a package decides.
type rule struct {
	folder string
	may    []string // folders; an element * stands for one element of a path
	reason string
}

var rules = []rule{
	{"security", []string{"security"}, "everybody builds on it, so it builds on nobody"},
	{"chain/params", nil, "names and units that clients need without the node"},
	{"enclave/evidence", []string{"enclave/evidence", "security"}, "what platforms say is read by consensus itself"},
	{"enclave/attest", []string{"enclave/attest", "enclave/evidence", "security"}, "a verdict depends on its arguments alone: consensus runs it"},
	{"enclave/binding", []string{"enclave/binding", "enclave/attest", "enclave/evidence", "security"}, "what evidence is bound to is computed by consensus too"},
	{"enclave", []string{"enclave", "chain/client", "chain/params", "chain/x/enclave/types", "security"}, "hosts and runtimes know the chain by its words"},
	{"chain/x", []string{"chain/x", "chain/params", "enclave/evidence", "enclave/attest", "enclave/binding", "security"},
		"consensus code: no client, no application, no daemon can be reached from a message"},
	{"chain/client/clienttest", []string{"chain", "security"}, "a test that starts a real node"},
	{"chain/client", []string{"chain/client", "chain/params", "chain/x/*/types", "chain/x/resources/amount", "security"},
		"daemons link it: it speaks the chain's words and never runs its keepers"},
	{"chain", []string{"chain", "enclave/evidence", "enclave/attest", "enclave/binding", "security"}, "the chain never calls out: daemons pull work and post signed results"},
	{"ml/onnx", []string{"ml/onnx", "security"}, "it reads files, and runs nothing"},
	{"ml/engine", []string{"ml/engine", "ml/onnx", "security"}, "what validators must agree on depends on model and input alone"},
	{"ml/mrz", []string{"ml/mrz", "security"}, "a zone of a document is text: who reads and who draws it both need its rules, and nothing else"},
	{"ml/models/data", []string{"ml/models/data", "ml/engine/funcs", "ml/mrz", "security"}, "what is drawn from a seed knows nothing of who learns from it"},
	{"ml/models", []string{"ml/models", "ml/engine", "ml/onnx", "ml/mrz", "ml/inference/pipeline", "ml/publish/canon", "security"},
		"models are trained and measured below what is published; only the measure of the whole runs the pipeline"},
	{"ml/publish/cmd", []string{"ml", "security"}, "the command of the people who make models does all of it"},
	{"ml/publish", []string{"ml/publish", "ml/engine", "ml/onnx", "security"}, "a pack says what is in it, not how it was learned"},
	{"ml/inference", []string{"ml/inference", "ml/publish", "ml/engine", "ml/onnx", "ml/mrz", "security"}, "what scores persons runs published packs, and trains nothing"},
	{"ml", []string{"ml", "security"}, "models know nothing of chain and daemons"},
	{"daemons/provider/backend", []string{"daemons/provider/backend", "chain/client/manifest", "security"},
		"an adapter knows the port and what should run, not the market"},
	{"daemons", []string{"daemons", "chain/client", "chain/params", "chain/x/*/types", "chain/x/market/auction", "chain/x/resources/amount", "security"},
		"daemons know the chain by its words and its pure arithmetic"},
	{"examples", nil, "what tenants write knows nothing of us"},
	{"tools", []string{"tools", "chain", "daemons", "enclave", "ml", "security", "examples"}, "the top of the house"},
}

// drivers may be named only where they are chosen.
var drivers = []struct{ folder, from string }{
	{"daemons/provider/backend/local", "daemons/provider/backend/local"},
	{"daemons/provider/backend/local", "daemons/provider/cmd"},
	{"daemons/provider/backend/local", "daemons/provider/config"},
	{"daemons/provider/backend/local", "tools"},
}

// Analyzer finds imports that go up. Tests may start what they are about.
var Analyzer = &analysis.Analyzer{Name: "layers", Doc: "imports go down the house", Run: run}

func run(pass *analysis.Pass) (any, error) {
	c := house.New(pass, house.Scope{})
	if c == nil {
		return nil, nil
	}
	c.Files(func(f *ast.File) {
		for _, spec := range f.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				continue // the compiler says so
			}
			target, ours := strings.CutPrefix(path, house.Module)
			if !ours {
				continue
			}
			if why := Judge(c.Package(), target); why != "" {
				c.Report(spec.Pos(), "%s may not import %s: %s", c.Package(), target, why)
			}
		}
	})
	c.Done()
	return nil, nil
}

// Judge returns why a package may not import another of ours, or nothing. Both are named below the module.
func Judge(from, target string) string {
	for _, r := range rules {
		if !within(from, r.folder) {
			continue
		}
		allowed := false
		for _, m := range r.may {
			allowed = allowed || within(target, m)
		}
		if !allowed {
			return r.reason
		}
		break
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
