package i8

import (
	"fmt"
	"math"
)

// Limits of a program: what is larger is refused before anything is allocated for it.
const (
	MaxNodes    = 4096
	MaxElements = 1 << 24 // of an activation
	MaxWindow   = 128     // of a kernel's height and width, a stride, a dilation, a factor of Resize
	MaxMACs     = 1 << 36 // of a program: seconds, not minutes, on one core
	MaxLive     = 1 << 26 // elements of all activations that are needed at once
	MaxName     = 256     // bytes
)

// check holds a value against the limits.
func (t *tensor) check() error {
	if t.name == "" || len(t.name) > MaxName {
		return fmt.Errorf("%w: a name of %d bytes, allowed are 1 to %d", ErrLimit, len(t.name), MaxName)
	}
	if len(t.shape) < 2 || len(t.shape) > 4 || t.shape[0] != 1 {
		return fmt.Errorf("%w: %q: shape %v; hint: two to four dimensions, the first of them 1", ErrMalformed, t.name, t.shape)
	}
	n := 1
	for _, d := range t.shape {
		if d < 1 || d > MaxElements {
			return fmt.Errorf("%w: %q: dimension %d of %v, allowed are 1 to %d", ErrLimit, t.name, d, t.shape, MaxElements)
		}
		if n > MaxElements/d {
			return fmt.Errorf("%w: %q: shape %v has more than %d elements", ErrLimit, t.name, t.shape, MaxElements)
		}
		n *= d
	}
	if !(t.scale > 0) || t.scale > math.MaxFloat64 {
		return fmt.Errorf("%w: %q: %v is not positive and finite", ErrScale, t.name, t.scale)
	}
	return nil
}

// macs counts products of an operation; 0 for those that have none.
func (n *node) macs(result *tensor) int64 {
	per := 0
	switch n.op {
	case opConv, opGemm:
		per = len(n.weights) / n.out
	case opConvTranspose:
		per = len(n.weights) / (n.out * n.window.kernel[0] * n.window.kernel[1])
	}
	return int64(result.len()) * int64(per) // MaxElements squared fits
}

// work counts what a node's loops do: products, elements of windows, elements.
func (p *Program) work(n *node) int64 {
	result := &p.tensors[n.result]
	per := int64(1)
	switch n.op {
	case opMaxPool, opAveragePool:
		per = int64(n.window.kernel[0]) * int64(n.window.kernel[1])
	case opGlobalAveragePool:
		return int64(p.tensors[n.in[0]].len())
	}
	return max(n.macs(result), int64(result.len())*per)
}

// affordable bounds a program as a whole.
func (p *Program) affordable() error {
	work := int64(0)
	for i := range p.nodes {
		if work += p.work(&p.nodes[i]); work > MaxMACs {
			return fmt.Errorf("%w: %s %q: up to it more than %d products", ErrLimit, p.nodes[i].op, p.nodes[i].name, int64(MaxMACs))
		}
	}
	last, live, peak := p.lastUse(), 0, 0
	for _, id := range p.inputs {
		live += p.tensors[id].len()
	}
	for i := range p.nodes {
		live += p.tensors[p.nodes[i].result].len()
		if peak = max(peak, live); peak > MaxLive {
			return fmt.Errorf("%w: %s %q: more than %d elements at once", ErrLimit, p.nodes[i].op, p.nodes[i].name, MaxLive)
		}
		for id := range p.tensors {
			if last[id] == i {
				live -= p.tensors[id].len()
			}
		}
	}
	return nil
}
