// Package trained holds the trained networks, float (NAME.onnx) and integer (NAME.i8.onnx), and the parameters of the inference pipeline
// that fit the integer ones (pipeline.json). README.md says by which command each file is made and what its digest is.
//
// Guarantee, kept by the tests: README.md lists every file with its digest and no other; every float network runs in ml/engine, every
// integer one in ml/engine/i8; the quantizer makes the integer ones of the float ones again, byte for byte.
//
// For ml/models/packs, which packs them, and for whoever trains again and compares.
package trained
