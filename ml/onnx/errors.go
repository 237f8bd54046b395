package onnx

import "errors"

// Errors by which a caller tells one refusal from another. The text names the place: graph.node[3].attribute["pads"].
var (
	// ErrMalformed says that the bytes are no ONNX, or contradict themselves.
	ErrMalformed = errors.New("malformed ONNX")
	// ErrLimit says that a file is larger, in some way, than the limits allow.
	ErrLimit = errors.New("over a limit")
	// ErrUnsupported says that a file is ONNX, of a kind that is not read: external data, sparse tensors, sequences, maps.
	ErrUnsupported = errors.New("unsupported ONNX")
)
