package i8

import (
	"cmp"
	"fmt"
	"slices"

	kernel "github.com/virtengine/virtengine/ml/engine/kernel/i8"
)

// maxArena bounds the memory for activations: distances inside it fit int32.
const maxArena = 1 << 30

// layout is where a value lies in the arena: pixel by pixel, its channels side by side and padded, and zeros around for the
// windows of the convolutions that read it.
type layout struct {
	c, h, w                  int
	stride                   int // bytes from a pixel to the next, at least c
	top, left, bottom, right int // pixels of zeros
	at                       int // first byte
}

func (l *layout) pitch() int { return (l.left + l.w + l.right) * l.stride }

func (l *layout) size() int64 {
	return int64(l.top+l.h+l.bottom) * int64(l.left+l.w+l.right) * int64(l.stride)
}

// pixel is the first byte of a pixel; y and x may lie in the zeros.
func (l *layout) pixel(y, x int) int {
	return l.at + (y+l.top)*l.pitch() + (x+l.left)*l.stride
}

// border writes the zeros.
func (l *layout) border(arena []int8) {
	if l.top+l.left+l.bottom+l.right == 0 {
		return
	}
	pitch := l.pitch()
	clear(arena[l.at : l.at+l.top*pitch])
	for y := range l.h {
		row := arena[l.at+(y+l.top)*pitch:][:pitch]
		clear(row[:l.left*l.stride])
		clear(row[(l.left+l.w)*l.stride:])
	}
	clear(arena[l.at+(l.top+l.h)*pitch:][:l.bottom*pitch])
}

func roundUp(n, to int) int { return (n + to - 1) / to * to }

// layouts plans the arena: shapes, borders, then places such that values needed at the same time do not overlap. Returns its size.
func (p *Program) layouts() ([]layout, int, error) {
	ls := make([]layout, len(p.tensors))
	narrowed := make([]bool, len(p.tensors)) // read by dense convolutions alone, four channels at a time
	for _, id := range p.inputs {
		narrowed[id] = true
	}
	for i := range p.tensors {
		ls[i].c, ls[i].h, ls[i].w = p.tensors[i].plane()
	}
	for i := range p.nodes {
		n := &p.nodes[i]
		for _, in := range n.in {
			narrowed[in] = narrowed[in] && n.dense(&ls[in])
		}
		if n.op == opConv {
			ls[n.in[0]].surround(n, &ls[n.result])
		}
	}
	for i := range ls {
		ls[i].stride = roundUp(ls[i].c, kernel.Lanes)
		if narrowed[i] {
			ls[i].stride = roundUp(ls[i].c, 4)
		}
	}
	size, err := p.place(ls)
	return ls, size, err
}

// dense says that a node sums over channels.
func (n *node) dense(x *layout) bool {
	return n.op == opConvTranspose || n.op == opGemm || n.op == opConv && !n.depthwise(x.c)
}

func (n *node) depthwise(channels int) bool {
	return n.op == opConv && n.groups == channels && n.out == channels && channels > 1
}

// surround widens the border of x to what a convolution to y reads.
func (l *layout) surround(n *node, y *layout) {
	w := &n.window
	beyond := func(out, i, size int) int { // the last window, over the last pixel
		return (out-1)*w.stride[i] - w.pads[i] + w.dilation[i]*(w.kernel[i]-1) - (size - 1)
	}
	l.top, l.left = max(l.top, w.pads[0]), max(l.left, w.pads[1])
	l.bottom, l.right = max(l.bottom, beyond(y.h, 0, l.h)), max(l.right, beyond(y.w, 1, l.w))
}

// place gives the largest values the lowest places that are free as long as they live.
func (p *Program) place(ls []layout) (int, error) {
	type life struct{ id, from, to int }
	last := p.lastUse()
	var lives []life
	for _, id := range p.inputs {
		lives = append(lives, life{id, -1, last[id]})
	}
	for i := range p.nodes {
		if id := p.nodes[i].result; !p.tensors[id].wide {
			lives = append(lives, life{id, i, last[id]})
		}
	}
	for _, l := range lives {
		if ls[l.id].size() > maxArena {
			return 0, fmt.Errorf("%w: %q needs more than %d bytes", ErrLimit, p.tensors[l.id].name, maxArena)
		}
	}
	slices.SortStableFunc(lives, func(a, b life) int { return cmp.Compare(ls[b.id].size(), ls[a.id].size()) })
	end := 0
	for i, l := range lives {
		var taken []life
		for _, o := range lives[:i] {
			if o.from <= l.to && l.from <= o.to {
				taken = append(taken, o)
			}
		}
		slices.SortStableFunc(taken, func(a, b life) int { return cmp.Compare(ls[a.id].at, ls[b.id].at) })
		size, at := int(ls[l.id].size()), 0
		for _, o := range taken {
			if at+size <= ls[o.id].at {
				break
			}
			at = max(at, roundUp(ls[o.id].at+int(ls[o.id].size()), 64))
		}
		if at+size > maxArena {
			return 0, fmt.Errorf("%w: activations of more than %d bytes at once", ErrLimit, maxArena)
		}
		ls[l.id].at = at
		end = max(end, at+size)
	}
	return end, nil
}
