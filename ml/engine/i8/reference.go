package i8

import (
	"context"
	"fmt"
	"slices"

	"github.com/virtengine/virtengine/ml/engine/value"
)

// Run is the reference: plain loops in the order of CONTRACT.md. Outputs are int8, or int32 where they are accumulators.
// Fails with ErrInput, and with ctx's error between two nodes.
func (p *Program) Run(ctx context.Context, inputs map[string]*value.Tensor) (map[string]*value.Tensor, error) {
	given, err := p.given(inputs)
	if err != nil {
		return nil, err
	}
	narrow := make([][]int8, len(p.tensors))
	wide := make([][]int32, len(p.tensors))
	for i, id := range p.inputs {
		narrow[id] = given[i]
	}
	last := p.lastUse()
	for i := range p.nodes {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n := &p.nodes[i]
		t := &p.tensors[n.result]
		if t.wide {
			wide[n.result] = make([]int32, t.len())
		} else {
			narrow[n.result] = make([]int8, t.len())
		}
		p.step(n, narrow, wide[n.result])
		for _, in := range n.in {
			if last[in] == i {
				narrow[in] = nil
			}
		}
	}
	out := make(map[string]*value.Tensor, len(p.outputs))
	for _, id := range p.outputs {
		t := &p.tensors[id]
		if t.wide {
			out[t.name] = &value.Tensor{Shape: slices.Clone(t.shape), Data: wide[id]}
		} else {
			out[t.name] = &value.Tensor{Shape: slices.Clone(t.shape), Data: narrow[id]}
		}
	}
	return out, nil
}

// given holds the inputs against the program, and returns their elements in the program's order.
func (p *Program) given(inputs map[string]*value.Tensor) ([][]int8, error) {
	if len(inputs) != len(p.inputs) {
		return nil, fmt.Errorf("%w: %d are given, the program has %d", ErrInput, len(inputs), len(p.inputs))
	}
	out := make([][]int8, len(p.inputs))
	for i, id := range p.inputs {
		t := &p.tensors[id]
		data, err := p.elements(t, inputs[t.name])
		if err != nil {
			return nil, err
		}
		out[i] = data
	}
	return out, nil
}

func (p *Program) elements(t *tensor, from *value.Tensor) ([]int8, error) {
	if from == nil {
		return nil, fmt.Errorf("%w: %q is missing", ErrInput, t.name)
	}
	data, ok := from.Data.([]int8)
	if !ok || !slices.Equal(from.Shape, t.shape) || len(data) != t.len() {
		return nil, fmt.Errorf("%w: %q is %s %v, want int8 %v; hint: an image is luma-128", ErrInput, t.name, from.DType(), from.Shape, t.shape)
	}
	return data, nil
}

// step computes one node, whatever its operator.
func (p *Program) step(n *node, values [][]int8, wide []int32) {
	x := &p.tensors[n.in[0]]
	in, out := values[n.in[0]], values[n.result]
	switch n.op {
	case opConv:
		p.refConv(n, in, out, wide)
	case opConvTranspose:
		p.refTransposed(n, in, out, wide)
	case opGemm:
		k := x.shape[1]
		for o := range n.out {
			acc := n.bias[o]
			for i := range k {
				acc += int32(in[i]) * int32(n.weights[o*k+i])
			}
			n.put(o, o, acc, out, wide)
		}
	case opAdd:
		for i, b := range values[n.in[1]] {
			acc := int64(in[i])*int64(n.factors[0]) + int64(b)*int64(n.factors[1])
			out[i] = clamp(Round(acc, n.rq.Shift[0]), n.rq.Min, n.rq.Max)
		}
	case opMul:
		b := values[n.in[1]]
		per := len(in) / len(b) // 1, or the pixels of a channel
		for i, a := range in {
			out[i] = requantize(int32(a)*int32(b[i/per]), n.rq.Multiplier[0], n.rq.Shift[0], n.rq.Min, n.rq.Max)
		}
	case opTable:
		per := len(in)
		if len(n.table) != 256 {
			per = len(in) / x.shape[1]
		}
		for i, a := range in {
			out[i] = n.table[256*(i/per)+int(a)+128]
		}
	case opMaxPool, opAveragePool, opGlobalAveragePool:
		p.refPool(n, in, out)
	default:
		p.refMove(n, values, out)
	}
}

// put is the end of every sum of products: element i of the result, of output channel c.
func (n *node) put(i, c int, acc int32, out []int8, wide []int32) {
	if n.raw() {
		wide[i] = acc
		return
	}
	out[i] = requantize(acc, n.rq.Multiplier[c], n.rq.Shift[c], n.rq.Min, n.rq.Max)
}

func (p *Program) refConv(n *node, in, out []int8, wide []int32) {
	x, y := p.tensors[n.in[0]].shape, p.tensors[n.result].shape
	w := &n.window
	perIn, perOut := x[1]/n.groups, n.out/n.groups
	for o := range y[1] {
		for oy := range y[2] {
			for ox := range y[3] {
				acc := n.bias[o]
				for c := range perIn {
					channel := (o/perOut*perIn + c) * x[2] * x[3]
					for ky := range w.kernel[0] {
						iy := oy*w.stride[0] + ky*w.dilation[0] - w.pads[0]
						for kx := range w.kernel[1] {
							ix := ox*w.stride[1] + kx*w.dilation[1] - w.pads[1]
							if iy >= 0 && iy < x[2] && ix >= 0 && ix < x[3] {
								acc += int32(in[channel+iy*x[3]+ix]) * int32(n.weights[((o*perIn+c)*w.kernel[0]+ky)*w.kernel[1]+kx])
							}
						}
					}
				}
				n.put((o*y[2]+oy)*y[3]+ox, o, acc, out, wide)
			}
		}
	}
}

func (p *Program) refTransposed(n *node, in, out []int8, wide []int32) {
	x, y := p.tensors[n.in[0]].shape, p.tensors[n.result].shape
	kh, kw := n.window.kernel[0], n.window.kernel[1]
	for o := range y[1] {
		for oy := range y[2] {
			for ox := range y[3] {
				acc := n.bias[o]
				for c := range x[1] {
					a := in[(c*x[2]+oy/kh)*x[3]+ox/kw]
					acc += int32(a) * int32(n.weights[((c*y[1]+o)*kh+oy%kh)*kw+ox%kw])
				}
				n.put((o*y[2]+oy)*y[3]+ox, o, acc, out, wide)
			}
		}
	}
}

func (p *Program) refPool(n *node, in, out []int8) {
	x, y := p.tensors[n.in[0]].shape, p.tensors[n.result].shape
	w := n.window
	if n.op == opGlobalAveragePool {
		w = window{kernel: [2]int{x[2], x[3]}, stride: [2]int{1, 1}}
	}
	for c := range y[1] {
		for oy := range y[2] {
			for ox := range y[3] {
				sum, largest := int32(0), int8(-128)
				for ky := range w.kernel[0] {
					iy := oy*w.stride[0] + ky - w.pads[0]
					for kx := range w.kernel[1] {
						ix := ox*w.stride[1] + kx - w.pads[1]
						if iy >= 0 && iy < x[2] && ix >= 0 && ix < x[3] {
							a := in[(c*x[2]+iy)*x[3]+ix]
							sum += int32(a)
							largest = max(largest, a)
						}
					}
				}
				i := (c*y[2]+oy)*y[3] + ox
				if out[i] = largest; n.op != opMaxPool {
					out[i] = requantize(sum, n.rq.Multiplier[0], n.rq.Shift[0], n.rq.Min, n.rq.Max)
				}
			}
		}
	}
}
