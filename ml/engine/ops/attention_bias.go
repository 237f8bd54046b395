package ops

import (
	"fmt"
	"math"

	"github.com/virtengine/virtengine/ml/engine/value"
)

// bias is what is added to the score of query i and key j of a head: from a mask, from the order of queries and keys, and from how
// many keys of a batch count.
type bias[T float] struct {
	mask    []T // 0 and -Inf where the operand is of bools
	columns int // of the mask; keys behind them are not seen
	steps   []int
	causal  bool
	past    int   // keys that all queries see
	lengths []int // keys that count, of each batch; nil: all do
	queries int
	pasts   bool // there is a past
}

func newBias[T float](c *Call, q heads[T], keys, past int) (bias[T], error) {
	b := bias[T]{past: max(past, 0), pasts: past >= 0, queries: q.length, columns: keys}
	var err error
	if b.causal, err = c.flag("is_causal", false); err != nil {
		return b, err
	}
	if t := c.in(attentionLengths); t != nil {
		if b.lengths, err = value.Ints(t); err != nil {
			return b, err
		}
		if len(b.lengths) != q.batch || t.Rank() != 1 {
			return b, fmt.Errorf("%w: nonpad_kv_seqlen %v for a batch of %d", value.ErrShape, t.Shape, q.batch)
		}
	}
	t := c.in(attentionMask)
	if t == nil {
		return b, nil
	}
	if t.Rank() == 0 || t.Rank() > 4 {
		return b, fmt.Errorf("%w: a mask %v", value.ErrShape, t.Shape)
	}
	b.columns = t.Shape[t.Rank()-1]
	full := []int{q.batch, q.heads, q.length, b.columns}
	if as, err := broadcast(full, t.Shape); err != nil || fmt.Sprint(as) != fmt.Sprint(full) || b.columns > keys {
		return b, fmt.Errorf("%w: a mask %v for %d x %d heads, %d queries, %d keys", value.ErrShape, t.Shape, q.batch, q.heads, q.length, keys)
	}
	b.steps = spread(t.Shape, full)
	if b.columns == 1 {
		b.steps[3] = 0
	}
	if seen, ok := t.Data.([]bool); ok {
		b.mask = make([]T, len(seen))
		for i, s := range seen {
			if !s {
				b.mask[i] = T(math.Inf(-1))
			}
		}
		return b, nil
	}
	b.mask, err = value.As[T](t)
	return b, err
}

func (b *bias[T]) at(batch, head, i, j int) T {
	hidden := T(math.Inf(-1))
	first := b.past
	if b.lengths != nil {
		if j >= b.lengths[batch] {
			return hidden
		}
		if !b.pasts {
			first = b.lengths[batch] - b.queries
		}
	}
	if b.causal && j > i+first || j >= b.columns {
		return hidden
	}
	if b.mask == nil {
		return 0
	}
	return b.mask[batch*b.steps[0]+head*b.steps[1]+i*b.steps[2]+j*b.steps[3]]
}
