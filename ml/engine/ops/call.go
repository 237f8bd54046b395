// Package ops is the operators of ONNX in reference form: plain loops in a written order, which are the specification of
// contract ve-f32-1. Faster kernels must give the same bits.
//
// An operator is in the table when it passes every published case of itself; what is not in the table is refused by name.
package ops

import (
	"errors"
	"fmt"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/security/safemath"
)

// Errors of this package.
var (
	// ErrUnsupported says that an operator, its version, or one of its modes is not there.
	ErrUnsupported = errors.New("operator is not supported")
	// ErrAttribute says that an attribute is missing, of the wrong kind or out of range.
	ErrAttribute = errors.New("attribute")
	// ErrOperand says that an operand is missing, or that its number is out of range.
	ErrOperand = errors.New("operand")
)

// Call is one node's work.
type Call struct {
	Op    string
	Opset int64
	Node  *onnx.Node
	In    []*value.Tensor // nil: left out
}

// Func computes a node's results, in order; those that nobody wants may be missing at the end.
type Func func(*Call) ([]*value.Tensor, error)

// in returns an operand, or nil where it is left out.
func (c *Call) in(i int) *value.Tensor {
	if i < len(c.In) {
		return c.In[i]
	}
	return nil
}

// need returns an operand. Fails with ErrOperand.
func (c *Call) need(i int) (*value.Tensor, error) {
	if t := c.in(i); t != nil {
		return t, nil
	}
	return nil, fmt.Errorf("%w %d is missing", ErrOperand, i)
}

// wants says whether somebody uses result i.
func (c *Call) wants(i int) bool { return i < len(c.Node.Outputs) && c.Node.Outputs[i] != "" }

func (c *Call) int(name string, otherwise int) (int, error) {
	a, found := c.Node.Attr(name)
	if !found {
		return otherwise, nil
	}
	if a.Kind != onnx.AttrInt {
		return 0, fmt.Errorf("%w %s is no integer", ErrAttribute, name)
	}
	return safemath.To[int](a.I)
}

func (c *Call) flag(name string, otherwise bool) (bool, error) {
	zero := 0
	if otherwise {
		zero = 1
	}
	n, err := c.int(name, zero)
	return n != 0, err
}

func (c *Call) float(name string, otherwise float32) (float32, error) {
	a, found := c.Node.Attr(name)
	if !found {
		return otherwise, nil
	}
	if a.Kind != onnx.AttrFloat {
		return 0, fmt.Errorf("%w %s is no number", ErrAttribute, name)
	}
	return a.F, nil
}

func (c *Call) text(name, otherwise string) (string, error) {
	a, found := c.Node.Attr(name)
	if !found {
		return otherwise, nil
	}
	if a.Kind != onnx.AttrString {
		return "", fmt.Errorf("%w %s is no text", ErrAttribute, name)
	}
	return string(a.S), nil
}

// ints returns a list, or nil where there is none.
func (c *Call) ints(name string) ([]int, error) {
	a, found := c.Node.Attr(name)
	if !found {
		return nil, nil
	}
	if a.Kind != onnx.AttrInts {
		return nil, fmt.Errorf("%w %s is no list of integers", ErrAttribute, name)
	}
	out := make([]int, len(a.Is))
	for i, v := range a.Is {
		n, err := safemath.To[int](v)
		if err != nil {
			return nil, fmt.Errorf("%w %s: %w", ErrAttribute, name, err)
		}
		out[i] = n
	}
	return out, nil
}

func (c *Call) floats(name string) ([]float32, error) {
	a, found := c.Node.Attr(name)
	if !found {
		return nil, nil
	}
	if a.Kind != onnx.AttrFloats {
		return nil, fmt.Errorf("%w %s is no list of numbers", ErrAttribute, name)
	}
	return a.Fs, nil
}

// axis brings an axis, which may count from the end, into 0..rank-1. Fails with ErrAttribute.
func axis(a, rank int) (int, error) {
	if a < -rank || a >= rank {
		return 0, fmt.Errorf("%w: axis %d of %d dimensions", ErrAttribute, a, rank)
	}
	if a < 0 {
		a += rank
	}
	return a, nil
}

// listOrOperand reads what was an attribute in old opsets and is an operand in new ones; nil where it is neither.
func (c *Call) listOrOperand(name string, operand int, since int64) ([]int, error) {
	if c.Opset < since {
		return c.ints(name)
	}
	if t := c.in(operand); t != nil {
		return value.Ints(t)
	}
	return nil, nil
}

func one(t *value.Tensor, err error) ([]*value.Tensor, error) {
	if err != nil {
		return nil, err
	}
	return []*value.Tensor{t}, nil
}

// viaFloat32 lets an operator of float32 work on halves: operands are widened, and results rounded once.
func viaFloat32(f Func) Func {
	return func(c *Call) ([]*value.Tensor, error) {
		kind := onnx.DType(0)
		wide := *c
		wide.In = make([]*value.Tensor, len(c.In))
		for i, t := range c.In {
			wide.In[i] = t
			if t != nil && (t.DType() == onnx.Float16 || t.DType() == onnx.BFloat16) {
				kind = t.DType()
				w, err := convert(t, onnx.Float32)
				if err != nil {
					return nil, err
				}
				wide.In[i] = w
			}
		}
		out, err := f(&wide)
		if err != nil || kind == 0 {
			return out, err
		}
		for i, t := range out {
			if t != nil && t.DType() == onnx.Float32 {
				if out[i], err = convert(t, kind); err != nil {
					return nil, err
				}
			}
		}
		return out, nil
	}
}
