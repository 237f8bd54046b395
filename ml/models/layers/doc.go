// Package layers is networks that learn: convolutions, norms, activations and pools with their gradients, put together into a
// graph, and written as ONNX.
//
// Guarantee: forward and backward passes are contract ve-f32-1 (docs/determinism.md). Every product is rounded before it is
// added, every sum has an order that depends on shapes alone, and one Tape is one goroutine's: the same weights and samples
// give the same bits on every architecture and with every number of processors.
//
// For package train and the definitions of package nets. Programmers' errors (an operand of another shape) are errors of
// Builder.Build; after it nothing here fails but Export.
package layers
