// Package nets defines the networks of VirtEngine: what they take, what they give, and how many multiplications that costs.
//
// Pictures are 8-bit luma; a network sees (luma − 128)/128, channels before rows before columns, one sample at a time. All of
// them are convolutions, norms (folded on export) and rectifiers, so that they become integers without loss of more than a step.
//
// Guarantee: a name and a seed give the same weights everywhere; cost and shapes are held by a test.
package nets
