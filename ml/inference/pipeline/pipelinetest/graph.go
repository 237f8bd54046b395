package pipelinetest

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/virtengine/virtengine/ml/engine/i8"
	"github.com/virtengine/virtengine/ml/inference/pipeline"
	"github.com/virtengine/virtengine/ml/onnx"
)

// scales of the models' outputs: what one step of an integer stands for.
var scales = map[string]float32{
	pipeline.FaceDetector: 1.0 / 16, pipeline.FaceEmbedder: 1, pipeline.LivenessModel: 1.0 / 4, pipeline.DocumentFields: 1.0 / 4,
	pipeline.TextLine: 1.0 / 4, pipeline.DocumentAnomaly: 1.0 / 128,
}

// Scale is what one step of a model's output stands for.
func Scale(model string) float32 { return scales[model] }

const inputScale = float32(1.0 / 128)

// builder puts a chain of nodes together, under either contract.
type builder interface {
	// conv adds a convolution without padding. Weights are [shape] row-major, of wScale each; bias counts steps of x's scale times
	// wScale; what does not fit 127 steps of yScale is cut off.
	conv(xScale, wScale, yScale float32, shape []int64, stride int64, weights []int8, bias []int32)
	// done gives the last value its shape, and ends the model.
	done(shape ...int) (*onnx.Model, error)
}

// contract begins a model.
type contract func(shape ...int) builder

// integers is a program of ve-i8-1.
type integers struct {
	b    *i8.Builder
	last i8.Value
}

func integerBuilder(shape ...int) builder {
	b := i8.NewBuilder("small")
	return &integers{b, b.Input("x", shape, float64(inputScale))}
}

func (n *integers) conv(xScale, wScale, yScale float32, shape []int64, stride int64, weights []int8, bias []int32) {
	out := int(shape[0])
	if bias == nil {
		bias = make([]int32, out)
	}
	rq := i8.Requant{Min: -128, Max: 127, Scale: float64(yScale)}
	for range out {
		m, s, err := i8.Quantize(float64(xScale) * float64(wScale) / float64(yScale))
		if err != nil {
			panic(err) // scales that are written in this package
		}
		rq.Multiplier, rq.Shift = append(rq.Multiplier, m), append(rq.Shift, s)
	}
	n.last = n.b.Conv("", n.last, i8.ConvSpec{Kernel: [2]int{int(shape[2]), int(shape[3])}, Stride: [2]int{int(stride), int(stride)}, Out: out, Weights: weights, Bias: bias, Requant: rq})
}

func (n *integers) done(shape ...int) (*onnx.Model, error) {
	n.b.Output(n.b.Reshape("y", n.last, shape))
	return n.b.Model()
}

// floats is a graph of ve-f32-1: it computes what the integers stand for, without rounding.
type floats struct {
	g    onnx.Graph
	last string
}

func floatBuilder(shape ...int) builder {
	return &floats{g: onnx.Graph{Name: "small", Inputs: []onnx.ValueInfo{info("x", shape)}}, last: "x"}
}

func info(name string, shape []int) onnx.ValueInfo {
	v := onnx.ValueInfo{Name: name, DType: onnx.Float32}
	for _, d := range shape {
		v.Shape = append(v.Shape, onnx.Dim{Value: int64(d)})
	}
	return v
}

func (f *floats) constant(name string, shape []int64, d ...float32) string {
	var raw []byte
	for _, v := range d {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	f.g.Initializers = append(f.g.Initializers, &onnx.Tensor{Name: name, DType: onnx.Float32, Shape: shape, Data: raw})
	return name
}

func (f *floats) conv(xScale, wScale, yScale float32, shape []int64, stride int64, weights []int8, bias []int32) {
	n := fmt.Sprint(len(f.g.Nodes))
	w := make([]float32, len(weights))
	for i, v := range weights {
		w[i] = float32(float32(v) * wScale)
	}
	in := []string{f.last, f.constant("w"+n, shape, w...)}
	if bias != nil {
		v := make([]float32, len(bias))
		for i, x := range bias {
			v[i] = float32(float32(x) * float32(wScale*xScale))
		}
		in = append(in, f.constant("b"+n, shape[:1], v...))
	}
	f.g.Nodes = append(f.g.Nodes,
		onnx.Node{Name: "conv" + n, Op: "Conv", Inputs: in, Outputs: []string{"c" + n}, Attrs: []onnx.Attribute{
			{Name: "strides", Kind: onnx.AttrInts, Is: []int64{stride, stride}}, {Name: "kernel_shape", Kind: onnx.AttrInts, Is: shape[2:]}}},
		onnx.Node{Name: "clip" + n, Op: "Clip", Outputs: []string{"d" + n},
			Inputs: []string{"c" + n, f.constant("min"+n, nil, float32(-128*yScale)), f.constant("max"+n, nil, float32(127*yScale))}})
	f.last = "d" + n
}

func (f *floats) done(shape ...int) (*onnx.Model, error) {
	var raw []byte
	for _, d := range shape {
		raw = binary.LittleEndian.AppendUint64(raw, uint64(d)) //ve:allow overflow a dimension of this package's models
	}
	f.g.Initializers = append(f.g.Initializers, &onnx.Tensor{Name: "shape", DType: onnx.Int64, Shape: []int64{int64(len(shape))}, Data: raw})
	f.g.Nodes = append(f.g.Nodes, onnx.Node{Name: "shape", Op: "Reshape", Inputs: []string{f.last, "shape"}, Outputs: []string{"y"}})
	f.g.Outputs = []onnx.ValueInfo{info("y", shape)}
	return &onnx.Model{IRVersion: 8, Opsets: map[string]int64{"": 13}, Graph: &f.g}, nil
}
