// Package loss is what training makes small, with gradients.
//
// Guarantee: losses follow contract ve-f32-1 (docs/determinism.md): functions are those of ml/engine/funcs, computed in
// float64 and rounded once into the gradient; sums ascend over samples, then over their elements.
//
// Every loss is a sum over samples, not a mean: the trainer divides, so that a batch may be split into shards of any size.
package loss
