// Package gray holds 8-bit gray images and what draws, moves and spoils them, all in integers.
//
// Guarantee: every function is integer arithmetic with a stated rounding, so the same arguments give the same pixels on every
// architecture. What lies outside an image is clipped, what is sampled outside repeats the border, and no argument
// makes a function panic: a size below zero is zero, a size above MaxSide is MaxSide.
//
// For the generators of training data. Captures of real persons are decoded and scaled by ml/inference/imaging.
package gray
