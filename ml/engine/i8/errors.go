package i8

import "errors"

// Errors of this package; those of ml/onnx are passed on. The text names the node or the value.
var (
	// ErrMalformed says that a program contradicts the contract or itself.
	ErrMalformed = errors.New("malformed integer program")
	// ErrUnsupported says that a program asks for what version 1 of the domain does not have.
	ErrUnsupported = errors.New("unsupported in integer mode")
	// ErrOverflow says that an accumulator, or a requantized number, could leave int32.
	ErrOverflow = errors.New("could overflow")
	// ErrLimit says that a program is larger than the limits of this package.
	ErrLimit = errors.New("over a limit")
	// ErrScale says that a real scale is not positive, not finite, or cannot be written as a multiplier and a shift.
	ErrScale = errors.New("scale")
	// ErrInput says that an input, or the memory given for an output, is missing, unknown, or of another type or shape.
	ErrInput = errors.New("input")
	// ErrBusy says that a Runner is running already: it is for one caller at a time.
	ErrBusy = errors.New("runner is busy")
	// ErrKernel says that a kernel does not compute on this machine what the contract says.
	ErrKernel = errors.New("kernel differs from the contract")
	// ErrOption says that an option of a Runner makes no sense.
	ErrOption = errors.New("option")
)
