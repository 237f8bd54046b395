//go:build !noasm

package i8

import "golang.org/x/sys/cpu"

// native lists what the processor has, the slowest first.
func native() []*Set {
	var sets []*Set
	if cpu.X86.HasAVX2 {
		sets = append(sets, &Set{name: "avx2", dot4: dot4AVX2, dot1: dot1AVX2, depth4: depth4AVX2, depth1: depth1AVX2,
			requant: requantAVX2, add: addAVX2, maxWindow: maxAVX2})
	}
	if wide := cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512VL; wide && cpu.X86.HasAVX2 {
		sets = append(sets, &Set{name: "avx512", dot8: dot8AVX512, dot4: dot4AVX512, dot1: dot1AVX512, depth4: depth4AVX512,
			depth1: depth1AVX512, requant: requantAVX512, add: addAVX512, maxWindow: maxAVX2})
		if cpu.X86.HasAVX512VNNI {
			sets = append(sets, &Set{name: "vnni", biased: true, dot8: dot8VNNI, dot4: dot4VNNI, dot1: dot1VNNI, depth4: depth4AVX512,
				depth1: depth1AVX512, requant: requantAVX512, add: addAVX512, maxWindow: maxAVX2})
		}
	}
	return sets
}

//go:noescape
func dot8VNNI(acc *int32, a *int8, step int, taps *int32, ntaps, groups int, w *int8, start *int32)

//go:noescape
func dot4VNNI(acc *int32, a *int8, step int, taps *int32, ntaps, groups int, w *int8, start *int32)

//go:noescape
func dot1VNNI(acc *int32, a *int8, step int, taps *int32, ntaps, groups int, w *int8, start *int32)

//go:noescape
func dot8AVX512(acc *int32, a *int8, step int, taps *int32, ntaps, groups int, w *int8, start *int32)

//go:noescape
func dot4AVX512(acc *int32, a *int8, step int, taps *int32, ntaps, groups int, w *int8, start *int32)

//go:noescape
func dot1AVX512(acc *int32, a *int8, step int, taps *int32, ntaps, groups int, w *int8, start *int32)

//go:noescape
func dot4AVX2(acc *int32, a *int8, step int, taps *int32, ntaps, groups int, w *int8, start *int32)

//go:noescape
func dot1AVX2(acc *int32, a *int8, step int, taps *int32, ntaps, groups int, w *int8, start *int32)

//go:noescape
func depth4AVX512(acc *int32, a *int8, step int, taps *int32, ntaps int, w *int32, start *int32)

//go:noescape
func depth1AVX512(acc *int32, a *int8, step int, taps *int32, ntaps int, w *int32, start *int32)

//go:noescape
func depth4AVX2(acc *int32, a *int8, step int, taps *int32, ntaps int, w *int32, start *int32)

//go:noescape
func depth1AVX2(acc *int32, a *int8, step int, taps *int32, ntaps int, w *int32, start *int32)

//go:noescape
func requantAVX512(dst *int8, dstStep int, acc *int32, pixels int, q *Scale)

//go:noescape
func requantAVX2(dst *int8, dstStep int, acc *int32, pixels int, q *Scale)

//go:noescape
func addAVX512(dst, a, b *int8, n int, s *Sum)

//go:noescape
func addAVX2(dst, a, b *int8, n int, s *Sum)

//go:noescape
func maxAVX2(dst *int8, a *int8, taps *int32, ntaps int)

// peakVNNI and peakMADD run so many rounds of 16 independent multiply-adds: what the processor can do at most.

//go:noescape
func peakVNNI(rounds int)

//go:noescape
func peakMADD(rounds int)
