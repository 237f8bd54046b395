package overflow

import (
	"go/ast"
	"go/printer"
	"go/token"
	"go/types"
	"math/big"
	"strings"

	"github.com/virtengine/virtengine/security/analyzers/ban"
)

// fact is what a comparison says about an expression from one place in the source to another.
type fact struct {
	about    string // the expression, as written
	from, to token.Pos
	within   span
}

// write is a place where an expression gets another number.
type write struct {
	about string
	at    token.Pos
	loops []ast.Node // those around it: what is written late in one turn is read early in the next
}

// text is an expression as written, for comparing two of them. A method that answers differently each time it is called
// looks the same; those of numbers and buffers do not.
func text(e ast.Expr) string {
	var b strings.Builder
	if err := printer.Fprint(&b, token.NewFileSet(), ast.Unparen(e)); err != nil {
		return ""
	}
	return b.String()
}

// decided is what the comparisons around and before an expression say about it.
func (f function) decided(e ast.Expr) span {
	out, about := everything(), text(e)
	for _, d := range f.facts {
		if d.about == about && d.from <= e.Pos() && e.Pos() < d.to && !f.changed(about, d.from, e.Pos()) {
			out = out.cut(d.within)
		}
	}
	return out
}

// changed says whether something was written to an expression, or to what it is part of, between two places.
func (f function) changed(about string, from, to token.Pos) bool {
	for _, w := range f.writes {
		if w.reaches(from, to) && (w.about == about || strings.HasPrefix(about, w.about+".") || strings.HasPrefix(about, w.about+"[") || strings.Contains(about, "("+w.about+")")) {
			return true
		}
	}
	return false
}

// reaches says whether something written may be read at a place that a comparison at an earlier one speaks about.
func (w write) reaches(compared, read token.Pos) bool {
	if w.at > compared && w.at < read {
		return true
	}
	for _, l := range w.loops { // the comparison is not made again in each turn, and both are in it
		if l.Pos() > compared && l.Pos() < read && read < l.End() {
			return true
		}
	}
	return false
}

func (f function) assignments() []write {
	var out []write
	var around []ast.Node
	ast.Inspect(f.root, func(n ast.Node) bool {
		if n == nil {
			around = around[:len(around)-1]
			return true
		}
		var loops []ast.Node
		for _, a := range around {
			switch a.(type) {
			case *ast.ForStmt, *ast.RangeStmt:
				loops = append(loops, a)
			}
		}
		around = append(around, n)
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				out = append(out, write{text(l), n.End(), loops})
			}
		case *ast.IncDecStmt:
			out = append(out, write{text(n.X), n.End(), loops})
		case *ast.UnaryExpr:
			if n.Op == token.AND { // whoever has the address may write
				out = append(out, write{text(n.X), n.Pos(), loops})
			}
		}
		return true
	})
	return out
}

// decisions collects what conditions say: inside the branch that they open, and behind a branch that never comes back.
func (f function) decisions() []fact {
	var out []fact
	ast.Inspect(f.root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BlockStmt:
			out = append(out, f.after(n.List, n.End())...)
		case *ast.CaseClause:
			out = append(out, f.after(n.Body, n.End())...)
		case *ast.CommClause:
			out = append(out, f.after(n.Body, n.End())...)
		case *ast.IfStmt:
			out = append(out, f.says(n.Cond, true, n.Body.Pos(), n.Body.End())...)
			if n.Else != nil {
				out = append(out, f.says(n.Cond, false, n.Else.Pos(), n.Else.End())...)
			}
		case *ast.ForStmt:
			if n.Cond != nil {
				out = append(out, f.says(n.Cond, true, n.Body.Pos(), n.Body.End())...)
			}
			out = append(out, f.counts(n)...)
		case *ast.RangeStmt:
			if n.Key != nil && f.countsUp(n.X) { // an index, or a count: not below zero
				out = append(out, fact{text(n.Key), n.Body.Pos(), n.Body.End(), upTo(big10(everything().most)).cut(f.limit(n.X))})
			}
		case *ast.AssignStmt:
			out = append(out, f.parsed(n)...)
		case *ast.BinaryExpr: // a && T(a): the right side is reached by what the left decides
			if n.Op == token.LAND || n.Op == token.LOR {
				out = append(out, f.says(n.X, n.Op == token.LAND, n.Y.Pos(), n.Y.End())...)
			}
		case *ast.SwitchStmt:
			out = append(out, f.cases(n)...)
		}
		return true
	})
	return out
}

// parsed is what strconv promises: n, err := strconv.ParseUint(s, 10, 16) gives no number of more than 16 bits, also where
// it fails.
func (f function) parsed(n *ast.AssignStmt) []fact {
	if len(n.Rhs) != 1 || len(n.Lhs) != 2 {
		return nil
	}
	call, ok := n.Rhs[0].(*ast.CallExpr)
	if !ok || len(call.Args) != 3 {
		return nil
	}
	name := ban.Callee(f.pass, call)
	size := constantOf(f.pass.TypesInfo.Types[call.Args[2]].Value)
	if size == nil || size.Sign() <= 0 || size.Cmp(big.NewInt(64)) > 0 {
		return nil
	}
	bits := uint(size.Uint64()) //ve:allow overflow it is from one to sixty-four
	switch name {
	case "strconv.ParseUint":
		return []fact{{text(n.Lhs[0]), n.End(), f.root.End(), upTo(minusOne(power(bits)))}}
	case "strconv.ParseInt":
		return []fact{{text(n.Lhs[0]), n.End(), f.root.End(), between(new(big.Int).Neg(power(bits-1)), minusOne(power(bits-1)))}}
	}
	return nil
}

// countsUp says whether a range's key is an index or a count.
func (f function) countsUp(x ast.Expr) bool {
	switch t := f.pass.TypesInfo.TypeOf(x).Underlying().(type) {
	case *types.Slice, *types.Array:
		return true
	case *types.Pointer:
		_, array := t.Elem().Underlying().(*types.Array)
		return array
	case *types.Basic:
		return t.Info()&(types.IsInteger|types.IsString) != 0
	}
	return false
}

// limit is below what a range's key stays.
func (f function) limit(x ast.Expr) span {
	if _, isInteger := f.integer(f.pass.TypesInfo.TypeOf(x)); isInteger {
		if b := f.bounds(x); big10(b.most).Sign() > 0 {
			return upTo(minusOne(big10(b.most)))
		}
	}
	return upTo(power(48))
}

// counts is for i := 0; ...; i++: i is not below where it began.
func (f function) counts(n *ast.ForStmt) []fact {
	init, ok := n.Init.(*ast.AssignStmt)
	if !ok || init.Tok != token.DEFINE || len(init.Lhs) != len(init.Rhs) {
		return nil
	}
	step, ok := n.Post.(*ast.IncDecStmt)
	if !ok || step.Tok != token.INC {
		return nil
	}
	for i, l := range init.Lhs {
		if text(l) == text(step.X) {
			return []fact{{text(l), n.Body.Pos(), n.Body.End(), span{f.bounds(init.Rhs[i]).least, everything().most}}}
		}
	}
	return nil
}

// after is what holds behind each "if …{ return }" of a list, to the list's end.
func (f function) after(list []ast.Stmt, end token.Pos) []fact {
	var out []fact
	for _, s := range list {
		branch, ok := s.(*ast.IfStmt)
		if ok && branch.Else == nil && leaves(branch.Body) {
			out = append(out, f.says(branch.Cond, false, branch.End(), end)...)
		}
		if sw, ok := s.(*ast.SwitchStmt); ok && sw.Tag == nil {
			for _, c := range sw.Body.List {
				if clause, ok := c.(*ast.CaseClause); ok && leaves(&ast.BlockStmt{List: clause.Body}) {
					for _, cond := range clause.List {
						out = append(out, f.says(cond, false, sw.End(), end)...)
					}
				}
			}
		}
	}
	return out
}

// cases is what the conditions of a switch without a tag say: in their own clause, and in those behind it.
func (f function) cases(n *ast.SwitchStmt) []fact {
	if n.Tag != nil {
		return nil
	}
	var out []fact
	for _, s := range n.Body.List {
		clause, ok := s.(*ast.CaseClause)
		if !ok {
			continue
		}
		for _, cond := range clause.List {
			if len(clause.List) == 1 {
				out = append(out, f.says(cond, true, clause.Colon, clause.End())...)
			}
			out = append(out, f.says(cond, false, clause.End(), n.Body.End())...)
		}
	}
	return out
}

// leaves says whether what follows a block is not reached through it.
func leaves(b *ast.BlockStmt) bool {
	if len(b.List) == 0 {
		return false
	}
	switch s := b.List[len(b.List)-1].(type) {
	case *ast.ReturnStmt:
		return true
	case *ast.BranchStmt:
		return s.Tok != token.FALLTHROUGH
	case *ast.ExprStmt:
		call, ok := s.X.(*ast.CallExpr)
		return ok && text(call.Fun) == "panic"
	}
	return false
}

// says is what a condition, holding or not, says of expressions between two places.
func (f function) says(cond ast.Expr, holds bool, from, to token.Pos) []fact {
	switch c := ast.Unparen(cond).(type) {
	case *ast.UnaryExpr:
		if c.Op == token.NOT {
			return f.says(c.X, !holds, from, to)
		}
	case *ast.BinaryExpr:
		if c.Op == token.LAND && holds || c.Op == token.LOR && !holds {
			return append(f.says(c.X, holds, from, to), f.says(c.Y, holds, from, to)...)
		}
		return append(f.compares(c.X, c.Op, c.Y, holds, from, to), f.compares(c.Y, mirrored[c.Op], c.X, holds, from, to)...)
	}
	return nil
}

var (
	mirrored = map[token.Token]token.Token{token.LSS: token.GTR, token.LEQ: token.GEQ, token.GTR: token.LSS, token.GEQ: token.LEQ, token.EQL: token.EQL, token.NEQ: token.NEQ}
	opposite = map[token.Token]token.Token{token.LSS: token.GEQ, token.LEQ: token.GTR, token.GTR: token.LEQ, token.GEQ: token.LSS, token.EQL: token.NEQ, token.NEQ: token.EQL}
)

// compares is what x op y says of x.
func (f function) compares(x ast.Expr, op token.Token, y ast.Expr, holds bool, from, to token.Pos) []fact {
	if _, isInteger := f.integer(f.pass.TypesInfo.TypeOf(x)); !isInteger || f.pass.TypesInfo.Types[x].Value != nil {
		return nil
	}
	if !holds {
		op = opposite[op]
	}
	all, other := everything(), f.bounds(y)
	switch op {
	case token.LSS:
		all.most = number(minusOne(big10(other.most)))
	case token.LEQ:
		all.most = other.most
	case token.GTR:
		all.least = number(new(big.Int).Add(big10(other.least), big.NewInt(1)))
	case token.GEQ:
		all.least = other.least
	case token.EQL:
		all = other
	default:
		return nil
	}
	out := []fact{{text(x), from, to, all}}
	// What a conversion that loses nothing says is said of what was converted too: uint64(n) > limit.
	if call, ok := ast.Unparen(x).(*ast.CallExpr); ok && f.pass.TypesInfo.Types[call.Fun].IsType() && len(call.Args) == 1 {
		wide, ok1 := f.integer(f.pass.TypesInfo.TypeOf(call))
		narrow, ok2 := f.integer(f.pass.TypesInfo.TypeOf(call.Args[0]))
		if ok1 && ok2 && wide.contains(narrow) {
			out = append(out, fact{text(call.Args[0]), from, to, all})
		}
	}
	return out
}
