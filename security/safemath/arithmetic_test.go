package safemath_test

import (
	"errors"
	"fmt"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/security/safemath"
)

type duration int64 // a type of our own, as time.Duration is

func TestArithmeticIsThatOfMathematics(t *testing.T) {
	t.Run("int", arithmetic[int])
	t.Run("int8", arithmetic[int8])
	t.Run("int16", arithmetic[int16])
	t.Run("int32", arithmetic[int32])
	t.Run("int64", arithmetic[int64])
	t.Run("uint", arithmetic[uint])
	t.Run("uint8", arithmetic[uint8])
	t.Run("uint16", arithmetic[uint16])
	t.Run("uint32", arithmetic[uint32])
	t.Run("uint64", arithmetic[uint64])
	t.Run("named", arithmetic[duration])
}

func arithmetic[T safemath.Integer](t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := number[T](t, "a"), number[T](t, "b")
		n := rapid.UintRange(0, 70).Draw(t, "n")
		x, y := wide(a), wide(b)
		check := func(op string, exact *big.Int) func(T, error) {
			return func(got T, err error) {
				if why := judge(got, err, exact); why != "" {
					t.Fatalf("%T: %d %s %d: %s", a, a, op, b, why)
				}
			}
		}
		check("+", new(big.Int).Add(x, y))(safemath.Add(a, b))
		check("-", new(big.Int).Sub(x, y))(safemath.Sub(a, b))
		check("*", new(big.Int).Mul(x, y))(safemath.Mul(a, b))
		check("neg", new(big.Int).Neg(x))(safemath.Neg(a))
		check("abs", new(big.Int).Abs(x))(safemath.Abs(a))
		check(fmt.Sprint("<<", n), new(big.Int).Lsh(x, n))(safemath.Shl(a, n))
		if b != 0 {
			check("/", new(big.Int).Quo(x, y))(safemath.Div(a, b))
			check("mod", new(big.Int).Rem(x, y))(safemath.Mod(a, b))
		}
		sum, err := safemath.Sum(a, b)
		check("sum", new(big.Int).Add(x, y))(sum, err)
	})
	for _, op := range []func(a, b T) (T, error){safemath.Div[T], safemath.Mod[T]} {
		if _, err := op(1, 0); !errors.Is(err, safemath.ErrDivisionByZero) {
			t.Fatalf("by zero: %v", err)
		}
	}
}

// number draws a number of T and prefers those at the edges, where the mistakes are.
func number[T safemath.Integer](t *rapid.T, label string) T {
	least, most := edges[T]()
	edge := rapid.SampledFrom([]T{0, 1, 2, least, least + 1, most, most - 1, most / 2, most/2 + 1, least / 2, ^T(0)}) // ^0 is -1, or the greatest
	free := rapid.Map(rapid.Uint64(), func(v uint64) T { return T(v) })
	return rapid.OneOf(edge, free).Draw(t, label)
}

// edges finds the least and greatest number of T by counting bits, another way than the package does.
func edges[T safemath.Integer]() (least, most T) {
	for most = 1; most<<1|1 > most; {
		most = most<<1 | 1
	}
	return most + 1, most // one above the greatest is the least, and 0 if unsigned
}

func wide[T safemath.Integer](v T) *big.Int {
	n, ok := new(big.Int).SetString(fmt.Sprint(v), 10)
	if !ok {
		panic("fmt does not print integers")
	}
	return n
}

func fits[T safemath.Integer](n *big.Int) bool {
	least, most := edges[T]()
	return n.Cmp(wide(least)) >= 0 && n.Cmp(wide(most)) <= 0
}

// judge compares a result with the exact one; it returns what is wrong, or nothing.
func judge[T safemath.Integer](got T, err error, exact *big.Int) string {
	switch {
	case err == nil && wide(got).Cmp(exact) != 0:
		return fmt.Sprintf("got %d, exact is %s", got, exact)
	case err != nil && fits[T](exact):
		return fmt.Sprintf("refused %s, which fits: %v", exact, err)
	case err != nil && !errors.Is(err, safemath.ErrOverflow):
		return fmt.Sprintf("another error: %v", err)
	case err != nil && got != 0:
		return "a number beside an error"
	}
	return ""
}

// Of 8 bits there are few enough to try all.
func TestAllOfEightBits(t *testing.T) {
	for i := range 256 {
		for j := range 256 {
			a, b := int8(i), int8(j)
			u, v := uint8(i), uint8(j)
			for op, why := range map[string]string{
				"+":  every(safemath.Add[int8], (*big.Int).Add, a, b),
				"-":  every(safemath.Sub[int8], (*big.Int).Sub, a, b),
				"*":  every(safemath.Mul[int8], (*big.Int).Mul, a, b),
				"u+": every(safemath.Add[uint8], (*big.Int).Add, u, v),
				"u-": every(safemath.Sub[uint8], (*big.Int).Sub, u, v),
				"u*": every(safemath.Mul[uint8], (*big.Int).Mul, u, v),
			} {
				if why != "" {
					t.Fatalf("%d %s %d: %s", a, op, b, why)
				}
			}
			if b != 0 {
				if why := every(safemath.Div[int8], (*big.Int).Quo, a, b); why != "" {
					t.Fatalf("%d / %d: %s", a, b, why)
				}
			}
		}
	}
}

func every[T safemath.Integer](ours func(a, b T) (T, error), exact func(z, x, y *big.Int) *big.Int, a, b T) string {
	got, err := ours(a, b)
	return judge(got, err, exact(new(big.Int), wide(a), wide(b)))
}
