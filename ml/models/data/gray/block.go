package gray

// dct is the orthonormal discrete cosine transform of eight values (the one that JPEG uses), Q13: row k holds
// c(k)·cos((2n+1)·k·π/16), computed from the integer sine.
var dct = cosines()

func cosines() (rows [8][8]int32) {
	for k := range rows {
		for n := range rows[k] {
			if k == 0 {
				rows[k][n] = 2896 // 2^13/√8
				continue
			}
			rows[k][n] = int32(min(max((Cos((2*n+1)*k*Turn/32)+2)>>2, -1<<13), 1<<13))
		}
	}
	return rows
}

// Block makes the image what a lossy codec leaves of it: in blocks of 8×8 every frequency is rounded to a multiple of a step
// that grows with the frequency and with strength (1 is hardly seen, 8 shows blocks, 16 destroys). Whole blocks only; what
// is left at the right and at the foot stays.
func Block(m Image, strength int) {
	strength = min(strength, 64)
	if strength < 1 {
		return
	}
	var steps [64]int32
	for i := range steps {
		steps[i] = int32((4 + i>>3 + i&7) * strength / 2 & 0xffff)
	}
	for y := 0; y+8 <= m.H; y += 8 {
		for x := 0; x+8 <= m.W; x += 8 {
			block(m, x, y, &steps)
		}
	}
}

func block(m Image, x, y int, steps *[64]int32) {
	var a, b [64]int32
	for j := range 8 {
		src := m.Pix[(y+j)*m.W+x:][:8]
		var v [8]int32
		for i, p := range src {
			v[i] = int32(p) - 128
		}
		forward(&v)
		for k := range 8 { // transposed, so that both directions are the same code
			a[k*8+j] = v[k]
		}
	}
	for j := range 8 {
		v := (*[8]int32)(a[j*8:])
		forward(v)
		for k := range 8 {
			step := steps[k*8+j]
			half := step >> 1
			if v[k] < 0 {
				half = -half
			}
			v[k] = (v[k] + half) / step * step
		}
		backward(v)
		for k := range 8 {
			b[k*8+j] = v[k]
		}
	}
	for j := range 8 {
		v := (*[8]int32)(b[j*8:])
		backward(v)
		dst := m.Pix[(y+j)*m.W+x:][:8]
		for i := range dst {
			dst[i] = uint8(min(max(v[i]+128, 0), 255))
		}
	}
}

// forward transforms eight values; the even rows are symmetric and the odd ones antisymmetric, which halves the products.
func forward(v *[8]int32) {
	var sum, diff [4]int32
	for n := range 4 {
		sum[n], diff[n] = v[n]+v[7-n], v[n]-v[7-n]
	}
	for k := 0; k < 8; k += 2 {
		e, o := &dct[k], &dct[k+1]
		v[k] = (e[0]*sum[0] + e[1]*sum[1] + e[2]*sum[2] + e[3]*sum[3] + 1<<12) >> 13
		v[k+1] = (o[0]*diff[0] + o[1]*diff[1] + o[2]*diff[2] + o[3]*diff[3] + 1<<12) >> 13
	}
}

// backward is the inverse of forward, to rounding.
func backward(v *[8]int32) {
	c := *v
	for n := range 4 {
		even := dct[0][n]*c[0] + dct[2][n]*c[2] + dct[4][n]*c[4] + dct[6][n]*c[6]
		odd := dct[1][n]*c[1] + dct[3][n]*c[3] + dct[5][n]*c[5] + dct[7][n]*c[7]
		v[n], v[7-n] = (even+odd+1<<12)>>13, (even-odd+1<<12)>>13
	}
}
