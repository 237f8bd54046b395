package i8

import (
	"errors"
	"fmt"
)

// Lanes is how many outputs one block computes.
const Lanes = 16

// Errors of this package.
var (
	// ErrUnknown says that there is no set of that name, or that this processor cannot run it.
	ErrUnknown = errors.New("no such kernels")
	// ErrBounds says that an operation would reach outside its operands.
	ErrBounds = errors.New("outside of an operand")
	// ErrCheck says that a set does not compute what the plain loops do.
	ErrCheck = errors.New("kernels differ from the plain loops")
)

// The functions of a set. acc is [pixels][16]; a points at the first pixel's window; step is the distance of two pixels.
type (
	dotFunc     func(acc *int32, a *int8, step int, taps *int32, ntaps, groups int, w *int8, start *int32)
	depthFunc   func(acc *int32, a *int8, step int, taps *int32, ntaps int, w *int32, start *int32)
	requantFunc func(dst *int8, dstStep int, acc *int32, pixels int, q *Scale)
	addFunc     func(dst, a, b *int8, n int, s *Sum)
	maxFunc     func(dst *int8, a *int8, taps *int32, ntaps int)
)

// Set is kernels that belong together. It does not change; nil functions fall back to plain loops.
type Set struct {
	name      string
	biased    bool // dot adds 128 to activations: Pack takes 128 times the sum of the weights off
	dot8      dotFunc
	dot4      dotFunc
	dot1      dotFunc
	depth4    depthFunc
	depth1    depthFunc
	requant   requantFunc
	add       addFunc
	maxWindow maxFunc
}

// Name is that under which Named finds the set.
func (s *Set) Name() string { return s.name }

// Best is the fastest set of this processor.
func Best() *Set {
	all := Available()
	return all[len(all)-1]
}

// Available are the sets that this processor can run, the fastest last.
func Available() []*Set { return append([]*Set{plain()}, native()...) }

// Named finds a set by its name. Fails with ErrUnknown.
func Named(name string) (*Set, error) {
	for _, s := range Available() {
		if s.name == name {
			return s, nil
		}
	}
	return nil, fmt.Errorf("%w: %q; hint: \"go\" runs everywhere", ErrUnknown, name)
}

func plain() *Set { return &Set{name: "go"} }
