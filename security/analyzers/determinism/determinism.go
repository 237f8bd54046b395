// Package determinism is the analyzer of consensus code, which lies below chain/x: what a message or a block does must
// depend on nothing but the message, the block and the state, or replicas part.
//
// It forbids clocks, environment, files, network, randomness, floating point, goroutines, select, and ranges over maps.
// In ml/engine floating point is allowed, in the forms that give the same bits on every machine.
// A map may be ranged over to collect its keys or values into a slice that is sorted afterwards in the same function.
package determinism

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/virtengine/virtengine/security/analyzers/ban"
	"github.com/virtengine/virtengine/security/analyzers/house"
)

// consensus is where the rules hold, below the module: the modules, and the verifiers of evidence that they run. notConsensus is
// what lies there for tests, as does every package whose name ends with test.
var consensus = []string{"chain/x", "enclave/evidence", "enclave/attest", "enclave/binding"}

var notConsensus = []string{"chain/x/bankfake"}

const (
	clock   = "replicas' clocks differ: use the block's time"
	machine = "replicas' machines differ: use parameters or state"
	files   = "replicas' files differ: use state"
	network = "the chain calls nobody: a daemon brings what it needs by a message"
	chance  = "replicas draw different numbers: derive from the block"
	shared  = "it outlives the block and is not rolled back: use state"
)

var rules = []ban.Rule{
	{Package: "time", Names: []string{"Now", "Since", "Until", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker", "Sleep", "Local", "LoadLocation"}, Use: clock},
	{Package: "os", Use: files + ", " + machine},
	{Package: "io/ioutil", Use: files},
	{Package: "runtime", Names: []string{"NumCPU", "GOMAXPROCS", "NumGoroutine", "GOOS", "GOARCH", "ReadMemStats", "Version", "Caller", "Stack"}, Use: machine},
	{Package: "runtime/debug", Use: machine},
	{Package: "net", Names: []string{"Dial", "DialTimeout", "Listen", "LookupHost", "LookupIP", "LookupAddr", "LookupTXT", "LookupMX", "LookupCNAME", "ResolveTCPAddr",
		"Dialer", "DefaultResolver", "Resolver", "Interfaces", "InterfaceAddrs"}, Use: network},
	{Package: "net/http", Use: network},
	{Package: "google.golang.org/grpc", Names: []string{"Dial", "DialContext", "NewClient"}, Use: network},
	{Package: "math/rand", Use: chance},
	{Package: "math/rand/v2", Use: chance},
	{Package: "crypto/rand", Use: chance},
	{Package: "hash/maphash", Use: chance},
	{Package: "github.com/virtengine/virtengine/security/entropy", Use: chance},
	{Package: "reflect", Names: []string{"Value.MapRange", "Value.MapKeys", "Value.Seq", "Value.Seq2"}, Use: "maps have no order"},
	{Package: "sync", Names: []string{"Pool", "Once", "OnceFunc", "OnceValue", "OnceValues", "Map", "WaitGroup"}, Use: shared},
	{Package: "sync/atomic", Use: shared},
	{Package: "math", Names: []string{"Sqrt", "Pow", "Exp", "Log", "Log2", "Log10", "Sin", "Cos", "Tan", "Float64bits", "Float64frombits", "Float32bits",
		"Float32frombits", "Inf", "NaN", "FMA", "Floor", "Ceil", "Round"}, Use: "floating point differs between machines: use integers, or math.LegacyDec"},
	{Package: "strconv", Names: []string{"ParseFloat", "FormatFloat", "AppendFloat"}, Use: "floating point differs between machines: use integers"},
}

// Analyzer finds what could part replicas.
var Analyzer = &analysis.Analyzer{Name: "determinism", Doc: "consensus code depends on nothing but state, block and message", Run: run}

func run(pass *analysis.Pass) (any, error) {
	c := house.New(pass, house.Scope{})
	if c != nil && inEngine(c.Package()) {
		numbers(pass, c)
		c.Done()
		return nil, nil
	}
	if c == nil || !applies(c.Package()) {
		return nil, nil
	}
	ban.Check(pass, c, rules)
	c.Files(func(f *ast.File) {
		for _, decl := range f.Decls {
			walk(pass, c, decl)
		}
	})
	c.Done()
	return nil, nil
}

func applies(pkg string) bool {
	if strings.Contains(pkg, "/client") || strings.HasSuffix(pkg, "test") {
		return false
	}
	return below(pkg, consensus) && !below(pkg, notConsensus)
}

func below(pkg string, folders []string) bool {
	return slices.ContainsFunc(folders, func(f string) bool { return pkg == f || strings.HasPrefix(pkg, f+"/") })
}

func walk(pass *analysis.Pass, c *house.Checker, decl ast.Decl) {
	var body *ast.BlockStmt // of the function that is looked at
	if fn, ok := decl.(*ast.FuncDecl); ok {
		body = fn.Body
	}
	ast.Inspect(decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			c.Report(n.Pos(), "goroutine: which of two comes first differs")
		case *ast.SelectStmt:
			c.Report(n.Pos(), "select: which of two ready channels is taken differs")
		case *ast.SendStmt:
			c.Report(n.Pos(), "channel: consensus code has one thread")
		case *ast.RangeStmt:
			if ranges(pass, n) && !sortedLater(pass, body, n) {
				c.Report(n.Pos(), "range over a map, which has no order: sort its keys, as slices.Sorted(maps.Keys(m)) does")
			}
		case *ast.CallExpr:
			iterator(pass, c, decl, n)
			printed(pass, c, n)
		case *ast.Ident:
			floating(pass, c, n)
		case *ast.BasicLit:
			if n.Kind == token.FLOAT {
				c.Report(n.Pos(), "floating point differs between machines: use integers")
			}
		}
		return true
	})
}

// floating finds float32, float64 and complex types by name, and values of such types whose name tells nothing.
func floating(pass *analysis.Pass, c *house.Checker, id *ast.Ident) {
	if id.Name == "_" {
		return
	}
	var t types.Type
	switch obj := pass.TypesInfo.ObjectOf(id).(type) {
	case *types.TypeName:
		t = obj.Type()
	case *types.Var:
		t = obj.Type()
	default:
		return
	}
	if b, ok := t.Underlying().(*types.Basic); ok && b.Info()&(types.IsFloat|types.IsComplex) != 0 {
		c.Report(id.Pos(), "%s is floating point, which differs between machines: use integers", id.Name)
	}
}

func ranges(pass *analysis.Pass, n *ast.RangeStmt) bool {
	t := pass.TypesInfo.TypeOf(n.X)
	if t == nil {
		return false
	}
	_, isMap := t.Underlying().(*types.Map)
	return isMap
}

// sortedLater says whether a range only appends to one slice, which the same function sorts later.
func sortedLater(pass *analysis.Pass, body *ast.BlockStmt, r *ast.RangeStmt) bool {
	if body == nil || len(r.Body.List) != 1 {
		return false
	}
	assign, ok := r.Body.List[0].(*ast.AssignStmt)
	if !ok || len(assign.Lhs) != 1 || len(assign.Rhs) != 1 {
		return false
	}
	target, ok := assign.Lhs[0].(*ast.Ident)
	call, isCall := assign.Rhs[0].(*ast.CallExpr)
	if !ok || !isCall {
		return false
	}
	if fn, ok := call.Fun.(*ast.Ident); !ok || fn.Name != "append" {
		return false
	}
	slice := pass.TypesInfo.ObjectOf(target)
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || call.Pos() < r.End() || len(call.Args) == 0 {
			return true
		}
		id, ok := call.Args[0].(*ast.Ident)
		name := ban.Callee(pass, call)
		if ok && pass.TypesInfo.ObjectOf(id) == slice && (strings.HasPrefix(name, "slices.Sort") || strings.HasPrefix(name, "sort.")) {
			found = true
		}
		return true
	})
	return found
}

// iterator finds maps.Keys, Values and All that go anywhere but into a sort.
func iterator(pass *analysis.Pass, c *house.Checker, decl ast.Decl, call *ast.CallExpr) {
	switch ban.Callee(pass, call) {
	case "maps.Keys", "maps.Values", "maps.All":
	default:
		return
	}
	sorted := false
	ast.Inspect(decl, func(n ast.Node) bool {
		if outer, ok := n.(*ast.CallExpr); ok && strings.HasPrefix(ban.Callee(pass, outer), "slices.Sorted") {
			for _, arg := range outer.Args {
				sorted = sorted || arg == ast.Expr(call)
			}
		}
		return true
	})
	if !sorted {
		c.Report(call.Pos(), "a map has no order: slices.Sorted(maps.Keys(m))")
	}
}

// printed finds addresses in text.
func printed(pass *analysis.Pass, c *house.Checker, call *ast.CallExpr) {
	if !strings.HasPrefix(ban.Callee(pass, call), "fmt.") {
		return
	}
	for _, arg := range call.Args {
		if lit, ok := arg.(*ast.BasicLit); ok && lit.Kind == token.STRING && strings.Contains(lit.Value, "%p") {
			c.Report(lit.Pos(), "%%p: an address differs from run to run")
		}
	}
}
