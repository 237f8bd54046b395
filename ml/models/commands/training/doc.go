// Package training is the command that trains a network from its recipe: ve-model train, and ml/models/cmd/train.
//
// Guarantee: recipe, seed and steps decide every byte of the file that it writes (package train).
package training
