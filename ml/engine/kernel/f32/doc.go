// Package f32 is the fast float32 kernels of contract ve-f32-1: matrix products and convolutions, packed into tiles, in
// plain Go and in assembly for AVX2, AVX-512 and NEON.
//
// Guarantee: every set of kernels gives the bits of the plain loop (package ops), on every machine. An element of a
// result is one sum in ascending order of k (for convolutions: channel, row, column of the kernel); each product is
// rounded to float32, then each sum. Nothing is fused, lanes of a vector are different results, never parts of one sum,
// and blocks of k continue from the number that the block before them stored.
//
// Two freedoms are taken, and neither can be seen in a bit but of one kind: a place of the padding adds weight times +0
// where the plain loop adds nothing, which is the same for finite weights because no such sum is ever -0; and where a NaN
// comes out, it is a NaN in every set, with a payload that nobody promises.
//
// Build tag noasm leaves the assembly out, as every architecture but amd64 and arm64 does. Nothing is allocated by a call
// whose Work has seen a call of that size.
package f32
