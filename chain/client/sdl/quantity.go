package sdl

import (
	"fmt"
	"math/big"
	"strings"

	"cosmossdk.io/math"
)

// maxDigits bounds the numbers that are read: more than any machine has of anything, few enough to be cheap.
const maxDigits = 40

// sizes are the suffixes of an amount of bytes. Longer ones come before those they end in.
var sizes = []struct {
	suffix string
	power  uint // of 1024 where binary, of 1000 otherwise
	binary bool
}{
	{"Ki", 1, true}, {"Mi", 2, true}, {"Gi", 3, true}, {"Ti", 4, true}, {"Pi", 5, true}, {"Ei", 6, true},
	{"k", 1, false}, {"K", 1, false}, {"M", 2, false}, {"G", 3, false}, {"T", 4, false}, {"P", 5, false}, {"E", 6, false},
	{"", 0, false},
}

// parseBytes reads an amount like 512Mi, 1.5Gi or 2G: whole bytes, more than none.
func parseBytes(s string) (uint64, error) {
	for _, z := range sizes {
		digits, ok := strings.CutSuffix(s, z.suffix)
		if !ok {
			continue
		}
		base := int64(1000)
		if z.binary {
			base = 1024
		}
		unit := new(big.Int).Exp(big.NewInt(base), new(big.Int).SetUint64(uint64(z.power)), nil)
		return whole(s, digits, unit, "bytes: a number with Ki, Mi, Gi, Ti, k, M, G or T is expected")
	}
	return 0, nil // not reached: the last suffix is empty
}

// parseMilliCPU reads processors like 2, 0.5 or 500m: whole thousandths, more than none.
func parseMilliCPU(s string) (uint64, error) {
	const what = "thousandths of a processor: a number like 2, 0.5 or 500m is expected"
	if digits, ok := strings.CutSuffix(s, "m"); ok {
		return whole(s, digits, big.NewInt(1), what)
	}
	return whole(s, s, big.NewInt(1000), what)
}

// whole multiplies exactly and refuses fractions, nothing, and what 64 bits cannot count.
func whole(s, digits string, unit *big.Int, what string) (uint64, error) {
	n, err := decimal(digits)
	if err != nil {
		return 0, fmt.Errorf("%q is no amount of %s", s, what)
	}
	n.Mul(n, new(big.Rat).SetInt(unit))
	if !n.IsInt() || n.Sign() == 0 || !n.Num().IsUint64() {
		return 0, fmt.Errorf("%q is not a whole, countable number of %s", s, what)
	}
	return n.Num().Uint64(), nil
}

// parsePrice reads an amount of uve per block. A zero fraction, as in 1000.00, is none.
func parsePrice(s string) (math.Int, error) {
	n, err := decimal(s)
	if err != nil {
		return math.Int{}, fmt.Errorf("%q: a number of uve per block is expected", s)
	}
	if !n.IsInt() {
		return math.Int{}, fmt.Errorf("%q: there is nothing smaller than 1 uve; give whole uve per block", s)
	}
	return math.NewIntFromBigInt(n.Num()), nil
}

// decimal reads digits, perhaps with a point between them. Exponents are refused: 1e999999999 is short and huge.
func decimal(s string) (*big.Rat, error) {
	before, after, point := strings.Cut(s, ".")
	if before == "" || (point && after == "") || len(s) > maxDigits || strings.Trim(before+after, "0123456789") != "" {
		return nil, fmt.Errorf("%q is no decimal number", s)
	}
	n, ok := new(big.Rat).SetString(s)
	if !ok {
		return nil, fmt.Errorf("%q is no decimal number", s)
	}
	return n, nil
}
