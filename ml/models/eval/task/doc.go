// Package task measures the networks of this project on generated data that no training has seen, and makes the inputs by
// which they are calibrated.
//
// Guarantee: a figure is a function of the network's answers, the seed and the count. Held-out data differs from training data
// in the purpose of its streams and in the population of its persons: seeds of evaluations are FirstSeed or above, those of
// trainers below, and a lower one is refused. Answers of both arithmetics are compared in the same unit: what a float network
// computes, and what the integers of a quantized one stand for.
//
// For the commands evaluate and quantize. A figure of generated data says nothing about real persons.
package task
