package safemath

import "fmt"

// Add returns a + b. Fails with ErrOverflow.
func Add[T Integer](a, b T) (T, error) {
	c := a + b
	if (c < a) != (b < 0) { // a sum is below a exactly if b is negative
		return 0, overflow(a, "+", b)
	}
	return c, nil
}

// Sub returns a - b. Fails with ErrOverflow, so for unsigned types whenever b is above a.
func Sub[T Integer](a, b T) (T, error) {
	c := a - b
	if (c > a) != (b < 0) {
		return 0, overflow(a, "-", b)
	}
	return c, nil
}

// Mul returns a * b. Fails with ErrOverflow.
func Mul[T Integer](a, b T) (T, error) {
	if a == 0 || b == 0 {
		return 0, nil
	}
	c := a * b
	// The sign is compared too: least / -1 is least again, so dividing back alone would not notice.
	if c/b != a || (c < 0) != ((a < 0) != (b < 0)) {
		return 0, overflow(a, "*", b)
	}
	return c, nil
}

// Div returns a / b without its fraction (towards zero). Fails with ErrDivisionByZero, and with ErrOverflow for the
// least number divided by -1.
func Div[T Integer](a, b T) (T, error) {
	if b == 0 {
		return 0, fmt.Errorf("%w: %d / 0", ErrDivisionByZero, a)
	}
	c := a / b
	if a < 0 && b < 0 && c < 0 {
		return 0, overflow(a, "/", b)
	}
	return c, nil
}

// Mod returns what Div leaves, with the sign of a: a == Div(a, b)*b + Mod(a, b). Fails with ErrDivisionByZero.
func Mod[T Integer](a, b T) (T, error) {
	if b == 0 {
		return 0, fmt.Errorf("%w: %d mod 0", ErrDivisionByZero, a)
	}
	return a % b, nil
}

// Neg returns -v. Fails with ErrOverflow for the least number, and for unsigned types unless v is 0.
func Neg[T Integer](v T) (T, error) { return Sub(0, v) }

// Abs returns v without its sign. Fails with ErrOverflow for the least number.
func Abs[T Integer](v T) (T, error) {
	if v < 0 {
		return Neg(v)
	}
	return v, nil
}

// Shl returns v * 2^n. Fails with ErrOverflow if a bit or the sign would be lost.
func Shl[T Integer](v T, n uint) (T, error) {
	c := v << n
	if c>>n != v {
		return 0, fmt.Errorf("%w: %d << %d into %T", ErrOverflow, v, n, v)
	}
	return c, nil
}

// Sum returns the sum of all. Fails with ErrOverflow if a partial sum, from left to right, does not fit.
func Sum[T Integer](all ...T) (T, error) {
	var sum T
	for _, v := range all {
		next, err := Add(sum, v)
		if err != nil {
			return 0, err
		}
		sum = next
	}
	return sum, nil
}

func overflow[T Integer](a T, op string, b T) error {
	return fmt.Errorf("%w: %d %s %d into %T", ErrOverflow, a, op, b, a)
}
