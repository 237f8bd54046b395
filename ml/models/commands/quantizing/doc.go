// Package quantizing is the command that makes an integer program of a float network: ve-model quantize, and ml/models/cmd/quantize.
//
// Guarantee: model, task, seed and count decide every byte of the files that it writes (package quant).
package quantizing
