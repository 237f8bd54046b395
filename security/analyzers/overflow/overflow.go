// Package overflow is the analyzer against numbers that do not fit: conversions that cut bits off or change the sign,
// products computed in a type too narrow and widened afterwards, sizes that wrap before they are allocated, floats taken
// for integers.
//
// What it answers: CWE-190, CWE-191, CWE-197, and CWE-681; of length fields, amounts and counters from outside.
//
// A conversion is let through where the number is known to fit: by its type, by arithmetic that bounds it (x & 0xff, x % 10,
// len, a shift, min), or by a comparison in the same function that decides before it. Everything else goes through
// security/safemath, which gives an error instead of another number.
package overflow

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/virtengine/virtengine/security/analyzers/ban"
	"github.com/virtengine/virtengine/security/analyzers/house"
)

// Analyzer finds numbers that may not fit. Tests may convert as they like: they do not ship.
var Analyzer = &analysis.Analyzer{Name: "overflow", Doc: "numbers fit, or security/safemath says that they do not", Run: run}

// panics are methods of big numbers that panic or cut off where the number does not fit, with what to ask before.
var panics = map[string]string{
	"math/big.Int.Int64": "IsInt64", "math/big.Int.Uint64": "IsUint64",
	"cosmossdk.io/math.Int.Int64": "IsInt64", "cosmossdk.io/math.Int.Uint64": "IsUint64",
	"cosmossdk.io/math.Uint.Uint64": "IsUint64",
}

// ours is the size of int that programs of ours are built for, in bytes. Builds for smaller ones only compare bits in tests: a line
// is judged once, as it is shipped, and an exemption is not called needless because of them.
const ours = 8

func run(pass *analysis.Pass) (any, error) {
	if pass.TypesSizes.Sizeof(types.Typ[types.Int]) != ours {
		return nil, nil
	}
	c := house.New(pass, house.Scope{})
	if c == nil {
		return nil, nil
	}
	c.Files(func(f *ast.File) {
		for _, d := range f.Decls {
			function{pass: pass, report: c.Report, root: d}.check()
		}
	})
	c.Done()
	return nil, nil
}

// function is one declaration: the reach of what a comparison decides.
type function struct {
	pass   *analysis.Pass
	report func(token.Pos, string, ...any)
	root   ast.Decl
	facts  []fact
	writes []write
}

func (f function) check() {
	f.facts, f.writes = f.decisions(), f.assignments()
	ast.Inspect(f.root, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if to := f.pass.TypesInfo.Types[call.Fun]; to.IsType() && len(call.Args) == 1 {
			f.conversion(call, to.Type)
			return true
		}
		f.allocation(call)
		f.bigNumber(call)
		return true
	})
}

// conversion looks at T(v).
func (f function) conversion(call *ast.CallExpr, to types.Type) {
	arg := ast.Unparen(call.Args[0])
	from := f.pass.TypesInfo.Types[arg]
	if from.Value != nil { // the compiler looks at constants
		return
	}
	want, isInteger := f.integer(to)
	if !isInteger {
		return
	}
	if isFloat(from.Type) {
		f.report(call.Pos(), "%s of a float: what does not fit becomes whatever the machine makes of it; use safemath.FromFloat", to)
		return
	}
	have, isInteger := f.integer(from.Type)
	if !isInteger {
		return
	}
	if op, ok := arg.(*ast.BinaryExpr); ok && want.contains(have) && want != have && wraps(op.Op) && !have.contains(f.operation(op)) {
		f.report(call.Pos(), "%s is computed as %s and may have wrapped before it becomes %s; convert the operands first, or use safemath", op.Op, from.Type, to)
		return
	}
	if got := f.bounds(arg); !want.contains(got) {
		f.report(call.Pos(), "%s of %s %s: not every number fits; use safemath.To, or compare before", to, from.Type, text(arg))
	}
}

// wraps says whether an operation can leave its type.
func wraps(op token.Token) bool {
	return op == token.ADD || op == token.SUB || op == token.MUL || op == token.SHL
}

// allocation looks at make([]T, a*b): a product of sizes that wraps makes a short slice, or a panic.
func (f function) allocation(call *ast.CallExpr) {
	id, ok := call.Fun.(*ast.Ident)
	if !ok || id.Name != "make" || f.pass.TypesInfo.Uses[id] != types.Universe.Lookup("make") {
		return
	}
	for _, size := range call.Args[1:] {
		op, ok := ast.Unparen(size).(*ast.BinaryExpr)
		if !ok || f.pass.TypesInfo.Types[size].Value != nil || op.Op != token.MUL && op.Op != token.SHL {
			continue
		}
		have, isInteger := f.integer(f.pass.TypesInfo.TypeOf(size))
		if isInteger && !have.contains(f.operation(op)) {
			f.report(size.Pos(), "a size that may wrap: use safemath.Mul and a limit before allocating")
		}
	}
}

// bigNumber looks at big.Int.Int64 and its like.
func (f function) bigNumber(call *ast.CallExpr) {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return
	}
	fn, ok := f.pass.TypesInfo.Uses[sel.Sel].(*types.Func)
	if !ok || fn.Pkg() == nil || fn.Signature().Recv() == nil {
		return
	}
	name := fn.Pkg().Path() + "." + ban.Receiver(fn) + "." + fn.Name()
	ask, found := panics[name]
	if !found || f.asks(text(sel.X), ask, call.Pos()) {
		return
	}
	f.report(call.Pos(), "%s where the number may not fit: ask %s before", name, ask)
}

// asks says whether X.IsInt64() is called before a place.
func (f function) asks(x, method string, before token.Pos) bool {
	found := false
	ast.Inspect(f.root, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || call.Pos() >= before {
			return true
		}
		if sel, ok := call.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == method && text(sel.X) == x {
			found = true
		}
		return true
	})
	return found
}
