//go:build !noasm

package i8

import "golang.org/x/sys/cpu"

// native lists what the processor has, the slowest first. Additions and maxima stay plain loops.
func native() []*Set {
	if !cpu.ARM64.HasASIMD {
		return nil
	}
	sets := []*Set{{name: "neon", dot4: dot4NEON, dot1: dot1NEON, depth4: depth4NEON, depth1: depth1NEON, requant: requantNEON}}
	if cpu.ARM64.HasASIMDDP {
		sets = append(sets, &Set{name: "dot", dot4: dot4SDOT, dot1: dot1SDOT, depth4: depth4NEON, depth1: depth1NEON, requant: requantNEON})
	}
	return sets
}

//go:noescape
func dot4SDOT(acc *int32, a *int8, step int, taps *int32, ntaps, groups int, w *int8, start *int32)

//go:noescape
func dot1SDOT(acc *int32, a *int8, step int, taps *int32, ntaps, groups int, w *int8, start *int32)

//go:noescape
func dot4NEON(acc *int32, a *int8, step int, taps *int32, ntaps, groups int, w *int8, start *int32)

//go:noescape
func dot1NEON(acc *int32, a *int8, step int, taps *int32, ntaps, groups int, w *int8, start *int32)

//go:noescape
func depth4NEON(acc *int32, a *int8, step int, taps *int32, ntaps int, w *int32, start *int32)

//go:noescape
func depth1NEON(acc *int32, a *int8, step int, taps *int32, ntaps int, w *int32, start *int32)

//go:noescape
func requantNEON(dst *int8, dstStep int, acc *int32, pixels int, q *Scale)
