// Package i8 runs quantized networks in integers only: contract ve-i8-1, whose rules are CONTRACT.md beside this file.
//
// Guarantee: a program that Load takes gives the same bytes on every machine, for every input of its declared type, by any
// kernel and any number of threads. No accumulator can overflow: Load computes how large each can become and refuses what
// could pass 2^31-1. No floating point takes part; the scales that a program publishes are for people and the quantizer.
//
// A program is an ONNX file whose nodes are of domain virtengine.i8, version 1. Builder makes one, Load checks one,
// Program.Run is the reference (plain loops, the specification), and Runner computes the same bytes fast: planned memory,
// packed weights, kernels of ml/engine/kernel/i8, no allocation in RunInto.
//
// Threats: files of strangers whose shapes, multipliers, tables or sizes lie; sums that wrap; memory and time without bound.
// It does not say whether a network is any good, nor does it quantize: that is ml/models/quant.
package i8
