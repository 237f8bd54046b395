package ops

import (
	"fmt"
	"math"

	"github.com/virtengine/virtengine/ml/engine/funcs"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
)

// Operands of Attention, by position.
const (
	attentionMask     = 3
	attentionPastKey  = 4
	attentionPastVal  = 5
	attentionLengths  = 6
	attentionOperands = 7
)

// attention is scaled dot product attention of opsets 23 and 24: softmax(cap(√s·Q × (√s·K)ᵀ) + bias) × V, for as many heads of
// queries as are a multiple of those of keys and values. As ONNX clarified it in 2026 for both opsets: the cap comes before the
// bias, a causal bias counts from the keys of the past, heads of keys repeat one by one, and a query that may see no key gives zeros.
func attention(c *Call) ([]*value.Tensor, error) {
	q, err := c.need(0)
	if err != nil {
		return nil, err
	}
	switch q.Data.(type) {
	case []float32:
		return attend[float32](c)
	case []float64:
		return attend[float64](c)
	}
	return nil, fmt.Errorf("%w: %s", value.ErrType, q.DType())
}

// heads is a tensor of shape [batch, heads, length, size].
type heads[T float] struct {
	batch, heads, length, size int
	data                       []T
}

// at is one vector.
func (h heads[T]) at(b, head, i int) []T {
	from := ((b*h.heads+head)*h.length + i) * h.size
	return h.data[from : from+h.size]
}

func (h heads[T]) tensor() (*value.Tensor, error) {
	return value.Of([]int{h.batch, h.heads, h.length, h.size}, h.data)
}

// headsOf reads an operand of four dimensions, or of three, whose last one holds n heads side by side.
func headsOf[T float](c *Call, operand, n int) (heads[T], error) {
	t, err := c.need(operand)
	if err != nil {
		return heads[T]{}, err
	}
	if _, err := value.As[T](t); err != nil {
		return heads[T]{}, fmt.Errorf("operand %d: %w", operand, err)
	}
	if t.Rank() == 3 {
		if n < 1 || t.Shape[2]%n != 0 {
			return heads[T]{}, fmt.Errorf("%w: operand %d, %v, into %d heads; hint: q_num_heads and kv_num_heads say how many", value.ErrShape, operand, t.Shape, n)
		}
		split, err := t.Reshaped([]int{t.Shape[0], t.Shape[1], n, t.Shape[2] / n})
		if err != nil {
			return heads[T]{}, err
		}
		turned, err := permuted(split, []int{0, 2, 1, 3})
		if err != nil {
			return heads[T]{}, err
		}
		t = turned[0]
	}
	if t.Rank() != 4 {
		return heads[T]{}, fmt.Errorf("%w: operand %d has %d dimensions, want 3 or 4", value.ErrShape, operand, t.Rank())
	}
	d, err := value.As[T](t)
	return heads[T]{t.Shape[0], t.Shape[1], t.Shape[2], t.Shape[3], d}, err
}

// behind puts what is new behind what is past.
func (h heads[T]) behind(past heads[T]) (heads[T], error) {
	if past.batch != h.batch || past.heads != h.heads || past.size != h.size {
		return h, fmt.Errorf("%w: a past of %d x %d x %d for %d x %d x %d", value.ErrShape, past.batch, past.heads, past.size, h.batch, h.heads, h.size)
	}
	both := heads[T]{h.batch, h.heads, past.length + h.length, h.size, nil}
	n, err := value.Count([]int{both.batch, both.heads, both.length, both.size})
	if err != nil {
		return h, err
	}
	both.data = make([]T, 0, n)
	for i := range h.batch * h.heads {
		both.data = append(both.data, past.data[i*past.length*h.size:(i+1)*past.length*h.size]...)
		both.data = append(both.data, h.data[i*h.length*h.size:(i+1)*h.length*h.size]...)
	}
	return both, nil
}

// attentionCall is what one call says, once it is read.
type attentionCall[T float] struct {
	q, k, v heads[T]
	scale   T // the square root of it
	softcap T
	mode    int
	bias    bias[T]
}

func attend[T float](c *Call) ([]*value.Tensor, error) {
	a, err := newAttention[T](c)
	if err != nil {
		return nil, err
	}
	scores, result, err := a.run()
	if err != nil {
		return nil, err
	}
	y, err := result.tensor()
	if err != nil {
		return nil, err
	}
	if c.In[0].Rank() == 3 {
		turned, err := permuted(y, []int{0, 2, 1, 3})
		if err != nil {
			return nil, err
		}
		if y, err = turned[0].Reshaped([]int{result.batch, result.length, result.heads * result.size}); err != nil {
			return nil, err
		}
	}
	out := []*value.Tensor{y}
	for _, h := range []heads[T]{a.k, a.v, scores} {
		t, err := h.tensor()
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

func newAttention[T float](c *Call) (*attentionCall[T], error) {
	if len(c.In) > attentionOperands || c.Opset < 23 {
		return nil, fmt.Errorf("%w: Attention of opset %d with %d operands", ErrUnsupported, c.Opset, len(c.In))
	}
	a := &attentionCall[T]{}
	queries, err := c.int("q_num_heads", 0)
	if err != nil {
		return nil, err
	}
	keys, err := c.int("kv_num_heads", 0)
	if err != nil {
		return nil, err
	}
	if a.q, err = headsOf[T](c, 0, queries); err != nil {
		return nil, err
	}
	if a.k, err = headsOf[T](c, 1, keys); err != nil {
		return nil, err
	}
	if a.v, err = headsOf[T](c, 2, keys); err != nil {
		return nil, err
	}
	past, err := a.withPast(c)
	if err != nil {
		return nil, err
	}
	if err := a.fits(); err != nil {
		return nil, err
	}
	if err := a.settings(c); err != nil {
		return nil, err
	}
	a.bias, err = newBias[T](c, a.q, a.k.length, past)
	return a, err
}

// withPast puts the past in front of keys and values, and says how long it is; below zero: there is none.
func (a *attentionCall[T]) withPast(c *Call) (int, error) {
	key, val := c.in(attentionPastKey), c.in(attentionPastVal)
	if key == nil && val == nil {
		return -1, nil
	}
	if key == nil || val == nil {
		return 0, fmt.Errorf("%w: past_key and past_value come together", ErrOperand)
	}
	pk, err := headsOf[T](c, attentionPastKey, a.k.heads)
	if err != nil {
		return 0, err
	}
	pv, err := headsOf[T](c, attentionPastVal, a.v.heads)
	if err != nil {
		return 0, err
	}
	if a.k, err = a.k.behind(pk); err != nil {
		return 0, err
	}
	a.v, err = a.v.behind(pv)
	return pk.length, err
}

func (a *attentionCall[T]) fits() error {
	q, k, v := a.q, a.k, a.v
	if q.batch != k.batch || k.batch != v.batch || q.size != k.size || k.length != v.length || k.heads != v.heads || k.heads == 0 || q.heads%k.heads != 0 {
		return fmt.Errorf("%w: queries %d x %d x %d x %d, keys %d x %d x %d x %d, values %d x %d x %d x %d", value.ErrShape,
			q.batch, q.heads, q.length, q.size, k.batch, k.heads, k.length, k.size, v.batch, v.heads, v.length, v.size)
	}
	return nil
}

func (a *attentionCall[T]) settings(c *Call) error {
	scale, err := c.float("scale", 0)
	if err != nil {
		return err
	}
	factor := float64(scale)
	if _, given := c.Node.Attr("scale"); !given {
		factor = 1 / math.Sqrt(float64(a.q.size))
	}
	if !(factor >= 0) {
		return fmt.Errorf("%w scale: %v has no square root", ErrAttribute, factor)
	}
	a.scale = T(math.Sqrt(factor))
	softcap, err := c.float("softcap", 0)
	if err != nil {
		return err
	}
	a.softcap = T(softcap)
	if a.mode, err = c.int("qk_matmul_output_mode", 0); err != nil {
		return err
	}
	if a.mode < 0 || a.mode > 3 {
		return fmt.Errorf("%w qk_matmul_output_mode: %d", ErrAttribute, a.mode)
	}
	precision, err := c.int("softmax_precision", int(onnx.Float32)) // softmax is computed in float64, which is none of them or more
	if err != nil {
		return err
	}
	switch precision {
	case int(onnx.Float16), int(onnx.BFloat16), int(onnx.Float32), int(onnx.Float64):
		return nil
	}
	return fmt.Errorf("%w softmax_precision: %d", ErrAttribute, precision)
}

// run gives the scores of the mode that is asked for, and the result.
func (a *attentionCall[T]) run() (scores, result heads[T], err error) {
	q, k, v := a.q, a.k, a.v
	scores = heads[T]{q.batch, q.heads, q.length, k.length, nil}
	result = heads[T]{q.batch, q.heads, q.length, v.size, nil}
	for _, h := range []*heads[T]{&scores, &result} {
		n, err := value.Count([]int{h.batch, h.heads, h.length, h.size})
		if err != nil {
			return scores, result, err
		}
		h.data = make([]T, n)
	}
	keys := scaled(k, a.scale)
	each := q.heads / k.heads
	row, query := make([]T, k.length), make([]T, q.size)
	for b := range q.batch {
		for h := range q.heads {
			for i := range q.length {
				for d, x := range q.at(b, h, i) {
					query[d] = T(x * a.scale)
				}
				a.row(row, query, keys, scores.at(b, h, i), b, h, i)
				y := result.at(b, h, i)
				for j, p := range row {
					for d, x := range v.at(b, h/each, j) {
						y[d] = T(y[d] + T(p*x))
					}
				}
			}
		}
	}
	return scores, result, nil
}

func scaled[T float](h heads[T], by T) heads[T] {
	data := make([]T, len(h.data))
	for i, x := range h.data {
		data[i] = T(x * by)
	}
	h.data = data
	return h
}

// row computes the weights of all keys for one query, and keeps the scores that the mode asks for: 0 as they are multiplied, 1 behind
// the cap, 2 behind the bias, 3 behind the softmax.
func (a *attentionCall[T]) row(row, query []T, keys heads[T], kept []T, b, h, i int) {
	head := h / (a.q.heads / a.k.heads)
	blind := true
	for j := range row {
		sum := T(0)
		for d, y := range keys.at(b, head, j) {
			sum = T(sum + T(query[d]*y))
		}
		if a.mode == 0 {
			kept[j] = sum
		}
		if a.softcap > 0 {
			sum = T(T(funcs.Tanh(float64(T(sum/a.softcap)))) * a.softcap)
		}
		if a.mode == 1 {
			kept[j] = sum
		}
		extra := a.bias.at(b, h, i, j)
		blind = blind && math.IsInf(float64(extra), -1)
		row[j] = T(sum + extra)
		if a.mode == 2 {
			kept[j] = row[j]
		}
	}
	if blind {
		clear(row)
	} else {
		copy(row, rows(row, 1, len(row), 1, false))
	}
	if a.mode == 3 {
		copy(kept, row)
	}
}
