// Package onnx decodes ONNX files into a typed graph.
//
// Guarantee: Decode reads any bytes in time and memory proportional to their number, within Limits, and returns a graph
// that keeps what the file says (operand order, repeats, omitted operands, symbolic dimensions, the opset of every domain,
// all element types) or an error that names the place. Nothing outside the file is read.
//
// Threats: a file of 88 bytes that declares 2^40 elements, nested subgraphs without end, shapes whose product wraps,
// cyclic graphs, names used twice, data whose length is not its shape's, weights that are no numbers.
//
// Why an own reader: the field's Go decoder, owulveryck/onnx-go, allocates what a file declares, drops repeats, omitted
// operands, opsets and symbols, and knows five element types. Package crosscheck shows it files that this package has read
// already, as a second opinion on the graphs of packs.
//
// What Decode takes is bounded: no more than 64 bytes of memory for each of the file, and no text for a place unless there is
// an error at it. A field that protobuf lets come twice, the last one winning, is refused where it comes twice.
//
// It does not say whether a model is any good, nor that its operators exist: that is the engine's part. Texts for people
// (doc_string), training information and quantization annotations are not kept.
//
// Source: onnx.proto of ONNX 1.12 (IR version 8), read by field number.
package onnx
