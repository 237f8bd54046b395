package f32

import (
	"errors"
	"fmt"
)

// Errors of this package.
var (
	// ErrKernels says that a set of kernels is unknown, or that this processor cannot run it.
	ErrKernels = errors.New("kernels")
	// ErrShape says that shapes do not describe a convolution.
	ErrShape = errors.New("shapes do not fit")
)

// Set is one way to compute. All sets give the same bits. It does not change and is safe for concurrent use.
type Set struct {
	name   string
	width  int    // columns of a tile
	tiles  []tile // from high to low; the last has one row
	vector bool   // lanes8 may be called
	block  int    // of k, so that a block of a panel of columns stays in the first cache
}

// tile computes rows × Set.width results of k terms each:
//
//	c[r*ldc+j] = start + Σ a[p*rows+r] · b[offs[p]+j], p ascending; then + bias[r]; then, where it is below zero, +0
//
// Start is +0 or, with from, c itself. Bias may be nil. The caller vouches for the lengths.
type tile struct {
	rows int
	run  func(k int, a, b []float32, offs []int, c []float32, ldc int, how int, bias []float32)
}

// How a tile starts and ends.
const (
	from = 1 << iota // start from c
	relu             // end with what is not below zero
)

// Work holds buffers that calls reuse. One goroutine at a time uses one. The zero Work is ready.
type Work struct {
	a, b, c []float32
	offs    []int
}

// grow makes a buffer of at least n elements, whose contents mean nothing.
func grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

var plain = &Set{name: "go", width: 16, tiles: []tile{{1, tile1Go}}, block: 256}

// Name tells which set it is: go, avx2, avx512, neon.
func (s *Set) Name() string { return s.name }

// Best is the fastest set that this processor runs.
func Best() *Set {
	sets := available()
	return sets[len(sets)-1]
}

// Named returns a set. Fails with ErrKernels where there is none of that name here.
func Named(name string) (*Set, error) {
	var names []string
	for _, s := range available() {
		if s.name == name {
			return s, nil
		}
		names = append(names, s.name)
	}
	return nil, fmt.Errorf("%w %q: this build on this processor has %v\nhint: take one of these, or leave the choice to Best", ErrKernels, name, names)
}

// Sets are all that this processor runs, from slow to fast; the first is always "go".
func Sets() []*Set { return available() }

// tileFor is the highest tile that does not exceed the rows that are left.
func (s *Set) tileFor(left int) *tile {
	for i := range s.tiles {
		if s.tiles[i].rows <= left {
			return &s.tiles[i]
		}
	}
	return &s.tiles[len(s.tiles)-1]
}
