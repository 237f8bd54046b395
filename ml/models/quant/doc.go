// Package quant makes integer programs of contract ve-i8-1 (ml/engine/i8) of trained float networks: post-training quantization.
//
// Guarantee: the same network, calibration inputs and options give the same bytes on every machine: every product of floats is
// rounded by itself, sums have an order, functions are those of ml/engine/funcs, and nothing else decides. What has no
// integer form is refused by its name; nothing is left out or computed in float.
//
// How: weights are int8, symmetric, with a scale for each channel of the result; activations are int8, symmetric, with a scale
// for each tensor, chosen among 113 candidates as the one with the least mean squared error over the values that calibration
// saw. Where a Relu lies between two layers of weights, channels are brought to like ranges first, since they share a scale
// (section 4.1 of M. Nagel et al. 2019). Relu, and Clip from 0, become a bound of the layer before. Biases are corrected by what rounding did to the mean
// (section 4.2). Sigmoid, Tanh, LeakyRelu, PRelu and changes of scale are tables of 256 entries. Report compares every layer with float
// arithmetic.
//
// Inputs are pictures: one step stands for 1/128 (luma − 128). It does not measure what a network is for: that is
// ml/models/eval.
package quant
