package topology

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/virtengine/virtengine/ml/onnx"
)

// net is a graph that grows.
type net struct {
	g        *onnx.Graph
	next     uint64
	at       string // the last value
	channels int
	side     int
	macs     int64
}

func start(name string, side int) *net {
	g := &onnx.Graph{Name: name, Inputs: []onnx.ValueInfo{info("image", 1, 3, side, side)}}
	return &net{g: g, at: "image", channels: 3, side: side}
}

func info(name string, dims ...int) onnx.ValueInfo {
	v := onnx.ValueInfo{Name: name, DType: onnx.Float32}
	for _, d := range dims {
		v.Shape = append(v.Shape, onnx.Dim{Value: int64(d)})
	}
	return v
}

// draw is the next number in [-1, 1), by SplitMix64.
func (n *net) draw() float32 {
	n.next += 0x9e3779b97f4a7c15
	z := n.next
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return float32(int32(z>>40)-1<<23) / (1 << 23)
}

func (n *net) weight(spread float64, dims ...int64) string {
	count := int64(1)
	for _, d := range dims {
		count *= d
	}
	t := &onnx.Tensor{Name: fmt.Sprintf("w%d", len(n.g.Initializers)), DType: onnx.Float32, Shape: dims}
	for range count {
		t.Data = binary.LittleEndian.AppendUint32(t.Data, math.Float32bits(float32(float64(n.draw())*spread)))
	}
	n.g.Initializers = append(n.g.Initializers, t)
	return t.Name
}

func (n *net) node(op string, attrs []onnx.Attribute, in ...string) string {
	out := fmt.Sprintf("v%d", len(n.g.Nodes))
	n.g.Nodes = append(n.g.Nodes, onnx.Node{Name: out, Op: op, Inputs: in, Outputs: []string{out}, Attrs: attrs})
	n.at = out
	return out
}

func ints(name string, v ...int64) onnx.Attribute {
	return onnx.Attribute{Name: name, Kind: onnx.AttrInts, Is: v}
}

// conv is a convolution with bias and, where it is wanted, a rectifier.
func (n *net) conv(out, kernel, stride, group int, relu bool) *net {
	taken := n.channels / group
	w := n.weight(math.Sqrt(6/float64(taken*kernel*kernel)), int64(out), int64(taken), int64(kernel), int64(kernel))
	b := n.weight(0.1, int64(out))
	pad := int64(kernel / 2)
	n.node("Conv", []onnx.Attribute{
		{Name: "group", Kind: onnx.AttrInt, I: int64(group)}, ints("kernel_shape", int64(kernel), int64(kernel)),
		ints("pads", pad, pad, pad, pad), ints("strides", int64(stride), int64(stride)),
	}, n.at, w, b)
	n.side = (n.side+2*(kernel/2)-kernel)/stride + 1
	n.macs += int64(out) * int64(taken*kernel*kernel) * int64(n.side*n.side)
	n.channels = out
	if relu {
		n.node("Relu", nil, n.at)
	}
	return n
}

// separable is a depthwise and a pointwise convolution, as MobileNet has them.
func (n *net) separable(out, stride int) *net {
	return n.conv(n.channels, 3, stride, n.channels, true).conv(out, 1, 1, 1, true)
}

// residual is two convolutions beside nothing.
func (n *net) residual() *net {
	from := n.at
	n.conv(n.channels, 3, 1, 1, true).conv(n.channels, 3, 1, 1, false)
	n.node("Add", nil, n.at, from)
	n.node("Relu", nil, n.at)
	return n
}

// Net is a network and what one run of it takes.
type Net struct {
	Name  string
	Model *onnx.Model
	MACs  int64
	Shape []int // of the input "image"
}

func (n *net) end(side int) Net {
	n.node("GlobalAveragePool", nil, n.at)
	n.node("Flatten", nil, n.at)
	w, b := n.weight(0.1, 128, int64(n.channels)), n.weight(0.1, 128)
	n.node("Gemm", []onnx.Attribute{{Name: "transB", Kind: onnx.AttrInt, I: 1}}, n.at, w, b)
	n.macs += int64(128 * n.channels)
	n.g.Outputs = []onnx.ValueInfo{info(n.at, 1, 128)}
	m := &onnx.Model{IRVersion: 8, Opsets: map[string]int64{"": 17}, Graph: n.g}
	return Net{Name: n.g.Name, Model: m, MACs: n.macs, Shape: []int{1, 3, side, side}}
}

// MobileFace is a face network of separable convolutions at 112x112.
func MobileFace() Net {
	n := start("mobileface-112", 112).conv(32, 3, 2, 1, true).separable(64, 1).separable(128, 2).separable(128, 1).separable(256, 2).separable(256, 1)
	for range 4 {
		n.separable(256, 1)
	}
	return n.separable(512, 2).separable(512, 1).end(112)
}

// ResFace is a face network of residual blocks at 112x112.
func ResFace() Net {
	n := start("resface-112", 112).conv(16, 3, 2, 1, true).residual().conv(32, 3, 2, 1, true).residual().residual()
	return n.conv(64, 3, 2, 1, true).residual().residual().conv(128, 3, 2, 1, true).residual().end(112)
}
