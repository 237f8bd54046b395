package i8_test

import (
	"context"
	"encoding/binary"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/ml/engine/i8"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
)

// naive reads CONTRACT.md section 4 a second time: from the file, in big integers, every result on its own from its definition.
// It shares no code with the package.
type naive struct {
	model  *onnx.Model
	shapes map[string][]int
	values map[string][]int64
}

func (v *naive) constant(name string) []int64 {
	for _, t := range v.model.Graph.Initializers {
		if t.Name != name {
			continue
		}
		var out []int64
		for i := 0; i < len(t.Data); i += t.DType.Size() {
			if t.DType == onnx.Int8 {
				out = append(out, int64(int8(t.Data[i])))
			} else {
				out = append(out, int64(int32(binary.LittleEndian.Uint32(t.Data[i:]))))
			}
		}
		return out
	}
	return nil
}

func list(n *onnx.Node, name string) []int {
	a, _ := n.Attr(name)
	out := make([]int, len(a.Is))
	for i, d := range a.Is {
		out[i] = int(d)
	}
	return out
}

func scalar(n *onnx.Node, name string) int64 {
	a, _ := n.Attr(name)
	return a.I
}

// at is the element of a [1, C, H, W] value; missing is what lies outside.
func (v *naive) at(name string, c, y, x int, missing int64) int64 {
	s := v.shapes[name]
	if y < 0 || x < 0 || y >= s[2] || x >= s[3] {
		return missing
	}
	return v.values[name][(c*s[2]+y)*s[3]+x]
}

func requantized(n *onnx.Node, acc *big.Int, m, s int64) int64 {
	out := rounded(new(big.Int).Mul(acc, big.NewInt(m)), uint(s))
	if lo := big.NewInt(scalar(n, "min")); out.Cmp(lo) < 0 {
		out = lo
	}
	if hi := big.NewInt(scalar(n, "max")); out.Cmp(hi) > 0 {
		out = hi
	}
	return out.Int64()
}

type sum struct{ big.Int }

func (s *sum) add(a, b int64) { s.Add(&s.Int, new(big.Int).Mul(big.NewInt(a), big.NewInt(b))) }

// end is what becomes of the accumulator of output channel m.
func (v *naive) end(n *onnx.Node, acc *sum, m int) int64 {
	if len(n.Inputs) == 3 {
		return acc.Int64()
	}
	return requantized(n, &acc.Int, v.constant(n.Inputs[3])[m], v.constant(n.Inputs[4])[m])
}

func (v *naive) run(n *onnx.Node, shape []int) []int64 {
	x := n.Inputs[0]
	in := v.shapes[x]
	var out []int64
	each := func(f func(c, y, x int) int64) []int64 {
		for c := range shape[1] {
			for y := range shape[2] {
				for x := range shape[3] {
					out = append(out, f(c, y, x))
				}
			}
		}
		return out
	}
	switch n.Op {
	case "Conv":
		w, bias := v.constant(n.Inputs[1]), v.constant(n.Inputs[2])
		k, st, pad, dil, groups := list(n, "kernel_shape"), list(n, "strides"), list(n, "pads"), list(n, "dilations"), int(scalar(n, "group"))
		per := in[1] / groups
		return each(func(m, oy, ox int) int64 {
			acc := &sum{}
			acc.add(bias[m], 1)
			for i := range k[0] {
				for j := range k[1] {
					for c := range per {
						acc.add(v.at(x, m/(shape[1]/groups)*per+c, oy*st[0]+i*dil[0]-pad[0], ox*st[1]+j*dil[1]-pad[1], 0), w[((m*per+c)*k[0]+i)*k[1]+j])
					}
				}
			}
			return v.end(n, acc, m)
		})
	case "ConvTranspose":
		w, bias, k := v.constant(n.Inputs[1]), v.constant(n.Inputs[2]), list(n, "kernel_shape")
		return each(func(m, oy, ox int) int64 {
			acc := &sum{}
			acc.add(bias[m], 1)
			for c := range in[1] {
				acc.add(v.at(x, c, oy/k[0], ox/k[1], 0), w[((c*shape[1]+m)*k[0]+oy%k[0])*k[1]+ox%k[1]])
			}
			return v.end(n, acc, m)
		})
	case "Gemm":
		w, bias := v.constant(n.Inputs[1]), v.constant(n.Inputs[2])
		for m := range shape[1] {
			acc := &sum{}
			acc.add(bias[m], 1)
			for k, a := range v.values[x] {
				acc.add(a, w[m*in[1]+k])
			}
			out = append(out, v.end(n, acc, m))
		}
	case "Add":
		f := list(n, "multipliers")
		for i, a := range v.values[x] {
			acc := &sum{}
			acc.add(a, int64(f[0]))
			acc.add(v.values[n.Inputs[1]][i], int64(f[1]))
			out = append(out, requantized(n, &acc.Int, 1, scalar(n, "shift")))
		}
	case "Mul":
		b := v.values[n.Inputs[1]]
		for i, a := range v.values[x] {
			acc := &sum{}
			if len(b) == len(v.values[x]) {
				acc.add(a, b[i])
			} else {
				acc.add(a, b[i/(in[2]*in[3])])
			}
			out = append(out, requantized(n, &acc.Int, scalar(n, "multiplier"), scalar(n, "shift")))
		}
	case "Table":
		table := v.constant(n.Inputs[1])
		for i, a := range v.values[x] {
			first := 0
			if len(table) > 256 {
				first = 256 * (i / (len(v.values[x]) / in[1]))
			}
			out = append(out, table[first+128+int(a)])
		}
	case "MaxPool", "AveragePool", "GlobalAveragePool":
		k, st, pad := []int{in[2], in[3]}, []int{1, 1}, []int{0, 0, 0, 0}
		if n.Op != "GlobalAveragePool" {
			k, st, pad = list(n, "kernel_shape"), list(n, "strides"), list(n, "pads")
		}
		return each(func(c, oy, ox int) int64 {
			acc, largest := &sum{}, int64(-1000)
			for i := range k[0] {
				for j := range k[1] {
					iy, ix := oy*st[0]+i-pad[0], ox*st[1]+j-pad[1]
					acc.add(v.at(x, c, iy, ix, 0), 1)
					largest = max(largest, v.at(x, c, iy, ix, -1000))
				}
			}
			if n.Op == "MaxPool" {
				return largest
			}
			return requantized(n, &acc.Int, scalar(n, "multiplier"), scalar(n, "shift"))
		})
	case "Concat":
		for _, name := range n.Inputs {
			out = append(out, v.values[name]...)
		}
	case "Resize":
		f := list(n, "factors")
		return each(func(c, oy, ox int) int64 { return v.at(x, c, oy/f[0], ox/f[1], 0) })
	case "Reshape":
		out = append(out, v.values[x]...)
	case "Slice":
		per := len(v.values[x]) / in[1]
		out = append(out, v.values[x][per*int(scalar(n, "start")):per*int(scalar(n, "end"))]...)
	case "Transpose":
		out = v.transpose(x, list(n, "perm"))
	}
	return out
}

// transpose counts through the result with an index for each dimension.
func (v *naive) transpose(x string, perm []int) []int64 {
	in := v.shapes[x]
	index := make([]int, len(perm))
	var out []int64
	for range v.values[x] {
		from := make([]int, len(perm))
		for i, d := range perm {
			from[d] = index[i]
		}
		at := 0
		for d, i := range from {
			at = at*in[d] + i
		}
		out = append(out, v.values[x][at])
		for d := len(index) - 1; d >= 0; d-- {
			if index[d]++; index[d] < in[perm[d]] {
				break
			}
			index[d] = 0
		}
	}
	return out
}

func TestTheReferenceIsTheContract(t *testing.T) {
	seen := map[string]int{}
	for seed := range uint64(200) {
		readTwice(t, seed, 5, seen)
	}
	require.Len(t, seen, 14, "every operator took part: %v", seen)
	rapid.Check(t, func(t *rapid.T) {
		readTwice(t, rapid.Uint64().Draw(t, "seed"), rapid.IntRange(1, 5).Draw(t, "nodes"), seen)
	})
}

// readTwice runs a random program by the reference and by the naive reading.
func readTwice(t interface {
	require.TestingT
	Context() context.Context
}, seed uint64, nodes int, seen map[string]int) {
	m, err := program(seed, nodes)
	require.NoError(t, err)
	p, err := i8.Load(m)
	require.NoError(t, err)
	if p.MACs() > 100_000 {
		return // big integers take their time
	}
	n := numbers(seed)
	in := n.feed(p)
	got, err := p.Run(t.Context(), in)
	require.NoError(t, err)
	v := &naive{model: m, shapes: map[string][]int{}, values: map[string][]int64{}}
	for name, x := range in {
		v.shapes[name] = x.Shape
		v.values[name] = wide(x)
	}
	for _, d := range append(append([]onnx.ValueInfo{}, m.Graph.Values...), m.Graph.Outputs...) {
		for _, dim := range d.Shape {
			v.shapes[d.Name] = append(v.shapes[d.Name], int(dim.Value))
		}
	}
	for i := range m.Graph.Nodes {
		node := &m.Graph.Nodes[i]
		v.values[node.Name] = v.run(node, v.shapes[node.Name])
		seen[node.Op]++
	}
	for name, out := range got {
		require.Equal(t, v.values[name], wide(out), name)
	}
}

func wide(t *value.Tensor) []int64 {
	var out []int64
	switch d := t.Data.(type) {
	case []int8:
		for _, e := range d {
			out = append(out, int64(e))
		}
	case []int32:
		for _, e := range d {
			out = append(out, int64(e))
		}
	}
	return out
}
