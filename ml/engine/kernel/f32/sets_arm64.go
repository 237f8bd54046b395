//go:build !noasm

package f32

import "golang.org/x/sys/cpu"

// available asks the processor; that of every 64-bit Arm machine that Go runs on has NEON.
func available() []*Set {
	if cpu.ARM64.HasASIMD {
		return []*Set{plain, neon}
	}
	return []*Set{plain}
}

var neon = &Set{name: "neon", width: 16, tiles: []tile{{4, neonx4}, {1, neonx1}}, block: 256}

func neonx4(k int, a, b []float32, offs []int, c []float32, ldc int, how int, bias []float32) {
	tileNEONx4(k, &a[0], &b[0], &offs[0], &c[0], ldc, how, first(bias))
}

func neonx1(k int, a, b []float32, offs []int, c []float32, ldc int, how int, bias []float32) {
	tileNEONx1(k, &a[0], &b[0], &offs[0], &c[0], ldc, how, first(bias))
}

func first(bias []float32) *float32 {
	if bias == nil {
		return nil
	}
	return &bias[0]
}

// The functions of tile_arm64.s; see tile for what they compute. k is at least 1.

//go:noescape
func tileNEONx4(k int, a, b *float32, offs *int, c *float32, ldc int, how int, bias *float32)

//go:noescape
func tileNEONx1(k int, a, b *float32, offs *int, c *float32, ldc int, how int, bias *float32)
