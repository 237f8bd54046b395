package quant

import "errors"

// Errors of this package; those of onnx, engine and i8 are passed on.
var (
	// ErrUnsupported says that a model holds an operator, or a mode of one, that has no integer form here. It is named.
	ErrUnsupported = errors.New("cannot be quantized")
	// ErrCalibration says that the calibration inputs are missing, do not fit the model, or show nothing.
	ErrCalibration = errors.New("calibration")
	// ErrOptions says that an option is out of range.
	ErrOptions = errors.New("option")
)
