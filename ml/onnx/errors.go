package onnx

import (
	"errors"
	"fmt"
)

// Errors by which a caller tells one refusal from another. The text names the place: graph.node[3].attribute["pads"].
var (
	// ErrMalformed says that the bytes are no ONNX, or contradict themselves.
	ErrMalformed = errors.New("malformed ONNX")
	// ErrLimit says that a file is larger, in some way, than the limits allow. The error is a *LimitError.
	ErrLimit = errors.New("over a limit")
	// ErrUnsupported says that a file is ONNX, of a kind that is not read: external data, sparse tensors, sequences, maps.
	ErrUnsupported = errors.New("unsupported ONNX")
	// ErrProfile says that a model is good ONNX, and not what a pack may contain. The error is a *ProfileError.
	ErrProfile = errors.New("not allowed in a pack")
	// ErrType says that a tensor holds other elements than a caller asked for.
	ErrType = errors.New("other element type")
)

// LimitError says which limit a file breaks, and where. errors.Is(err, ErrLimit) holds.
type LimitError struct {
	Place string // in the file: graph.node[3]
	Limit string // the field of Limits
	Have  int64  // at least so many; -1: too many to count
	Max   int64
}

// Error says what, where, how many, and what next.
func (e *LimitError) Error() string {
	have := fmt.Sprint(e.Have)
	if e.Have < 0 {
		have = "more than can be counted"
	}
	return fmt.Sprintf("%v: %s: %s: %s, at most %d are read; hint: a file of your own may be read with larger Limits", ErrLimit, e.Place, e.Limit, have, e.Max)
}

// Is makes errors.Is(err, ErrLimit) hold.
func (e *LimitError) Is(target error) bool { return target == ErrLimit }
