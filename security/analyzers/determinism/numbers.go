package determinism

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/virtengine/virtengine/security/analyzers/ban"
	"github.com/virtengine/virtengine/security/analyzers/house"
)

// engine is where floating point is allowed and must give the same bits on every machine (docs/determinism.md).
const engine = "ml/engine"

var notEngine = []string{"ml/engine/conform"}

// exact are the names of package math whose results are the same everywhere, by their definition.
var exact = map[string]bool{
	"Sqrt": true, "Floor": true, "Ceil": true, "Trunc": true, "RoundToEven": true, "Abs": true, "Copysign": true, "Signbit": true, "Mod": true,
	"IsNaN": true, "IsInf": true, "NaN": true, "Inf": true, "Float32bits": true, "Float32frombits": true, "Float64bits": true, "Float64frombits": true,
}

var engineRules = []ban.Rule{
	{Package: "time", Names: []string{"Now", "Since", "Until"}, Use: "a result depends on model and input alone"},
	{Package: "os", Use: machine},
	{Package: "runtime", Names: []string{"NumCPU", "GOMAXPROCS", "GOARCH", "GOOS"}, Use: machine},
	{Package: "github.com/virtengine/virtengine/security/entropy", Use: chance},
}

func inEngine(pkg string) bool {
	if pkg != engine && !strings.HasPrefix(pkg, engine+"/") {
		return false
	}
	for _, p := range notEngine {
		if pkg == p {
			return false
		}
	}
	return true
}

// numbers looks at the engine: every product of floats is rounded by a conversion, since compilers fuse products into sums
// on some machines, and nothing of package math is called that differs between them.
func numbers(pass *analysis.Pass, c *house.Checker) {
	ban.Check(pass, c, engineRules)
	c.Files(func(f *ast.File) {
		rounded := map[ast.Expr]bool{}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if pass.TypesInfo.Types[n.Fun].IsType() && len(n.Args) == 1 {
					rounded[ast.Unparen(n.Args[0])] = true
				}
			case *ast.BinaryExpr:
				if n.Op == token.MUL && floats(pass, n) && !rounded[n] {
					c.Report(n.Pos(), "a product that some machines fuse into a sum: round it, as float64(x*y) does")
				}
			case *ast.AssignStmt:
				if n.Tok == token.MUL_ASSIGN && floats(pass, n.Lhs[0]) {
					c.Report(n.Pos(), "a product that some machines fuse into a sum: write p = float64(p*x)")
				}
			case *ast.RangeStmt:
				if ranges(pass, n) && !copies(n) {
					c.Report(n.Pos(), "range over a map, which has no order")
				}
			case *ast.SelectorExpr:
				if fn, ok := pass.TypesInfo.Uses[n.Sel].(*types.Func); ok && fn.Pkg() != nil && fn.Pkg().Path() == "math" && !exact[fn.Name()] {
					c.Report(n.Pos(), "math.%s differs between architectures: use ml/engine/funcs", fn.Name())
				}
			}
			return true
		})
	})
}

// floats says whether an expression's type is one of floats, or may be.
func floats(pass *analysis.Pass, e ast.Expr) bool {
	if pass.TypesInfo.Types[e].Value != nil {
		return false // the compiler multiplies constants, exactly
	}
	t := pass.TypesInfo.TypeOf(e)
	if p, ok := types.Unalias(t).(*types.TypeParam); ok {
		return holdsFloats(p.Constraint())
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsFloat != 0
}

func holdsFloats(constraint types.Type) bool {
	i, ok := constraint.Underlying().(*types.Interface)
	if !ok {
		return false
	}
	for k := range i.NumEmbeddeds() {
		switch e := i.EmbeddedType(k).(type) {
		case *types.Union:
			for j := range e.Len() {
				t := e.Term(j).Type()
				if b, ok := t.Underlying().(*types.Basic); ok && b.Info()&types.IsFloat != 0 || holdsFloats(t) {
					return true
				}
			}
		default:
			if holdsFloats(e) {
				return true
			}
		}
	}
	return false
}

// copies says whether a range only writes entries of another map, whose order does not show.
func copies(n *ast.RangeStmt) bool {
	if len(n.Body.List) != 1 {
		return false
	}
	a, ok := n.Body.List[0].(*ast.AssignStmt)
	if !ok || len(a.Lhs) != 1 {
		return false
	}
	_, index := a.Lhs[0].(*ast.IndexExpr)
	return index
}
