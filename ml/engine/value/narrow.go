package value

import "math"

// Floats of eight bits and of four, as bits: sign, exponent and fraction as their names count them. FN has no infinity; UZ has no
// zero below zero, and its only NaN in its place. Four bits have neither (OCP 8-bit floating point and microscaling formats).
type (
	E4M3FN   uint8
	E4M3FNUZ uint8
	E5M2     uint8
	E5M2FNUZ uint8
	E2M1     uint8
)

// Integers of four bits, between -8 and 7, and between 0 and 15.
type (
	Int4  int8
	Uint4 uint8
)

// format is how a narrow float is laid out.
type format struct {
	exponent, fraction int  // bits
	bias               int  // of the exponent
	infinite           bool // has infinities, and NaNs beside them
	unsignedZero       bool // its only NaN stands for a zero below zero
	nan                bool // has a NaN
}

var (
	e4m3fn   = format{exponent: 4, fraction: 3, bias: 7, nan: true}
	e4m3fnuz = format{exponent: 4, fraction: 3, bias: 8, nan: true, unsignedZero: true}
	e5m2     = format{exponent: 5, fraction: 2, bias: 15, nan: true, infinite: true}
	e5m2fnuz = format{exponent: 5, fraction: 2, bias: 16, nan: true, unsignedZero: true}
	e2m1     = format{exponent: 2, fraction: 1, bias: 1}
)

// Float32 widens; every narrow float is a float32.
func (v E4M3FN) Float32() float32 { return e4m3fn.wide(uint8(v)) }

// Float32 widens; every narrow float is a float32.
func (v E4M3FNUZ) Float32() float32 { return e4m3fnuz.wide(uint8(v)) }

// Float32 widens; every narrow float is a float32.
func (v E5M2) Float32() float32 { return e5m2.wide(uint8(v)) }

// Float32 widens; every narrow float is a float32.
func (v E5M2FNUZ) Float32() float32 { return e5m2fnuz.wide(uint8(v)) }

// Float32 widens; every narrow float is a float32.
func (v E2M1) Float32() float32 { return e2m1.wide(uint8(v)) }

// E4M3FNOf rounds to the nearest, ties to even. What is too large is the largest where saturate is set, else NaN.
func E4M3FNOf(f float32, saturate bool) E4M3FN { return E4M3FN(e4m3fn.narrow(f, saturate)) }

// E4M3FNUZOf rounds likewise.
func E4M3FNUZOf(f float32, saturate bool) E4M3FNUZ { return E4M3FNUZ(e4m3fnuz.narrow(f, saturate)) }

// E5M2Of rounds likewise; what is too large and not saturated is an infinity.
func E5M2Of(f float32, saturate bool) E5M2 { return E5M2(e5m2.narrow(f, saturate)) }

// E5M2FNUZOf rounds likewise.
func E5M2FNUZOf(f float32, saturate bool) E5M2FNUZ { return E5M2FNUZ(e5m2fnuz.narrow(f, saturate)) }

// E2M1Of rounds likewise, and always saturates. A NaN, which it has not, is a zero below zero, as ONNX's published cases have it.
func E2M1Of(f float32) E2M1 { return E2M1(e2m1.narrow(f, true)) }

// most is the code of the largest finite number.
func (f format) most() uint8 {
	all := uint8(1)<<(f.exponent+f.fraction) - 1
	switch {
	case f.infinite: // a whole exponent is taken
		return all - 1<<f.fraction
	case f.nan && !f.unsignedZero: // the last code is a NaN
		return all - 1
	}
	return all
}

func (f format) sign() uint8 { return 1 << (f.exponent + f.fraction) }

func (f format) wide(v uint8) float32 {
	size := v & (f.sign() - 1)
	negative := v&f.sign() != 0
	var x float64
	switch fraction := float64(size & (1<<f.fraction - 1)); {
	case f.unsignedZero && negative && size == 0:
		return float32(math.NaN())
	case size > f.most() && f.infinite && size == f.most()+1:
		x = math.Inf(1)
	case size > f.most():
		return float32(math.NaN())
	case size>>f.fraction == 0:
		x = float64(fraction * f.unit(1))
	default:
		x = float64((fraction + float64(int(1)<<f.fraction)) * f.unit(int(size>>f.fraction)))
	}
	if negative {
		x = -x
	}
	return float32(x)
}

// unit is what the last bit of a fraction is worth at an exponent: a power of two.
func (f format) unit(exponent int) float64 {
	return math.Float64frombits(uint64(exponent-f.bias-f.fraction+1023) << 52) //ve:allow overflow the exponents of narrow floats are small
}

func (f format) narrow(x float32, saturate bool) uint8 {
	sign := uint8(0)
	if math.Signbit(float64(x)) {
		sign = f.sign()
	}
	size := math.Abs(float64(x))
	switch {
	case math.IsNaN(size) && (!f.nan || f.unsignedZero):
		return f.sign()
	case math.IsNaN(size):
		return sign | f.sign() - 1
	}
	largest := float64(f.wide(f.most()))
	code := f.most()
	if size <= largest {
		code = f.nearest(size)
	} else if over := float64(largest + float64(f.unit(int(f.most()>>f.fraction))/2)); !saturate && (size > over || size == over && f.most()&1 == 1) {
		return f.tooLarge(sign)
	}
	if code == 0 && f.unsignedZero {
		return 0
	}
	return sign | code
}

// nearest is the code of the nearest number, ties to even; codes ascend as numbers do.
func (f format) nearest(size float64) uint8 {
	exponent := 1
	for exponent < 1<<f.exponent-1 && size >= float64(f.unit(exponent+1)*float64(int(1)<<f.fraction)) {
		exponent++
	}
	units := math.RoundToEven(float64(size / f.unit(exponent)))
	code := units // of subnormals, and of the lowest exponent: its hidden bit is in it
	if exponent > 1 {
		code = float64(units + float64((exponent-1)<<f.fraction))
	}
	return min(uint8(code), f.most()) //ve:allow overflow codes are below 128
}

func (f format) tooLarge(sign uint8) uint8 {
	switch {
	case f.unsignedZero:
		return f.sign()
	case f.infinite:
		return sign | (f.most() + 1)
	}
	return sign | f.sign() - 1
}
