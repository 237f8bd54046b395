package engine_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/engine"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
)

func floats(v ...float32) *value.Tensor { return &value.Tensor{Shape: []int{len(v)}, Data: v} }

func int64s(v ...int64) *value.Tensor { return &value.Tensor{Shape: []int{len(v)}, Data: v} }

// What operators learned in opsets behind those of the published cases; the results were computed by hand.
func TestNewerOpsets(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		opset  int64
		node   onnx.Node
		in     []*value.Tensor
		want   any
	}{
		"PadWrap": {"the plane repeats", 19, onnx.Node{Op: "Pad", Attrs: []onnx.Attribute{text("mode", "wrap")}},
			[]*value.Tensor{floats(1, 2, 3), int64s(2, 1)}, []float32{2, 3, 1, 2, 3, 1}},
		"PadAxes": {"of one axis alone", 18, onnx.Node{Op: "Pad"},
			[]*value.Tensor{{Shape: []int{1, 2}, Data: []float32{1, 2}}, int64s(1, 0), scalar(9), int64s(-1)}, []float32{9, 1, 2}},
		"SplitUneven": {"the last part is what is left", 18, onnx.Node{Op: "Split", Attrs: []onnx.Attribute{integer("num_outputs", 2)}, Outputs: []string{"", "y"}},
			[]*value.Tensor{floats(1, 2, 3)}, []float32{3}},
		"GeluTanh": {"the approximation is zero at zero and nearly x where x is large", 20, onnx.Node{Op: "Gelu", Attrs: []onnx.Attribute{text("approximate", "tanh")}},
			[]*value.Tensor{floats(0, 10)}, []float32{0, 10}},
		"ReduceAxes": {"axes are an operand", 18, onnx.Node{Op: "ReduceMax", Attrs: []onnx.Attribute{integer("keepdims", 0)}},
			[]*value.Tensor{{Shape: []int{2, 2}, Data: []float32{1, 5, 7, 2}}, int64s(1)}, []float32{5, 7}},
		"GroupNorm": {"scale and bias of each channel", 21, onnx.Node{Op: "GroupNormalization", Attrs: []onnx.Attribute{integer("num_groups", 1), {Name: "epsilon", Kind: onnx.AttrFloat}}},
			[]*value.Tensor{{Shape: []int{1, 2, 1}, Data: []float32{-3, 3}}, floats(2, 4), floats(1, 1)}, []float32{-1, 5}},
		"BlockedDequantize": {"a scale for each block of two", 21, onnx.Node{Op: "DequantizeLinear", Attrs: []onnx.Attribute{integer("axis", 0), integer("block_size", 2)}},
			[]*value.Tensor{{Shape: []int{4}, Data: []int8{1, 2, 3, 4}}, floats(1, 10)}, []float32{1, 2, 30, 40}},
		"Quantize16": {"sixteen bits by the zero point", 21, onnx.Node{Op: "QuantizeLinear"},
			[]*value.Tensor{floats(-1e9, 0.5, 1.5, 1e9), scalar(1), {Data: []int16{0}}}, []int16{-32768, 0, 2, 32767}},
		"QuantizeType": {"the type by an attribute", 21, onnx.Node{Op: "QuantizeLinear", Attrs: []onnx.Attribute{integer("output_dtype", int64(onnx.Int8))}},
			[]*value.Tensor{floats(-200, 3), scalar(1)}, []int8{-128, 3}},
		"ResizeAxes": {"along one axis", 18, onnx.Node{Op: "Resize", Attrs: []onnx.Attribute{ints("axes", 1), text("coordinate_transformation_mode", "asymmetric"), text("nearest_mode", "floor")}},
			[]*value.Tensor{{Shape: []int{1, 2}, Data: []float32{1, 2}}, nil, floats(2)}, []float32{1, 1, 2, 2}},
		"ResizeSymmetric": {"by a half the middle of four stays between the second and the third", 19,
			onnx.Node{Op: "Resize", Attrs: []onnx.Attribute{text("mode", "linear"), text("coordinate_transformation_mode", "half_pixel_symmetric")}},
			[]*value.Tensor{floats(1, 2, 3, 4), nil, floats(0.5)}, []float32{1.5, 3.5}},
		"ResizeAspect": {"both axes by the lesser scale", 18, onnx.Node{Op: "Resize", Attrs: []onnx.Attribute{text("keep_aspect_ratio_policy", "not_larger")}},
			[]*value.Tensor{{Shape: []int{1, 2}, Data: []float32{1, 2}}, nil, nil, int64s(5, 4)}, []float32{1, 1, 2, 2, 1, 1, 2, 2}},
		"ResizeSmooth": {"by a third, a tent three wide on either side", 18, onnx.Node{Op: "Resize", Attrs: []onnx.Attribute{text("mode", "linear"), integer("antialias", 1)}},
			[]*value.Tensor{floats(9, 9, 9, 9, 9, 9), nil, nil, int64s(2)}, []float32{9, 9}},
		"CastFloat8": {"ties to the even one, what is too large saturates", 19, onnx.Node{Op: "Cast", Attrs: []onnx.Attribute{integer("to", int64(onnx.Float8E4M3FN))}},
			[]*value.Tensor{floats(1, -0.0625, 17, 19, 1e6, 0x1p-10, 0x1.8p-9)}, []value.E4M3FN{0x38, 0x98 + 0x00, 0x58, 0x5a, 0x7e, 0x00, 0x02}},
		"CastFloat8Whole": {"unless it may not", 19, onnx.Node{Op: "Cast", Attrs: []onnx.Attribute{integer("to", int64(onnx.Float8E5M2)), integer("saturate", 0)}},
			[]*value.Tensor{floats(1, 57344, 61440, -1e9)}, []value.E5M2{0x3c, 0x7b, 0x7c, 0xfc}},
		"CastFloat8Zero": {"a zero below zero would be a NaN there", 19, onnx.Node{Op: "Cast", Attrs: []onnx.Attribute{integer("to", int64(onnx.Float8E5M2FNUZ))}},
			[]*value.Tensor{floats(-1e-9, 1, 1e6)}, []value.E5M2FNUZ{0, 0x40, 0x7f}},
		"CastFloat4": {"to the eight sizes that there are", 23, onnx.Node{Op: "Cast", Attrs: []onnx.Attribute{integer("to", int64(onnx.Float4E2M1))}},
			[]*value.Tensor{floats(0.48, 0.25, 1.05, -3.5, -8, 9, 5)}, []value.E2M1{1, 0, 2, 14, 15, 7, 6}},
		"CastInt4":     {"the low four bits", 21, onnx.Node{Op: "Cast", Attrs: []onnx.Attribute{integer("to", int64(onnx.Int4))}}, []*value.Tensor{floats(-9, -8, 7.9, 8)}, []value.Int4{7, -8, 7, -8}},
		"Quantize4":    {"saturates", 21, onnx.Node{Op: "QuantizeLinear", Attrs: []onnx.Attribute{integer("output_dtype", int64(onnx.Uint4))}}, []*value.Tensor{floats(-1, 3.5, 99), scalar(1)}, []value.Uint4{0, 4, 15}},
		"Quantize8f":   {"a float of eight bits has a zero of its own", 19, onnx.Node{Op: "QuantizeLinear"}, []*value.Tensor{floats(2, 4), scalar(2), {Data: []value.E4M3FN{0}}}, []value.E4M3FN{0x38, 0x40}},
		"Dequantize4":  {"and back", 21, onnx.Node{Op: "DequantizeLinear"}, []*value.Tensor{{Shape: []int{2}, Data: []value.Int4{-8, 7}}, scalar(0.5)}, []float32{-4, 3.5}},
		"Dequantize8f": {"to the type of the scale", 19, onnx.Node{Op: "DequantizeLinear"}, []*value.Tensor{{Shape: []int{1}, Data: []value.E5M2{0x3c}}, {Data: []value.Half{0x4000}}}, []value.Half{0x4000}},
		"BitwiseAnd":   {"of signed integers too", 18, onnx.Node{Op: "BitwiseAnd"}, []*value.Tensor{int64s(-1, 6), int64s(5, 3)}, []int64{5, 2}},
		"BitwiseOr":    {"bits of either", 18, onnx.Node{Op: "BitwiseOr"}, []*value.Tensor{int64s(4), int64s(3)}, []int64{7}},
		"BitwiseXor":   {"bits of one alone", 18, onnx.Node{Op: "BitwiseXor"}, []*value.Tensor{int64s(6), int64s(3)}, []int64{5}},
		"BitwiseNot":   {"every bit turned over", 18, onnx.Node{Op: "BitwiseNot"}, []*value.Tensor{int64s(0)}, []int64{-1}},
		"Mish":         {"zero at zero and nearly x where x is large", 18, onnx.Node{Op: "Mish"}, []*value.Tensor{floats(0, 100)}, []float32{0, 100}},
		"Swish":        {"alpha zero leaves half", 24, onnx.Node{Op: "Swish", Attrs: []onnx.Attribute{{Name: "alpha", Kind: onnx.AttrFloat}}}, []*value.Tensor{floats(4)}, []float32{2}},
		"RMSNorm":      {"a row whose squares are one in the mean stays", 23, onnx.Node{Op: "RMSNormalization", Attrs: []onnx.Attribute{{Name: "epsilon", Kind: onnx.AttrFloat}}}, []*value.Tensor{floats(1, -1), floats(2, 3)}, []float32{2, -3}},
		"ScatterMax":   {"the larger stays", 18, onnx.Node{Op: "ScatterElements", Attrs: []onnx.Attribute{text("reduction", "max")}}, []*value.Tensor{floats(1, 5), int64s(0, 1), floats(3, 2)}, []float32{3, 5}},
		"CastBFloat16": {"rounds to the nearest", 19, onnx.Node{Op: "Cast", Attrs: []onnx.Attribute{integer("to", int64(onnx.BFloat16))}},
			[]*value.Tensor{floats(0.48033667)}, []value.BHalf{0x3ef6}},
	} {
		t.Run(name, func(t *testing.T) {
			g := &onnx.Graph{Name: name, Outputs: []onnx.ValueInfo{{Name: "y", Unknown: true}}}
			inputs := map[string]*value.Tensor{}
			for i, v := range tc.in {
				in := ""
				if v != nil {
					in = string(rune('a' + i))
					inputs[in] = v
					g.Inputs = append(g.Inputs, onnx.ValueInfo{Name: in, Unknown: true})
				}
				tc.node.Inputs = append(tc.node.Inputs, in)
			}
			if tc.node.Outputs == nil {
				tc.node.Outputs = []string{"y"}
			}
			g.Nodes = []onnx.Node{tc.node}
			p, err := engine.Load(&onnx.Model{IRVersion: 10, Opsets: map[string]int64{"": tc.opset}, Graph: g})
			require.NoError(t, err)
			out, err := p.Run(context.Background(), inputs)
			require.NoError(t, err)
			require.Equal(t, tc.want, out["y"].Data, tc.reason)
		})
	}
}
