package canon

import "errors"

// Errors of this package. Those of reading name the byte.
var (
	// ErrSyntax says that bytes are no JSON of the subset.
	ErrSyntax = errors.New("not JSON of integers, strings, arrays and objects")
	// ErrNotCanonical says that bytes are JSON, and not as RFC 8785 writes it.
	ErrNotCanonical = errors.New("not canonical JSON")
	// ErrField says that an object has other fields than its format: one is unknown, repeated, missing or of another type.
	ErrField = errors.New("other fields than the format has")
	// ErrLimit says that there are more bytes, or that they are nested deeper, than is allowed.
	ErrLimit = errors.New("over a limit")
	// ErrType says that a value has no canonical form: a float, a null, a string that is no UTF-8, an integer beyond 2^53-1.
	ErrType = errors.New("value has no canonical form")
)

// MaxInteger is the largest integer, and the least is its negative: what a float64 holds without a gap.
const MaxInteger = 1<<53 - 1

// MaxDepth is how deep arrays and objects may nest.
const MaxDepth = 32
