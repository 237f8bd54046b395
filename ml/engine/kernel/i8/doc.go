// Package i8 is the inner loops of integer mode (contract ve-i8-1): sums of int8 products, requantization, additions, maxima.
//
// Guarantee: every Set computes the same integers for the same operands, on every machine: the sums are exact modulo 2^32, so
// neither their order nor the instruction matters, and package ml/engine/i8 proves before that none leaves int32. Check
// compares a set with the plain loops of "go" and is what a caller asks before it believes a machine.
//
// Sets: "go" everywhere; on amd64 "avx2" (VPMADDWD on sign-extended halves; never VPMADDUBSW, which saturates), "avx512" (the
// same, 512 bits), "vnni" (VPDPBUSD: activations plus 128 as unsigned, 128 times the sum of the weights taken off); on arm64
// "neon" (SMULL and SADALP) and "dot" (SDOT, where the processor has it). The tag noasm leaves "go" alone.
//
// Layout: activations lie pixel by pixel, the channels of one side by side; a block is 16 outputs, and dense weights lie as
// [tap][group of 4 channels][16 outputs][4]. Every operation checks its slices before it enters assembly, and fails with
// ErrBounds rather than reach outside.
//
// It is for ml/engine/i8 alone; it plans nothing, allocates nothing but packed weights, and starts no goroutine.
package i8
