package overflow

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"math/big"
)

// span is the integers from least to most, both within.
type span struct{ least, most string } // decimal: comparable, and never too narrow

func number(v *big.Int) string { return v.String() }

func big10(s string) *big.Int {
	v, ok := new(big.Int).SetString(s, 10)
	if !ok {
		return new(big.Int) // a span is made of numbers only
	}
	return v
}

func between(least, most *big.Int) span { return span{number(least), number(most)} }

func (s span) contains(o span) bool {
	return big10(s.least).Cmp(big10(o.least)) <= 0 && big10(s.most).Cmp(big10(o.most)) >= 0
}

// cut is what both have. Where they have nothing in common the place is never reached, and s stays as it was.
func (s span) cut(o span) span {
	least, most := big10(s.least), big10(s.most)
	if l := big10(o.least); l.Cmp(least) > 0 {
		least = l
	}
	if m := big10(o.most); m.Cmp(most) < 0 {
		most = m
	}
	if least.Cmp(most) > 0 {
		return s
	}
	return between(least, most)
}

// integer is the span of an integer type. Of a type parameter it is that of the widest of its types: a conversion to one
// that may be narrower is for safemath.
func (f function) integer(t types.Type) (span, bool) {
	if p, ok := types.Unalias(t).(*types.TypeParam); ok {
		return f.widest(p)
	}
	basic, ok := t.Underlying().(*types.Basic)
	if !ok || basic.Info()&types.IsInteger == 0 || basic.Kind() == types.Uintptr || basic.Info()&types.IsUntyped != 0 {
		return span{}, false
	}
	bits := uint(f.pass.TypesSizes.Sizeof(basic)) * 8 //ve:allow overflow a basic type has eight bytes at most
	if basic.Info()&types.IsUnsigned != 0 {
		return between(new(big.Int), minusOne(power(bits))), true
	}
	return between(new(big.Int).Neg(power(bits-1)), minusOne(power(bits-1))), true
}

func (f function) widest(p *types.TypeParam) (out span, ok bool) {
	set, isInterface := p.Constraint().Underlying().(*types.Interface)
	if !isInterface {
		return span{}, false
	}
	for i := range set.NumEmbeddeds() {
		union, isUnion := set.EmbeddedType(i).(*types.Union)
		if !isUnion {
			continue
		}
		for j := range union.Len() {
			s, isInteger := f.integer(union.Term(j).Type())
			if !isInteger {
				return span{}, false
			}
			if !ok {
				out, ok = s, true
			}
			out = hull(big10(out.least), big10(out.most), big10(s.least), big10(s.most))
		}
	}
	return out, ok
}

func power(bits uint) *big.Int      { return new(big.Int).Lsh(big.NewInt(1), bits) }
func minusOne(v *big.Int) *big.Int  { return new(big.Int).Sub(v, big.NewInt(1)) }
func upTo(most *big.Int) span       { return between(new(big.Int), most) }
func negative(v string) bool        { return big10(v).Sign() < 0 }
func (s span) neverBelowZero() bool { return !negative(s.least) }
func isFloat(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsFloat != 0
}
func constantOf(v constant.Value) *big.Int {
	if v == nil || v.Kind() != constant.Int {
		return nil
	}
	n, ok := new(big.Int).SetString(v.ExactString(), 10)
	if !ok {
		return nil
	}
	return n
}

// bounds is where an expression's number lies, as far as one function shows it.
func (f function) bounds(e ast.Expr) span {
	e = ast.Unparen(e)
	if v := constantOf(f.pass.TypesInfo.Types[e].Value); v != nil {
		return between(v, v)
	}
	typed, isInteger := f.integer(f.pass.TypesInfo.TypeOf(e))
	if !isInteger {
		return everything()
	}
	switch e := e.(type) {
	case *ast.BinaryExpr:
		if r := f.operation(e); typed.contains(r) {
			return r.cut(f.decided(e))
		}
		return typed
	case *ast.UnaryExpr:
		if e.Op == token.SUB {
			x := f.bounds(e.X)
			if r := between(new(big.Int).Neg(big10(x.most)), new(big.Int).Neg(big10(x.least))); typed.contains(r) {
				return r
			}
		}
		return typed
	case *ast.CallExpr:
		return f.call(e, typed).cut(f.decided(e))
	}
	return typed.cut(f.decided(e))
}

// everything is as wide as anything that 64 bits are computed into.
func everything() span { return between(new(big.Int).Neg(power(128)), power(128)) }

// call bounds what is called: len and cap, min and max, conversions, and functions of the standard library that say so.
func (f function) call(e *ast.CallExpr, typed span) span {
	if f.pass.TypesInfo.Types[e.Fun].IsType() && len(e.Args) == 1 {
		if _, isInteger := f.integer(f.pass.TypesInfo.TypeOf(e.Args[0])); isInteger {
			if r := f.bounds(e.Args[0]); typed.contains(r) {
				return r
			}
		}
		return typed
	}
	name := ""
	switch fun := ast.Unparen(e.Fun).(type) {
	case *ast.Ident:
		if b, ok := f.pass.TypesInfo.Uses[fun].(*types.Builtin); ok {
			name = b.Name()
		}
	case *ast.SelectorExpr:
		if fn, ok := f.pass.TypesInfo.Uses[fun.Sel].(*types.Func); ok && fn.Pkg() != nil {
			name = fn.FullName()
		}
	}
	switch name {
	case "len", "cap", "copy":
		// What is in memory is shorter than the address space: 2^48 bytes on every machine Go knows.
		return typed.cut(upTo(power(48)))
	case "min":
		return typed.cut(f.extreme(e.Args, -1))
	case "max":
		return typed.cut(f.extreme(e.Args, 1))
	case "math/bits.Len", "math/bits.Len64", "math/bits.Len32", "math/bits.OnesCount64", "math/bits.OnesCount", "math/bits.TrailingZeros64", "math/bits.LeadingZeros64":
		return upTo(big.NewInt(64))
	case "(reflect.Value).Len", "(*bytes.Buffer).Len", "(*strings.Builder).Len", "(*bytes.Reader).Len", "(*strings.Reader).Len", "unicode/utf8.RuneCountInString":
		return typed.cut(upTo(power(48)))
	}
	return typed
}

// extreme bounds min (sign -1) and max (sign 1): the lesser, or greater, of the least, up to that of the most.
func (f function) extreme(args []ast.Expr, sign int) span {
	out := f.bounds(args[0])
	for _, a := range args[1:] {
		b := f.bounds(a)
		if big10(b.least).Cmp(big10(out.least)) == sign {
			out.least = b.least
		}
		if big10(b.most).Cmp(big10(out.most)) == sign {
			out.most = b.most
		}
	}
	return out
}

// operation bounds the true result of an operation, which may lie outside the type it is computed in.
func (f function) operation(e *ast.BinaryExpr) span {
	x, y := f.bounds(e.X), f.bounds(e.Y)
	xl, xm, yl, ym := big10(x.least), big10(x.most), big10(y.least), big10(y.most)
	switch e.Op {
	case token.ADD:
		return between(new(big.Int).Add(xl, yl), new(big.Int).Add(xm, ym))
	case token.SUB:
		return between(new(big.Int).Sub(xl, ym), new(big.Int).Sub(xm, yl))
	case token.MUL:
		return hull(new(big.Int).Mul(xl, yl), new(big.Int).Mul(xl, ym), new(big.Int).Mul(xm, yl), new(big.Int).Mul(xm, ym))
	case token.QUO:
		if yl.Sign() > 0 {
			return hull(new(big.Int).Quo(xl, yl), new(big.Int).Quo(xl, ym), new(big.Int).Quo(xm, yl), new(big.Int).Quo(xm, ym))
		}
	case token.REM:
		if yl.Sign() > 0 {
			most := minusOne(ym)
			if x.neverBelowZero() {
				return upTo(most).cut(upTo(xm))
			}
			return between(new(big.Int).Neg(most), most)
		}
	case token.AND:
		switch { // a mask bounds, whatever the other side is
		case yl.Sign() >= 0 && x.neverBelowZero():
			return upTo(ym).cut(upTo(xm))
		case yl.Sign() >= 0:
			return upTo(ym)
		case xl.Sign() >= 0:
			return upTo(xm)
		}
	case token.OR, token.XOR:
		if x.neverBelowZero() && y.neverBelowZero() {
			return upTo(minusOne(power(uint(max(xm.BitLen(), ym.BitLen(), 0)))))
		}
	case token.AND_NOT:
		if x.neverBelowZero() {
			return upTo(xm)
		}
	case token.SHR:
		if yl.Sign() >= 0 && yl.IsUint64() && yl.Uint64() < 256 && x.neverBelowZero() {
			return upTo(new(big.Int).Rsh(xm, uint(yl.Uint64())))
		}
	case token.SHL:
		if ym.IsUint64() && ym.Uint64() < 256 && yl.Sign() >= 0 && x.neverBelowZero() {
			return upTo(new(big.Int).Lsh(xm, uint(ym.Uint64())))
		}
		return everything()
	}
	if t, isInteger := f.integer(f.pass.TypesInfo.TypeOf(e)); isInteger {
		return t
	}
	return everything()
}

func hull(all ...*big.Int) span {
	least, most := all[0], all[0]
	for _, v := range all[1:] {
		if v.Cmp(least) < 0 {
			least = v
		}
		if v.Cmp(most) > 0 {
			most = v
		}
	}
	return between(least, most)
}
