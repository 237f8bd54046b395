package i8

import (
	"fmt"
	"slices"
)

// numbers is splitmix64 (Steele, Lea, Flood 2014).
type numbers uint64

func (n *numbers) next() uint64 {
	*n += 0x9e3779b97f4a7c15
	z := uint64(*n)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (n *numbers) int8() int8 { return int8(n.next() & 0xff) } //ve:allow overflow any eight bits will do here

func (n *numbers) fill(out []int8) {
	for i := range out {
		out[i] = n.int8()
	}
}

// problem is operands of every operation.
type problem struct {
	pixels, step int
	activations  []int8
	taps         Taps
	weights      []int8
	bias         [Lanes]int32
	multiplier   [Lanes]int32
	shift        [Lanes]int8
}

const problemGroups = 3

func newProblem(pixels int) (*problem, error) {
	n := numbers(pixels) //ve:allow overflow a small number of pixels
	taps, err := NewTaps([]int32{0, 16, 48, 100})
	if err != nil {
		return nil, err
	}
	p := &problem{pixels: pixels, step: 20, taps: taps, activations: make([]int8, 100+20*pixels+Lanes), weights: make([]int8, 4*4*problemGroups*Lanes)}
	n.fill(p.activations)
	n.fill(p.weights)
	for i := range 8 { // the corners, where a saturating instruction errs
		p.activations[i], p.weights[i] = -128, -128
		p.activations[32+i], p.weights[64+i] = 127, -128
	}
	for o := range Lanes {
		p.bias[o] = int32(n.next()>>44) - 1<<19
		p.multiplier[o] = int32(n.next() & 0x7fffffff)
		p.shift[o] = 22 + int8(n.next()%41)
		if o%4 == 0 { // ties
			p.multiplier[o], p.shift[o] = 1, int8(o/4)+1
		}
	}
	p.multiplier[1], p.shift[1] = 1, 0
	p.multiplier[2], p.shift[2] = 1<<31-1, MaxShift
	return p, nil
}

// MaxShift is the largest shift of a Scale.
const MaxShift = 62

// results is what a set makes of a problem, all in a row.
func (p *problem) results(s *Set) ([]int32, []int8, error) {
	dense := s.Pack(len(p.taps.offsets), problemGroups, p.bias, func(t, c, o int) int8 { return p.weights[(t*4*problemGroups+c)*Lanes+o] })
	lanes := s.PackLanes(len(p.taps.offsets), p.bias, func(t, o int) int8 { return p.weights[t*Lanes+o] })
	size := p.pixels * Lanes
	acc, out := make([]int32, 2*size), make([]int8, 4*size) //ve:allow overflow a problem of this file
	q := NewScale(p.multiplier, p.shift, -100, 120)
	steps := []func() error{
		func() error { return s.Dot(acc[:size], p.pixels, p.activations, p.step, p.taps, dense) },
		func() error { return s.Depth(acc[size:], p.pixels, p.activations, p.step, p.taps, lanes) },
		func() error { return s.Requant(out[:size], Lanes, acc[:size], p.pixels, q) },
		func() error { return s.Requant(out[size:2*size], Lanes, acc[size:], p.pixels, q) },
		func() error { return s.Max(out[2*size:], p.activations, p.taps) },
		func() error {
			n := min(size, len(p.activations)-1, len(p.weights))
			return s.Add(out[3*size:3*size+n], p.activations, p.weights, NewSum(1<<22, -3<<20, 23, -128, 127))
		},
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, nil, err
		}
	}
	return acc, out, nil
}

// Check runs a small problem through a set and through the plain loops. Fails with ErrCheck where they differ: such a machine
// must not vote.
func (s *Set) Check() error {
	for _, pixels := range []int{1, 4, 11} {
		p, err := newProblem(pixels)
		if err != nil {
			return err
		}
		acc, out, err := p.results(s)
		if err != nil {
			return err
		}
		wantAcc, wantOut, err := p.results(plain())
		if err != nil {
			return err
		}
		if !slices.Equal(acc, wantAcc) || !slices.Equal(out, wantOut) {
			return fmt.Errorf("%w: set %q over %d pixels; hint: choose \"go\"", ErrCheck, s.name, pixels)
		}
	}
	return nil
}
