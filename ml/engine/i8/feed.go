package i8

import (
	"fmt"
	"slices"

	"github.com/virtengine/virtengine/ml/engine/value"
)

// load copies the inputs into the arena.
func (r *Runner) load(inputs map[string]*value.Tensor) error {
	p := r.program
	if len(inputs) != len(p.inputs) {
		return fmt.Errorf("%w: %d are given, the program has %d", ErrInput, len(inputs), len(p.inputs))
	}
	for _, id := range p.inputs {
		t := &p.tensors[id]
		from, err := p.elements(t, inputs[t.name])
		if err != nil {
			return err
		}
		l := &r.layouts[id]
		l.border(r.arena)
		for c := range l.c {
			for y := range l.h {
				at := l.pixel(y, 0) + c
				for _, v := range from[(c*l.h+y)*l.w:][:l.w] {
					r.arena[at] = v
					at += l.stride
				}
			}
		}
	}
	return nil
}

// fit holds the memory for outputs against the program.
func (r *Runner) fit(outputs map[string]*value.Tensor) error {
	p := r.program
	for _, id := range p.outputs {
		t := &p.tensors[id]
		have := outputs[t.name]
		if have == nil || have.DType() != t.dtype() || !slices.Equal(have.Shape, t.shape) || have.Len() != elements(have) {
			return fmt.Errorf("%w: no memory for output %q as %s %v; hint: NewOutputs", ErrInput, t.name, t.dtype(), t.shape)
		}
	}
	if len(outputs) != len(p.outputs) {
		return fmt.Errorf("%w: memory for %d outputs, the program has %d", ErrInput, len(outputs), len(p.outputs))
	}
	return nil
}

func elements(t *value.Tensor) int {
	switch d := t.Data.(type) {
	case []int8:
		return len(d)
	case []int32:
		return len(d)
	}
	return -1
}

// store copies an output out of the arena.
func (r *Runner) store(id int, to *value.Tensor) {
	if wide, ok := to.Data.([]int32); ok {
		copy(wide, r.wide[id])
		return
	}
	out, ok := to.Data.([]int8)
	if !ok {
		return // fit has refused it
	}
	l := &r.layouts[id]
	for c := range l.c {
		for y := range l.h {
			at := l.pixel(y, 0) + c
			row := out[(c*l.h+y)*l.w:][:l.w]
			for x := range row {
				row[x] = r.arena[at]
				at += l.stride
			}
		}
	}
}
