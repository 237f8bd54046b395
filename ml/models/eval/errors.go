package eval

import "errors"

// Errors of this package.
var (
	// ErrEmpty says that there is nothing to take a rate of: no genuine trial, no attack, no text.
	ErrEmpty = errors.New("nothing to evaluate")
	// ErrRange says that a number is outside of what it may be.
	ErrRange = errors.New("out of range")
	// ErrCanonical says that a value has no canonical form: it holds a float, or text that is not printable.
	ErrCanonical = errors.New("no canonical form")
	// ErrCard says that a model card lacks something that every card states.
	ErrCard = errors.New("incomplete model card")
)
