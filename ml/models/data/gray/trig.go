package gray

// Turn is a whole turn in the unit of angles, and Unity is 1 in the unit of Sin, Cos and of affine factors (Q14).
const (
	Turn  = 4096
	Unity = 1 << 14
)

// sines is the first quarter of the sine, Q14, computed in integers by sineQuarter.
var sines = sineQuarter()

// sineQuarter sums the Taylor series in Q30; nine terms are good for far more than the 14 bits that stay.
func sineQuarter() (table [Turn/4 + 1]int16) {
	const halfPi = 1686629713 // π/2, Q30
	for i := range table {
		x := halfPi * int64(i) / (Turn / 4)
		square := x * x >> 30
		sum, term := x, x
		for k := int64(2); k <= 18; k += 2 {
			term = -(term * square >> 30) / (k * (k + 1))
			sum += term
		}
		table[i] = int16(min(max((sum+1<<15)>>16, 0), Unity))
	}
	return table
}

// Sin returns the sine of an angle in 1/4096 turn, as Q14.
func Sin(angle int) int {
	a := angle & (Turn - 1)
	switch {
	case a <= Turn/4:
		return int(sines[a])
	case a <= Turn/2:
		return int(sines[Turn/2-a])
	case a <= 3*Turn/4:
		return -int(sines[a-Turn/2])
	default:
		return -int(sines[Turn-a])
	}
}

// Cos returns the cosine of an angle in 1/4096 turn, as Q14.
func Cos(angle int) int { return Sin(angle + Turn/4) }

// Sqrt returns the square root of n rounded down, and 0 for n below 1.
func Sqrt(n int64) int64 {
	if n < 1 {
		return 0
	}
	root, bit := int64(0), int64(1)<<62
	for bit > n {
		bit >>= 2
	}
	for ; bit != 0; bit >>= 2 {
		if n >= root+bit {
			n -= root + bit
			root = root>>1 + bit
		} else {
			root >>= 1
		}
	}
	return root
}
