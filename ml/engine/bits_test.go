package engine_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/engine"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
)

var update = flag.Bool("update", false, "write testdata/bits.txt")

// numbers is splitmix64 (Steele, Lea, Flood 2014): the same everywhere from a seed.
type numbers uint64

func (n *numbers) next() uint64 {
	*n += 0x9e3779b97f4a7c15
	z := uint64(*n)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// float is any finite float32 of moderate size; one in sixteen is a zero of either sign, a subnormal or a whole number.
func (n *numbers) float() float32 {
	r := n.next()
	switch r & 15 {
	case 0:
		return math.Float32frombits(uint32(r>>32) & 0x80000000)
	case 1:
		return math.Float32frombits(uint32(r>>32) & 0x807fffff)
	case 2:
		return float32(int8(r >> 32))
	}
	exponent := 127 - 12 + uint32(r>>8)%20
	return math.Float32frombits(uint32(r>>32)&0x807fffff | exponent<<23)
}

func (n *numbers) tensor(shape ...int) *value.Tensor {
	d := make([]float32, 1)
	for _, s := range shape {
		d = make([]float32, len(d)*s)
	}
	for i := range d {
		d[i] = n.float()
	}
	return &value.Tensor{Shape: shape, Data: d}
}

func (n *numbers) bytes(signed bool, shape ...int) *value.Tensor {
	t := n.tensor(shape...)
	if signed {
		d := make([]int8, t.Len())
		for i := range d {
			d[i] = int8(n.next())
		}
		return &value.Tensor{Shape: shape, Data: d}
	}
	d := make([]uint8, t.Len())
	for i := range d {
		d[i] = uint8(n.next())
	}
	return &value.Tensor{Shape: shape, Data: d}
}

func ints(name string, v ...int64) onnx.Attribute {
	return onnx.Attribute{Name: name, Kind: onnx.AttrInts, Is: v}
}
func integer(name string, v int64) onnx.Attribute {
	return onnx.Attribute{Name: name, Kind: onnx.AttrInt, I: v}
}
func text(name, v string) onnx.Attribute {
	return onnx.Attribute{Name: name, Kind: onnx.AttrString, S: []byte(v)}
}

// work is one operator on random operands.
type work struct {
	op      string
	attrs   []onnx.Attribute
	in      func(n *numbers) []*value.Tensor
	results int
}

func only(shapes ...[]int) func(n *numbers) []*value.Tensor {
	return func(n *numbers) (out []*value.Tensor) {
		for _, s := range shapes {
			out = append(out, n.tensor(s...))
		}
		return out
	}
}

func scalar(v float32) *value.Tensor { return &value.Tensor{Data: []float32{v}} }

var works = func() map[string]work {
	all := map[string]work{
		"MatMul":          {"MatMul", nil, only([]int{2, 17, 33}, []int{33, 9}), 1},
		"Gemm":            {"Gemm", []onnx.Attribute{integer("transB", 1), {Name: "alpha", Kind: onnx.AttrFloat, F: 0.3}, {Name: "beta", Kind: onnx.AttrFloat, F: 0.7}}, only([]int{7, 31}, []int{5, 31}, []int{5}), 1},
		"Conv":            {"Conv", []onnx.Attribute{ints("pads", 1, 1, 1, 1), ints("strides", 2, 1)}, only([]int{2, 5, 11, 13}, []int{4, 5, 3, 3}, []int{4}), 1},
		"ConvDepthwise":   {"Conv", []onnx.Attribute{integer("group", 6), ints("dilations", 2, 2)}, only([]int{1, 6, 12, 12}, []int{6, 1, 3, 3}), 1},
		"ConvTranspose":   {"ConvTranspose", []onnx.Attribute{ints("strides", 2, 2)}, only([]int{1, 3, 5, 5}, []int{3, 2, 3, 3}, []int{2}), 1},
		"AveragePool":     {"AveragePool", []onnx.Attribute{ints("kernel_shape", 3, 3), ints("pads", 1, 1, 1, 1)}, only([]int{1, 3, 9, 9}), 1},
		"GlobalAverage":   {"GlobalAveragePool", nil, only([]int{2, 5, 7, 7}), 1},
		"Softmax":         {"Softmax", nil, only([]int{5, 37}), 1},
		"LogSoftmax":      {"LogSoftmax", nil, only([]int{5, 37}), 1},
		"ReduceMean":      {"ReduceMean", []onnx.Attribute{ints("axes", 1)}, only([]int{3, 41, 2}), 1},
		"ReduceL2":        {"ReduceL2", []onnx.Attribute{ints("axes", 0, 2)}, only([]int{3, 41, 2}), 1},
		"ReduceSumSquare": {"ReduceSumSquare", []onnx.Attribute{ints("axes", 2)}, only([]int{3, 4, 29}), 1},
		"LayerNorm":       {"LayerNormalization", nil, only([]int{4, 33}, []int{33}, []int{33}), 3},
		"InstanceNorm":    {"InstanceNormalization", nil, only([]int{2, 3, 8, 8}, []int{3}, []int{3}), 1},
		"LSTM":            {"LSTM", []onnx.Attribute{integer("hidden_size", 5), text("direction", "bidirectional")}, only([]int{4, 2, 3}, []int{2, 20, 3}, []int{2, 20, 5}, []int{2, 40}), 3},
		"GRU":             {"GRU", []onnx.Attribute{integer("hidden_size", 5), integer("linear_before_reset", 1)}, only([]int{4, 2, 3}, []int{1, 15, 3}, []int{1, 15, 5}, []int{1, 30}), 2},
		"RNN":             {"RNN", []onnx.Attribute{integer("hidden_size", 5)}, only([]int{4, 2, 3}, []int{1, 5, 3}, []int{1, 5, 5}, []int{1, 10}), 2},
		"Pow":             {"Pow", nil, only([]int{1000}, []int{1000}), 1},
		"Div":             {"Div", nil, only([]int{1000}, []int{1000}), 1},
		"Resize": {"Resize", []onnx.Attribute{text("mode", "cubic")}, func(n *numbers) []*value.Tensor {
			return []*value.Tensor{n.tensor(1, 2, 7, 5), nil, {Shape: []int{4}, Data: []float32{1, 1, 1.7, 2.3}}}
		}, 1},
		"Quantize": {"QuantizeLinear", nil, func(n *numbers) []*value.Tensor {
			return []*value.Tensor{n.tensor(500), scalar(0.037), {Data: []uint8{117}}}
		}, 1},
		"DynamicQuantize": {"DynamicQuantizeLinear", nil, only([]int{500}), 3},
		"MatMulInteger": {"MatMulInteger", nil, func(n *numbers) []*value.Tensor {
			return []*value.Tensor{n.bytes(false, 9, 65), n.bytes(true, 65, 7), {Data: []uint8{12}}, {Data: []int8{-3}}}
		}, 1},
		"QLinearConv": {"QLinearConv", []onnx.Attribute{ints("pads", 1, 1, 1, 1)}, func(n *numbers) []*value.Tensor {
			return []*value.Tensor{n.bytes(false, 1, 4, 9, 9), scalar(0.02), {Data: []uint8{128}}, n.bytes(true, 3, 4, 3, 3), scalar(0.01), {Data: []int8{0}}, scalar(0.05), {Data: []uint8{120}}}
		}, 1},
	}
	for _, op := range []string{"Exp", "Log", "Tanh", "Sigmoid", "Erf", "Sqrt", "Softplus", "HardSwish", "Elu", "Gelu", "Reciprocal", "LeakyRelu"} {
		all[op] = work{op, nil, only([]int{4000}), 1}
	}
	return all
}()

// digest runs a work many times and hashes every result, NaNs in one form: IEEE 754 leaves their bits to the machine.
func digest(t *testing.T, name string, w work, rounds int) string {
	sum := sha256.New()
	for round := range rounds {
		n := numbers(round)
		operands := w.in(&n)
		g := &onnx.Graph{Name: name}
		node := onnx.Node{Op: w.op, Attrs: w.attrs}
		inputs := map[string]*value.Tensor{}
		for i, o := range operands {
			in := ""
			if o != nil {
				in = fmt.Sprintf("x%d", i)
				inputs[in] = o
				g.Inputs = append(g.Inputs, onnx.ValueInfo{Name: in, DType: o.DType(), Unknown: true})
			}
			node.Inputs = append(node.Inputs, in)
		}
		for i := range w.results {
			out := fmt.Sprintf("y%d", i)
			node.Outputs = append(node.Outputs, out)
			g.Outputs = append(g.Outputs, onnx.ValueInfo{Name: out, Unknown: true})
		}
		g.Nodes = []onnx.Node{node}
		p, err := engine.Load(&onnx.Model{IRVersion: 8, Opsets: map[string]int64{"": 17}, Graph: g})
		require.NoError(t, err, name)
		results, err := p.Run(context.Background(), inputs)
		require.NoError(t, err, name)
		for _, o := range g.Outputs {
			r := results[o.Name]
			if d, ok := r.Data.([]float32); ok {
				d = slices.Clone(d)
				for i, v := range d {
					if v != v {
						d[i] = math.Float32frombits(0x7fc00000)
					}
				}
				r = &value.Tensor{Shape: r.Shape, Data: d}
			}
			sum.Write(r.ToONNX("").Encode())
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// Every machine writes the same digests: testdata/bits.txt was written on amd64. The build runs this test for 386 too.
func TestBitsAreTheSameEverywhere(t *testing.T) {
	var names, lines []string
	for name := range works {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		lines = append(lines, name+" "+digest(t, name, works[name], 20))
	}
	got := strings.Join(lines, "\n") + "\n"
	const file = "testdata/bits.txt"
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}
