// Package train makes networks learn, so that a model file is a function of its recipe, a seed and a number of steps.
//
// Guarantee: equal recipe, seed and steps give equal bytes, of checkpoints and of the exported model, on every architecture and
// with every number of processors. A run that was interrupted and resumed gives what an uninterrupted one gives. Samples are keyed by
// (seed, purpose, step): nothing depends on which worker is first. A batch is split into Shards parts, always as many, and their
// gradients are added in the order of parts.
//
// The clock only writes progress. Numbers are those of contract ve-f32-1 (docs/determinism.md).
//
// For cmd/train, and for whoever wants to show that a published model comes from the published recipe.
package train
