package plan

import (
	"fmt"
	"math"
	"slices"

	"github.com/virtengine/virtengine/ml/engine"
	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/security/safemath"
)

// span is from which step to which the elements of a value are needed.
type span struct {
	first, last int
	over        []int // values whose place this one may take, were it the last to read them
}

// place gives every float32 value that a run computes its part of the arena. A value that is computed element by element
// takes the place of the operand that nobody needs afterwards. Two ways to pack the rest are tried, and the smaller is
// taken: from both ends in turn, which is perfect for a chain, and by size.
func (b *builder) place() error {
	for _, id := range b.outputs {
		b.spans[b.values[id].root].last = len(b.steps)
	}
	home := make([]int, len(b.values)) // the value in whose place one stands
	for id := range b.values {
		home[id] = id
		for _, over := range b.spans[id].over {
			root := home[b.values[over].root]
			if b.inArena(root) && b.spans[root].last == b.spans[id].first && b.values[root].len == b.values[id].len {
				home[id] = root
				b.spans[root].last = b.spans[id].last
				break
			}
		}
	}
	var blocks []block
	for id := range b.values {
		if b.inArena(id) && home[id] == id && b.values[id].root == id {
			blocks = append(blocks, block{id, b.values[id].len, b.spans[id].first, b.spans[id].last, 0})
		}
	}
	live, err := most(blocks, len(b.steps))
	if err != nil {
		return err
	}
	if live > engine.MaxLive {
		return fmt.Errorf("%w: %d, at most %d", engine.ErrTooLarge, live, engine.MaxLive)
	}
	b.live, b.arena = live, live
	if !fromBothEnds(blocks, live) {
		b.arena = bySize(blocks)
	}
	if b.arena > 2*engine.MaxLive {
		return fmt.Errorf("%w: %d, at most %d", engine.ErrTooLarge, b.arena, 2*engine.MaxLive)
	}
	for _, k := range blocks {
		b.values[k.id].at = k.at
	}
	for id := range b.values {
		if b.inArena(id) {
			b.values[id].at = b.values[home[b.values[id].root]].at
		}
	}
	return nil
}

// inArena says whether a run computes a value, and into floats.
func (b *builder) inArena(id int) bool {
	root := b.values[id].root
	return b.values[root].constant == nil && b.values[id].dtype == onnx.Float32 && !slices.Contains(b.inputs, root)
}

type block struct{ id, len, first, last, at int }

func (k block) meets(o block) bool { return k.first <= o.last && o.first <= k.last }

// most is how many floats are needed at once.
func most(blocks []block, steps int) (int, error) {
	change := make([]int, steps+2)
	for _, k := range blocks {
		change[k.first] += k.len
		change[min(k.last, steps)+1] -= k.len
	}
	now, all := 0, 0
	for _, c := range change {
		var err error
		if now, err = safemath.Add(now, c); err != nil {
			return 0, err
		}
		all = max(all, now)
	}
	return all, nil
}

// fromBothEnds places blocks in an arena of a given size, each at the other end than the one before. It may fail.
func fromBothEnds(blocks []block, size int) bool {
	for i := range blocks {
		free, ok := gaps(blocks[:i], blocks[i], size), false
		for j := range free {
			g := free[j]
			if i%2 == 1 {
				g = free[len(free)-1-j]
			}
			if g[1]-g[0] >= blocks[i].len {
				blocks[i].at, ok = g[0], true
				if i%2 == 1 {
					blocks[i].at = g[1] - blocks[i].len
				}
				break
			}
		}
		if !ok {
			return false
		}
	}
	return true
}

// bySize places the largest blocks first, each as low as it can stand, and returns how much that takes.
func bySize(blocks []block) int {
	slices.SortStableFunc(blocks, func(x, y block) int { return y.len - x.len })
	all := 0
	for i := range blocks {
		for _, g := range gaps(blocks[:i], blocks[i], math.MaxInt) {
			if g[1]-g[0] >= blocks[i].len {
				blocks[i].at = g[0]
				break
			}
		}
		all = max(all, blocks[i].at+blocks[i].len)
	}
	return all
}

// gaps are where a block could stand, ascending.
func gaps(placed []block, k block, size int) [][2]int {
	var taken []block
	for _, p := range placed {
		if p.meets(k) {
			taken = append(taken, p)
		}
	}
	slices.SortFunc(taken, func(x, y block) int { return x.at - y.at })
	var out [][2]int
	at := 0
	for _, p := range taken {
		if p.at > at {
			out = append(out, [2]int{at, p.at})
		}
		at = max(at, p.at+p.len)
	}
	if at <= size {
		out = append(out, [2]int{at, size})
	}
	return out
}
