//go:build !noasm

package f32

import "golang.org/x/sys/cpu"

// available asks the processor, and the operating system, which keeps the wide registers.
func available() []*Set {
	sets := []*Set{plain}
	if cpu.X86.HasAVX2 {
		sets = append(sets, avx2)
	}
	if cpu.X86.HasAVX512F {
		sets = append(sets, avx512)
	}
	return sets
}

var (
	avx2   = &Set{name: "avx2", width: 16, tiles: []tile{{4, avx2x4}, {1, avx2x1}}, block: 256, vector: true}
	avx512 = &Set{name: "avx512", width: 32, tiles: []tile{{8, avx512x8}, {4, avx512x4}, {1, avx512x1}}, block: 192, vector: true}
)

func avx2x4(k int, a, b []float32, offs []int, c []float32, ldc int, how int, bias []float32) {
	tileAVX2x4(k, &a[0], &b[0], &offs[0], &c[0], ldc, how, first(bias))
}

func avx2x1(k int, a, b []float32, offs []int, c []float32, ldc int, how int, bias []float32) {
	tileAVX2x1(k, &a[0], &b[0], &offs[0], &c[0], ldc, how, first(bias))
}

func avx512x8(k int, a, b []float32, offs []int, c []float32, ldc int, how int, bias []float32) {
	tileAVX512x8(k, &a[0], &b[0], &offs[0], &c[0], ldc, how, first(bias))
}

func avx512x4(k int, a, b []float32, offs []int, c []float32, ldc int, how int, bias []float32) {
	tileAVX512x4(k, &a[0], &b[0], &offs[0], &c[0], ldc, how, first(bias))
}

func avx512x1(k int, a, b []float32, offs []int, c []float32, ldc int, how int, bias []float32) {
	tileAVX512x1(k, &a[0], &b[0], &offs[0], &c[0], ldc, how, first(bias))
}

func first(bias []float32) *float32 {
	if bias == nil {
		return nil
	}
	return &bias[0]
}

// The functions of tile_amd64.s; see tile for what they compute. k is at least 1.

//go:noescape
func tileAVX2x4(k int, a, b *float32, offs *int, c *float32, ldc int, how int, bias *float32)

//go:noescape
func tileAVX2x1(k int, a, b *float32, offs *int, c *float32, ldc int, how int, bias *float32)

//go:noescape
func tileAVX512x8(k int, a, b *float32, offs *int, c *float32, ldc int, how int, bias *float32)

//go:noescape
func tileAVX512x4(k int, a, b *float32, offs *int, c *float32, ldc int, how int, bias *float32)

//go:noescape
func tileAVX512x1(k int, a, b *float32, offs *int, c *float32, ldc int, how int, bias *float32)
