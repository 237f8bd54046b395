package i8_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/ml/engine/i8"
	kernel "github.com/virtengine/virtengine/ml/engine/kernel/i8"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
)

// numbers is splitmix64 (Steele, Lea, Flood 2014): the same everywhere from a seed.
type numbers uint64

func (n *numbers) next() uint64 {
	*n += 0x9e3779b97f4a7c15
	z := uint64(*n)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (n *numbers) below(limit int) int { return int(n.next() >> 33 % uint64(limit)) }

// between includes both ends.
func (n *numbers) between(lo, hi int) int { return lo + int(n.next()>>33%uint64(hi-lo+1)) }

// int8s are any, one in four at an end of the range.
func (n *numbers) int8s(count int) []int8 {
	out := make([]int8, count)
	for i := range out {
		switch r := n.next(); r & 15 {
		case 0:
			out[i] = -128
		case 1:
			out[i] = 127
		case 2:
			out[i] = 0
		default:
			out[i] = int8(r >> 8)
		}
	}
	return out
}

func (n *numbers) int32s(count, limit int) []int32 {
	out := make([]int32, count)
	for i := range out {
		out[i] = int32(n.between(-limit, limit))
	}
	return out
}

// requant makes results that use their range: an accumulator of count products is about sqrt(count) * 5500.
func (n *numbers) requant(outputs, count int) i8.Requant {
	rq := i8.Requant{Scale: 0.5, Min: -128, Max: 127}
	root := 1
	for root*root < count {
		root++
	}
	for range outputs {
		m, s, err := i8.Quantize(float64(n.between(20, 200)) / float64(100*100*root))
		if err != nil {
			panic(err)
		}
		if n.below(8) == 0 { // exact halves are likely
			m, s = 1, int8(n.between(8, 14))
		}
		rq.Multiplier, rq.Shift = append(rq.Multiplier, m), append(rq.Shift, s)
	}
	if n.below(2) == 0 {
		rq.Min = 0
	}
	if n.below(3) == 0 {
		rq.Max = int8(n.between(1, 126))
	}
	return rq
}

func (n *numbers) conv(channels, out, groups int, kernel, stride, dilation [2]int, pads [4]int) i8.ConvSpec {
	per := channels / groups * kernel[0] * kernel[1]
	return i8.ConvSpec{Kernel: kernel, Stride: stride, Dilation: dilation, Pads: pads, Groups: groups, Out: out,
		Weights: n.int8s(out * per), Bias: n.int32s(out, 1<<15), Requant: n.requant(out, per)}
}

// program grows a graph of so many nodes over all operators.
func program(seed uint64, nodes int) (*onnx.Model, error) {
	n := numbers(seed)
	b := i8.NewBuilder(fmt.Sprintf("random-%d", seed))
	open := []i8.Value{b.Input("image", []int{1, n.between(1, 20), n.between(1, 13), n.between(1, 13)}, 1.0/128)}
	if n.below(3) == 0 {
		open = append(open, b.Input("second", []int{1, n.between(1, 5), n.between(1, 5)}, 0.5))
	}
	unread := map[int]bool{}
	for i := range open {
		unread[i] = true
	}
	for range nodes {
		at := n.below(len(open))
		if n.below(3) > 0 {
			at = len(open) - 1
		}
		v, read, final := n.node(b, open, at)
		if b.Err() != nil {
			return nil, b.Err()
		}
		for _, r := range read {
			delete(unread, r)
		}
		if final {
			b.Output(v)
			continue
		}
		unread[len(open)] = true
		open = append(open, v)
	}
	left := 0
	for i := range open {
		if unread[i] {
			if i < 2 && b.Shape(open[i]) != nil { // an input is no output: give it a reader
				open[i] = b.Table("", open[i], n.int8s(256), 1)
			}
			b.Output(open[i])
			left++
		}
	}
	return b.Model()
}

// node adds one operation that reads open[at], and says which values it read. final: the result is int32.
func (n *numbers) node(b *i8.Builder, open []i8.Value, at int) (v i8.Value, read []int, final bool) {
	x := open[at]
	shape := b.Shape(x)
	read = []int{at}
	if len(shape) != 4 {
		switch n.below(4) {
		case 0:
			return b.Table("", x, n.int8s(256), 1), read, false
		case 1:
			if len(shape) == 2 {
				out := n.between(1, 40)
				g := i8.GemmSpec{Out: out, Weights: n.int8s(out * shape[1]), Bias: n.int32s(out, 1<<15), Requant: n.requant(out, shape[1])}
				return b.Gemm("", x, g), read, false
			}
			return b.Transpose("", x, []int{0, 2, 1}), read, false
		case 2:
			count := 1
			for _, d := range shape {
				count *= d
			}
			for h := 5; ; h-- {
				if count%h == 0 {
					return b.Reshape("", x, []int{1, count / h, h, 1}), read, false
				}
			}
		}
		return b.Add("", x, x, n.sum()), read, false
	}
	c, h, w := shape[1], shape[2], shape[3]
	fit := func(size int) int { return min(n.between(1, 4), size) }
	switch n.below(17) {
	case 0, 1, 2: // dense
		k := [2]int{n.between(1, 3), n.between(1, 4)}
		d := [2]int{n.between(1, 2), n.between(1, 2)}
		reach := [2]int{d[0]*(k[0]-1) + 1, d[1]*(k[1]-1) + 1}
		pads := [4]int{n.below(reach[0]), n.below(reach[1]), n.below(reach[0]), n.below(reach[1])}
		if h+pads[0]+pads[2] < reach[0] || w+pads[1]+pads[3] < reach[1] {
			k, d, pads = [2]int{1, 1}, [2]int{1, 1}, [4]int{}
		}
		stride := [2]int{n.between(1, 3), n.between(1, 2)}
		groups, out := 1, n.between(1, 40)
		if n.below(3) == 0 {
			for groups = n.between(1, c); c%groups != 0; groups-- {
			}
			out = groups * n.between(1, 3)
		}
		spec := n.conv(c, out, groups, k, stride, d, pads)
		if n.below(8) == 0 {
			spec.Requant = i8.Raw(0.25)
			return b.Conv("", x, spec), read, true
		}
		return b.Conv("", x, spec), read, false
	case 3: // one pixel
		return b.Conv("", x, n.conv(c, n.between(1, 40), 1, [2]int{1, 1}, [2]int{}, [2]int{}, [4]int{})), read, false
	case 4, 5: // depthwise
		return b.Conv("", x, n.conv(c, c, c, [2]int{3, 3}, [2]int{n.between(1, 2), n.between(1, 2)}, [2]int{}, [4]int{2, 1, 2, 2})), read, false
	case 6:
		k, out := [2]int{n.between(1, 3), n.between(1, 2)}, n.between(1, 20)
		t := i8.ConvTransposeSpec{Kernel: k, Out: out, Weights: n.int8s(c * out * k[0] * k[1]), Bias: n.int32s(out, 1<<15), Requant: n.requant(out, c)}
		if n.below(4) == 0 {
			t.Requant = i8.Raw(1)
			return b.ConvTranspose("", x, t), read, true
		}
		return b.ConvTranspose("", x, t), read, false
	case 7:
		k := [2]int{fit(h), fit(w)}
		return b.MaxPool("", x, i8.PoolSpec{Kernel: k, Stride: [2]int{n.between(1, 3), n.between(1, 3)}, Pads: [4]int{n.below(k[0]), n.below(k[1]), n.below(k[0]), n.below(k[1])}}), read, false
	case 8:
		k := [2]int{fit(h), fit(w)}
		rq := n.requant(1, k[0]*k[1])
		return b.AveragePool("", x, i8.AverageSpec{PoolSpec: i8.PoolSpec{Kernel: k, Stride: [2]int{n.between(1, 3), n.between(1, 3)}, Pads: [4]int{n.below(k[0]), 0, 0, n.below(k[1])}},
			Multiplier: int32(n.between(1, 1000)), Shift: int8(n.between(5, 12)), Min: rq.Min, Max: rq.Max, Scale: 1}), read, false
	case 9:
		gate := b.GlobalAveragePool("", x, i8.AverageSpec{Multiplier: 1 << 30, Shift: 32, Min: -128, Max: 127, Scale: 1})
		return b.Mul("", x, gate, i8.MulSpec{Multiplier: 1 << 29, Shift: 35, Min: -128, Max: int8(n.between(1, 127)), Scale: 1}), read, false
	case 10:
		tables := 256
		if n.below(2) == 0 {
			tables *= c
		}
		return b.Table("", x, n.int8s(tables), 1), read, false
	case 11:
		if h*w*c > 3000 {
			return b.Slice("", x, 0, max(1, c/2)), read, false
		}
		return b.Resize("", x, [2]int{n.between(1, 3), n.between(1, 2)}), read, false
	case 12:
		perm := [][]int{{0, 1, 3, 2}, {0, 2, 1, 3}, {0, 3, 1, 2}, {0, 2, 3, 1}, {0, 3, 2, 1}}[n.below(5)]
		return b.Transpose("", x, perm), read, false
	case 13:
		start := n.below(c)
		return b.Slice("", x, start, n.between(start+1, c)), read, false
	case 14:
		return b.Flatten("", x), read, false
	}
	for i, other := range open { // two operands of one shape
		if i != at && slices.Equal(b.Shape(other), shape) && n.below(2) == 0 {
			return b.Add("", x, other, n.sum()), append(read, i), false
		}
	}
	for i, other := range open {
		if s := b.Shape(other); len(s) == 4 && s[2] == h && s[3] == w && b.Scale(other) == b.Scale(x) {
			return b.Concat("", x, other, x), append(read, i), false
		}
	}
	return b.Mul("", x, x, i8.MulSpec{Multiplier: 3, Shift: 9, Min: -128, Max: 127, Scale: 1}), read, false
}

func (n *numbers) sum() i8.AddSpec {
	return i8.AddSpec{MultiplierA: int32(n.between(-1<<22, 1<<22)), MultiplierB: int32(n.between(-1<<22, 1<<22)), Shift: int8(n.between(20, 24)), Min: -128, Max: int8(n.between(0, 127)), Scale: 1}
}

// feed makes inputs for a program.
func (n *numbers) feed(p *i8.Program) map[string]*value.Tensor {
	in := map[string]*value.Tensor{}
	for _, port := range p.Inputs() {
		t := &value.Tensor{Shape: port.Shape}
		t.Data = n.int8s(t.Len())
		in[port.Name] = t
	}
	return in
}

func TestTheFastExecutorEqualsTheReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		m, err := program(seed, rapid.IntRange(1, 12).Draw(t, "nodes"))
		require.NoError(t, err)
		p, err := i8.Load(m)
		require.NoError(t, err)
		n := numbers(seed)
		in := n.feed(p)
		want, err := p.Run(t.Context(), in)
		require.NoError(t, err)
		for _, set := range kernel.Available() {
			r, err := i8.NewRunner(p, i8.Options{Threads: n.between(1, 3), Kernels: set})
			require.NoError(t, err)
			for range 2 { // what a run leaves behind does not matter
				got, err := r.Run(t.Context(), in)
				require.NoError(t, err)
				require.Equal(t, want, got, set.Name())
			}
		}
	})
}
