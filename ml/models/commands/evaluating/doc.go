// Package evaluating is the command that measures a network on held-out generated data: ve-model eval, and ml/models/cmd/evaluate.
//
// Guarantee: model, task, seed and count decide every byte of the files that it writes (package eval).
package evaluating
