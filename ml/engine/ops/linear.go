package ops

import (
	"fmt"

	"github.com/virtengine/virtengine/ml/engine/value"
)

// product2d is a [m, k] times a [k, n] matrix: each result is one sum, ascending in k, that begins with the first product.
func product2d[T number](out, a, b []T, m, k, n int) {
	for i := range m {
		row := out[i*n : (i+1)*n]
		for p := range k {
			x := a[i*k+p]
			for j, y := range b[p*n : (p+1)*n] {
				row[j] = T(row[j] + T(x*y))
			}
		}
	}
}

// matmul is numpy's: vectors get a dimension, the dimensions before the last two are broadcast.
func matmul(c *Call) ([]*value.Tensor, error) {
	a, err := c.need(0)
	if err != nil {
		return nil, err
	}
	b, err := c.need(1)
	if err != nil {
		return nil, err
	}
	if a.DType() != b.DType() {
		return nil, fmt.Errorf("%w: %s and %s", value.ErrType, a.DType(), b.DType())
	}
	switch x := a.Data.(type) {
	case []float32:
		return multiplied(a, b, x)
	case []float64:
		return multiplied(a, b, x)
	case []int32:
		return multiplied(a, b, x)
	case []int64:
		return multiplied(a, b, x)
	case []uint32:
		return multiplied(a, b, x)
	case []uint64:
		return multiplied(a, b, x)
	case []value.Half, []value.BHalf:
		return viaFloat32(matmul)(c)
	}
	return nil, fmt.Errorf("%w: %s", value.ErrType, a.DType())
}

func multiplied[T interface {
	number
	value.Elem
}](a, b *value.Tensor, x []T) ([]*value.Tensor, error) {
	y, err := value.As[T](b)
	if err != nil {
		return nil, err
	}
	p, err := newProduct(a.Shape, b.Shape)
	if err != nil {
		return nil, err
	}
	out := make([]T, product(p.full))
	p.each(func(to, left, right int) {
		product2d(out[to:to+p.m*p.n], x[left:left+p.m*p.k], y[right:right+p.k*p.n], p.m, p.k, p.n)
	})
	return one(value.Of(p.shape, out))
}

// batched is the shapes of a product of stacks of matrices.
type batched struct {
	m, k, n     int
	batch       []int
	left, right []int // steps of the operands, in matrices
	full, shape []int // with and without the dimensions that vectors got
}

func newProduct(a, b []int) (batched, error) {
	p := batched{}
	if len(a) == 0 || len(b) == 0 {
		return p, fmt.Errorf("%w: a product with a scalar", value.ErrShape)
	}
	row, column := len(a) == 1, len(b) == 1
	if row {
		a = []int{1, a[0]}
	}
	if column {
		b = []int{b[0], 1}
	}
	p.m, p.k, p.n = a[len(a)-2], a[len(a)-1], b[len(b)-1]
	if b[len(b)-2] != p.k {
		return p, fmt.Errorf("%w: %v times %v", value.ErrShape, a, b)
	}
	var err error
	if p.batch, err = broadcast(a[:len(a)-2], b[:len(b)-2]); err != nil {
		return p, err
	}
	p.left, p.right = spread(a[:len(a)-2], p.batch), spread(b[:len(b)-2], p.batch)
	p.full = append(append([]int(nil), p.batch...), p.m, p.n)
	p.shape = append([]int(nil), p.batch...)
	if !row {
		p.shape = append(p.shape, p.m)
	}
	if !column {
		p.shape = append(p.shape, p.n)
	}
	_, err = value.Count(p.full)
	return p, err
}

// each calls f with the offsets of each pair of matrices.
func (p batched) each(f func(to, left, right int)) {
	walk(p.batch, func(i int, at []int) { f(i*p.m*p.n, at[0]*p.m*p.k, at[1]*p.k*p.n) }, p.left, p.right)
}

// gemm is alpha·A·B + beta·C: the sum first, then alpha, then the bias with its own factor.
func gemm(c *Call) ([]*value.Tensor, error) {
	a, err := c.need(0)
	if err != nil {
		return nil, err
	}
	switch a.Data.(type) {
	case []float32:
		return gemmOf[float32](c)
	case []float64:
		return gemmOf[float64](c)
	case []int32:
		return gemmOf[int32](c)
	case []int64:
		return gemmOf[int64](c)
	case []uint32:
		return gemmOf[uint32](c)
	case []value.Half:
		return viaFloat32(gemm)(c)
	}
	return nil, fmt.Errorf("%w: %s", value.ErrType, a.DType())
}

func gemmOf[T interface {
	number
	value.Elem
}](c *Call) ([]*value.Tensor, error) {
	b, err := c.need(1)
	if err != nil {
		return nil, err
	}
	sides := [2]*value.Tensor{c.In[0], b}
	for i, name := range []string{"transA", "transB"} {
		if sides[i].Rank() != 2 {
			return nil, fmt.Errorf("%w: %v is no matrix", value.ErrShape, sides[i].Shape)
		}
		turned, err := c.flag(name, false)
		if err != nil {
			return nil, err
		}
		if turned {
			t, err := permuted(sides[i], []int{1, 0})
			if err != nil {
				return nil, err
			}
			sides[i] = t[0]
		}
	}
	alpha, err := c.float("alpha", 1)
	if err != nil {
		return nil, err
	}
	beta, err := c.float("beta", 1)
	if err != nil {
		return nil, err
	}
	x, err := value.As[T](sides[0])
	if err != nil {
		return nil, err
	}
	out, err := multiplied(sides[0], sides[1], x)
	if err != nil {
		return nil, err
	}
	sum, err := value.As[T](out[0])
	if err != nil {
		return nil, err
	}
	if alpha != 1 {
		for i, v := range sum {
			sum[i] = T(v * T(alpha))
		}
	}
	bias := c.in(2)
	if bias == nil {
		return out, nil
	}
	d, err := value.As[T](bias)
	if err != nil {
		return nil, err
	}
	shape, err := broadcast(out[0].Shape, bias.Shape)
	if err != nil || len(shape) != 2 || product(shape) != len(sum) {
		return nil, fmt.Errorf("%w: a bias %v for %v", value.ErrShape, bias.Shape, out[0].Shape)
	}
	return one(value.Of(shape, zip(shape, shape, sum, bias.Shape, d, func(s, b T) T {
		if beta != 1 {
			b = T(b * T(beta))
		}
		return T(s + b)
	})))
}
