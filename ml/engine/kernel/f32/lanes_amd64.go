//go:build !noasm

package f32

// lanes8 of lanes_amd64.s computes n elements, a multiple of eight, with AVX2.
//
//go:noescape
func lanes8(op, n int, to, x, y *float32, a, b, c float32)
