package f32

import (
	"fmt"
	"testing"
)

// GFLOP/s of square products and of a dense layer; "loop" is what the reference executor runs.
func BenchmarkGemm(b *testing.B) {
	for _, size := range [][3]int{{64, 64, 64}, {256, 256, 256}, {512, 512, 512}, {1, 256, 1024}, {64, 144, 576}} {
		m, n, k := size[0], size[1], size[2]
		x, y, c := filled(m*k, 1), filled(k*n, 2), make([]float32, m*n)
		for i := range x {
			x[i] = float32(x[i] * 0)
			x[i] = float32(i%17) / 17
		}
		for i := range y {
			y[i] = float32(i%19) / 19
		}
		rate := func(b *testing.B) {
			b.ReportMetric(2*float64(m)*float64(n)*float64(k)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
		}
		b.Run(fmt.Sprintf("%dx%dx%d/loop", m, n, k), func(b *testing.B) {
			for b.Loop() {
				loop(c, x, y, m, k, n)
			}
			rate(b)
		})
		for _, s := range Sets() {
			for _, turned := range []bool{false, true} {
				ldb := n
				if turned {
					ldb = k
				}
				b.Run(fmt.Sprintf("%dx%dx%d/%s/turned=%v", m, n, k, s.Name(), turned), func(b *testing.B) {
					w := &Work{}
					for b.Loop() {
						s.Gemm(false, turned, m, n, k, x, k, y, ldb, false, c, n, w)
					}
					rate(b)
				})
			}
		}
	}
}

func loop(out, a, b []float32, m, k, n int) {
	clear(out)
	for i := range m {
		row := out[i*n : (i+1)*n]
		for p := range k {
			x := a[i*k+p]
			for j, y := range b[p*n : (p+1)*n] {
				row[j] = float32(row[j] + float32(x*y))
			}
		}
	}
}
