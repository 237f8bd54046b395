package i8_test

import (
	"encoding/binary"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/ml/engine/i8"
	"github.com/virtengine/virtengine/ml/onnx"
)

// good is a program with one of most operators, under names that tests find them by.
func good(t *testing.T) *onnx.Model {
	t.Helper()
	n := numbers(1)
	b := i8.NewBuilder("good")
	image := b.Input("image", []int{1, 2, 8, 8}, 1.0/128)
	x := b.Conv("conv", image, n.conv(2, 4, 1, [2]int{3, 3}, [2]int{2, 2}, [2]int{}, [4]int{1, 1, 1, 1}))
	x = b.Table("table", x, n.int8s(4*256), 0.5)
	y := b.MaxPool("max", x, i8.PoolSpec{Kernel: [2]int{3, 3}, Pads: [4]int{1, 1, 1, 1}})
	x = b.Add("add", x, y, i8.AddSpec{MultiplierA: 1 << 20, MultiplierB: 1 << 20, Shift: 21, Scale: 0.5})
	x = b.ConvTranspose("up", x, i8.ConvTransposeSpec{Kernel: [2]int{2, 2}, Out: 3, Weights: n.int8s(4 * 3 * 4), Bias: n.int32s(3, 100), Requant: n.requant(3, 4)})
	x = b.Slice("slice", x, 1, 3)
	x = b.Mul("mul", x, b.GlobalAveragePool("mean", x, i8.AverageSpec{Multiplier: 1 << 30, Shift: 35, Scale: 0.5}), i8.MulSpec{Multiplier: 1 << 30, Shift: 37, Scale: 0.5})
	x = b.Resize("resize", b.Concat("concat", x, x), [2]int{2, 2})
	x = b.AveragePool("average", x, i8.AverageSpec{PoolSpec: i8.PoolSpec{Kernel: [2]int{4, 4}, Stride: [2]int{4, 4}}, Multiplier: 1 << 30, Shift: 34, Scale: 0.5})
	x = b.Flatten("flat", b.Transpose("transpose", x, []int{0, 2, 3, 1}))
	b.Output(b.Gemm("logits", x, i8.GemmSpec{Out: 2, Weights: n.int8s(2 * 64), Bias: n.int32s(2, 10), Requant: i8.Raw(0.001)}))
	m, err := b.Model()
	require.NoError(t, err)
	return m
}

func find(m *onnx.Model, name string) *onnx.Node {
	i := slices.IndexFunc(m.Graph.Nodes, func(n onnx.Node) bool { return n.Name == name })
	return &m.Graph.Nodes[i]
}

func set(m *onnx.Model, node, attr string, v ...int64) {
	n := find(m, node)
	i := slices.IndexFunc(n.Attrs, func(a onnx.Attribute) bool { return a.Name == attr })
	if n.Attrs[i].Kind == onnx.AttrInt {
		n.Attrs[i].I = v[0]
	} else {
		n.Attrs[i].Is = v
	}
}

func constant(m *onnx.Model, name string) *onnx.Tensor {
	i := slices.IndexFunc(m.Graph.Initializers, func(t *onnx.Tensor) bool { return t.Name == name })
	return m.Graph.Initializers[i]
}

func words(v ...int32) []byte {
	var out []byte
	for _, e := range v {
		out = binary.LittleEndian.AppendUint32(out, uint32(e))
	}
	return out
}

func TestWhatContradictsTheContractIsRefused(t *testing.T) {
	for name, row := range map[string]struct {
		reason string
		change func(m *onnx.Model)
		want   error
		text   string
	}{
		"Untouched":       {"the program itself is fine", func(*onnx.Model) {}, nil, ""},
		"OtherContract":   {"a program of another contract", func(m *onnx.Model) { m.Metadata["contract"] = "ve-i8-2" }, i8.ErrUnsupported, "contract"},
		"OtherVersion":    {"operators of another version", func(m *onnx.Model) { m.Opsets[i8.Domain] = 2 }, i8.ErrUnsupported, "opsets"},
		"AlsoONNX":        {"a second domain", func(m *onnx.Model) { m.Opsets[""] = 17 }, i8.ErrUnsupported, "opsets"},
		"ForeignOperator": {"no such operator", func(m *onnx.Model) { find(m, "max").Op = "Softmax" }, i8.ErrUnsupported, "Softmax"},
		"ForeignDomain":   {"an operator of ai.onnx", func(m *onnx.Model) { find(m, "max").Domain = "" }, onnx.ErrMalformed, "opset"},
		"UnknownAttribute": {"every attribute means something", func(m *onnx.Model) {
			n := find(m, "flat")
			n.Attrs = append(n.Attrs, onnx.Attribute{Name: "fast", Kind: onnx.AttrInt})
		}, i8.ErrMalformed, "fast"},
		"AttributeTwice":   {"and is given once", func(m *onnx.Model) { n := find(m, "flat"); n.Attrs = append(n.Attrs, n.Attrs[0]) }, i8.ErrMalformed, "twice"},
		"AttributeMissing": {"no default is guessed", func(m *onnx.Model) { n := find(m, "conv"); n.Attrs = n.Attrs[1:] }, i8.ErrMalformed, "conv"},
		"AttributeKind":    {"a number is no list", func(m *onnx.Model) { find(m, "flat").Attrs[0].Kind = onnx.AttrInt }, i8.ErrMalformed, "shape"},
		"PadsOfThree":      {"four pads", func(m *onnx.Model) { set(m, "conv", "pads", 1, 1, 1) }, i8.ErrMalformed, "pads"},
		"PadTooLarge":      {"a window that sees nothing", func(m *onnx.Model) { set(m, "max", "pads", 3, 1, 1, 1) }, i8.ErrMalformed, "pads"},
		"PadNegative":      {"a negative pad", func(m *onnx.Model) { set(m, "max", "pads", -1, 1, 1, 1) }, i8.ErrMalformed, "pads"},
		"StrideZero":       {"a stride of zero", func(m *onnx.Model) { set(m, "conv", "strides", 0, 1) }, i8.ErrMalformed, "stride"},
		"KernelHuge":       {"a kernel without end", func(m *onnx.Model) { set(m, "conv", "kernel_shape", 1<<40, 3) }, i8.ErrMalformed, "kernel_shape"},
		"DilationHuge":     {"a dilation over the limit", func(m *onnx.Model) { set(m, "conv", "dilations", 129, 1) }, i8.ErrMalformed, "dilation"},
		"GroupsZero":       {"no groups", func(m *onnx.Model) { set(m, "conv", "group", 0) }, i8.ErrMalformed, "group"},
		"GroupsOdd":        {"groups that do not divide", func(m *onnx.Model) { set(m, "conv", "group", 3) }, i8.ErrMalformed, "conv"},
		"BoundsCrossed":    {"a lower bound over the upper", func(m *onnx.Model) { set(m, "add", "min", 5); set(m, "add", "max", 4) }, i8.ErrMalformed, "bounds"},
		"BoundTooWide":     {"a bound that is no int8", func(m *onnx.Model) { set(m, "add", "max", 128) }, i8.ErrMalformed, "max"},
		"AddShift":         {"a shift of an addition over 30", func(m *onnx.Model) { set(m, "add", "shift", 31) }, i8.ErrMalformed, "shift"},
		"AddShiftNegative": {"a negative shift", func(m *onnx.Model) { set(m, "add", "shift", -1) }, i8.ErrMalformed, "shift"},
		"AddFactor":        {"a multiplier of an addition over 2^22", func(m *onnx.Model) { set(m, "add", "multipliers", 1<<22+1, 1) }, i8.ErrMalformed, "multiplier"},
		"AddFactorHuge":    {"or over int32", func(m *onnx.Model) { set(m, "add", "multipliers", 1<<50, 1) }, i8.ErrMalformed, "multipliers"},
		"MulNegative":      {"a negative multiplier", func(m *onnx.Model) { set(m, "mul", "multiplier", -1) }, i8.ErrMalformed, "multiplier"},
		"MulShift":         {"a shift over 62", func(m *onnx.Model) { set(m, "mul", "shift", 63) }, i8.ErrMalformed, "shift"},
		"MeanOverflows":    {"a requantized sum over int32", func(m *onnx.Model) { set(m, "mean", "shift", 1) }, i8.ErrOverflow, "mean"},
		"ShiftOfChannel":   {"one channel's shift is negative", func(m *onnx.Model) { constant(m, "conv.shift").Data[2] = 0xff }, i8.ErrMalformed, "output 2"},
		"ShiftTooSmall": {"one channel's product could leave int32", func(m *onnx.Model) {
			constant(m, "conv.shift").Data[3] = 0
			copy(constant(m, "conv.multiplier").Data[12:], words(1<<30))
		}, i8.ErrOverflow, "output 3"},
		"MultiplierLow":   {"one channel's multiplier is negative", func(m *onnx.Model) { copy(constant(m, "conv.multiplier").Data, words(-1)) }, i8.ErrMalformed, "output 0"},
		"BiasTooLarge":    {"a bias that alone fills int32", func(m *onnx.Model) { copy(constant(m, "logits.bias").Data, words(-1<<31)) }, i8.ErrOverflow, "logits"},
		"BiasShort":       {"biases for fewer outputs", func(m *onnx.Model) { c := constant(m, "conv.bias"); c.Shape[0], c.Data = 3, c.Data[:12] }, i8.ErrMalformed, "conv.bias"},
		"WeightsUnsigned": {"uint8 weights", func(m *onnx.Model) { constant(m, "conv.weights").DType = onnx.Uint8 }, i8.ErrMalformed, "conv"},
		"WeightsTurned":   {"weights of another shape", func(m *onnx.Model) { c := constant(m, "conv.weights"); c.Shape = []int64{2, 4, 3, 3} }, i8.ErrMalformed, "conv"},
		"WeightsFlat":     {"weights of another rank", func(m *onnx.Model) { c := constant(m, "conv.weights"); c.Shape = []int64{72} }, i8.ErrMalformed, "conv"},
		"TableShort":      {"a table of 255", func(m *onnx.Model) { c := constant(m, "table.table"); c.Shape, c.Data = []int64{4, 255}, c.Data[:1020] }, i8.ErrMalformed, "table"},
		"TableMissing":    {"no table", func(m *onnx.Model) { n := find(m, "table"); n.Inputs = n.Inputs[:1] }, i8.ErrMalformed, "no table"},
		"TableForThree":   {"tables for fewer channels", func(m *onnx.Model) { c := constant(m, "table.table"); c.Shape, c.Data = []int64{3, 256}, c.Data[:768] }, i8.ErrMalformed, "table"},
		"ConstantTwice":   {"one initializer for two operands", func(m *onnx.Model) { find(m, "up").Inputs[2] = "conv.bias" }, i8.ErrMalformed, "used already"},
		"ConstantUnused": {"bytes that mean nothing", func(m *onnx.Model) {
			m.Graph.Initializers = append(m.Graph.Initializers, &onnx.Tensor{Name: "x", DType: onnx.Int8, Shape: []int64{1}, Data: []byte{1}})
		}, i8.ErrMalformed, "nothing uses"},
		"ConstantAsOperand": {"an initializer for an activation", func(m *onnx.Model) { find(m, "max").Inputs[0] = "conv.bias" }, i8.ErrMalformed, "max"},
		"OperandMissing":    {"an addition of one", func(m *onnx.Model) { n := find(m, "add"); n.Inputs = n.Inputs[:1] }, i8.ErrMalformed, "add"},
		"OperandOmitted":    {"an operand left out", func(m *onnx.Model) { find(m, "add").Inputs[1] = "" }, i8.ErrMalformed, "add"},
		"TooMany":           {"an operand too many", func(m *onnx.Model) { n := find(m, "flat"); n.Inputs = append(n.Inputs, "conv") }, i8.ErrMalformed, "flat"},
		"ShapesDiffer":      {"operands of two shapes", func(m *onnx.Model) { find(m, "add").Inputs[1] = "image" }, i8.ErrMalformed, "shapes"},
		"OtherName":         {"a result named other than its node", func(m *onnx.Model) { find(m, "conv").Name = "first" }, i8.ErrMalformed, "first"},
		"Cycle":             {"a node that reads itself", func(m *onnx.Model) { find(m, "conv").Inputs[0] = "logits" }, onnx.ErrMalformed, ""},
		"Order":             {"nodes in another order", func(m *onnx.Model) { slices.Reverse(m.Graph.Nodes) }, onnx.ErrMalformed, ""},
		"DeclaredOther":     {"a declared shape that is not the inferred one", func(m *onnx.Model) { m.Graph.Values[0].Shape[2].Value++ }, i8.ErrMalformed, "conv"},
		"DeclaredWide":      {"a declared type that is not the result's", func(m *onnx.Model) { m.Graph.Values[0].DType = onnx.Int32 }, i8.ErrMalformed, "conv"},
		"NotDeclared":       {"no declaration", func(m *onnx.Model) { m.Graph.Values = m.Graph.Values[1:] }, i8.ErrMalformed, "conv"},
		"DeclaredNothing":   {"a declaration of nothing", func(m *onnx.Model) { m.Graph.Values = append(m.Graph.Values, onnx.ValueInfo{Name: "ghost"}) }, i8.ErrMalformed, "ghost"},
		"OutputNarrow":      {"an accumulator declared as int8", func(m *onnx.Model) { m.Graph.Outputs[0].DType = onnx.Int8 }, i8.ErrMalformed, "logits"},
		"InputHuge":         {"an input of 2^62 elements", func(m *onnx.Model) { m.Graph.Inputs[0].Shape[2].Value = 1 << 62 }, i8.ErrMalformed, "image"},
		"InputLarge":        {"an input over the limit", func(m *onnx.Model) { m.Graph.Inputs[0].Shape[2].Value, m.Graph.Inputs[0].Shape[3].Value = 1<<20, 1<<20 }, i8.ErrLimit, "image"},
		"InputSymbolic":     {"an input of any size", func(m *onnx.Model) { m.Graph.Inputs[0].Shape[2] = onnx.Dim{Value: -1, Symbol: "H"} }, i8.ErrMalformed, "image"},
		"InputBatch":        {"a batch of two", func(m *onnx.Model) { m.Graph.Inputs[0].Shape[0].Value = 2 }, i8.ErrMalformed, "image"},
		"InputFloat":        {"a float input", func(m *onnx.Model) { m.Graph.Inputs[0].DType = onnx.Float32 }, i8.ErrMalformed, "image"},
		"ScaleMissing":      {"an input without a scale", func(m *onnx.Model) { delete(m.Metadata, "scale/image"); m.Metadata["x"] = "y" }, i8.ErrScale, "image"},
		"ScaleLong":         {"one number, one text", func(m *onnx.Model) { m.Metadata["scale/image"] = "0.00781250" }, i8.ErrScale, "image"},
		"ScaleNaN":          {"a scale that is no number", func(m *onnx.Model) { m.Metadata["scale/image"] = "NaN" }, i8.ErrScale, "image"},
		"ScaleOfNode":       {"a negative scale", func(m *onnx.Model) { n := find(m, "flat"); n.Attrs[1].S = []byte("-1") }, i8.ErrMalformed, "scale"},
		"MetadataMore":      {"metadata that means nothing", func(m *onnx.Model) { m.Metadata["note"] = "hi" }, i8.ErrMalformed, "metadata"},
		"FactorHuge":        {"a resize that fills memory", func(m *onnx.Model) { set(m, "resize", "factors", 1<<20, 1<<20) }, i8.ErrMalformed, "factor"},
		"PermTwice":         {"a dimension twice", func(m *onnx.Model) { set(m, "transpose", "perm", 0, 2, 2, 1) }, i8.ErrMalformed, "perm"},
		"PermBatch":         {"the batch moved", func(m *onnx.Model) { set(m, "transpose", "perm", 1, 0, 2, 3) }, i8.ErrMalformed, "perm"},
		"PermShort":         {"too few dimensions", func(m *onnx.Model) { set(m, "transpose", "perm", 0) }, i8.ErrMalformed, "perm"},
		"ReshapeMore":       {"more elements than there are", func(m *onnx.Model) { set(m, "flat", "shape", 1, 65) }, i8.ErrMalformed, "flat"},
		"ReshapeInferred":   {"a dimension to be inferred", func(m *onnx.Model) { set(m, "flat", "shape", 1, -1) }, i8.ErrLimit, "flat"},
		"ReshapeNone":       {"no dimensions", func(m *onnx.Model) { set(m, "flat", "shape") }, i8.ErrMalformed, "flat"},
		"SliceEmpty":        {"no channels", func(m *onnx.Model) { set(m, "slice", "end", 1) }, i8.ErrMalformed, "channels"},
		"SliceBeyond":       {"channels that are not there", func(m *onnx.Model) { set(m, "slice", "end", 4) }, i8.ErrMalformed, "channels"},
		"NoNodes":           {"nothing to do", func(m *onnx.Model) { m.Graph.Nodes = nil }, onnx.ErrMalformed, ""},
		"NoOutput": {"nothing to give", func(m *onnx.Model) {
			m.Graph.Values = append(m.Graph.Values, m.Graph.Outputs...)
			m.Graph.Outputs = nil
		}, i8.ErrMalformed, "output"},
		"AccumulatorRead": {"an accumulator as an operand", func(m *onnx.Model) {
			n := find(m, "conv")
			n.Inputs = n.Inputs[:3]
			n.Attrs = slices.DeleteFunc(n.Attrs, func(a onnx.Attribute) bool { return a.Name == "min" || a.Name == "max" })
			m.Graph.Initializers = slices.DeleteFunc(m.Graph.Initializers, func(t *onnx.Tensor) bool { return t.Name == "conv.multiplier" || t.Name == "conv.shift" })
			m.Graph.Values[0].DType = onnx.Int32
		}, i8.ErrMalformed, "accumulators"},
		"RawWithBounds": {"bounds that bound nothing", func(m *onnx.Model) {
			n := find(m, "logits")
			n.Attrs = append(n.Attrs, onnx.Attribute{Name: "min", Kind: onnx.AttrInt})
		}, i8.ErrMalformed, "min"},
		"NodesTwice": {"a name twice", func(m *onnx.Model) { m.Graph.Nodes = append(m.Graph.Nodes, m.Graph.Nodes[0]) }, onnx.ErrMalformed, ""},
		"Subgraph": {"a graph in an attribute", func(m *onnx.Model) {
			find(m, "flat").Attrs[0] = onnx.Attribute{Name: "shape", Kind: onnx.AttrGraph, G: &onnx.Graph{}}
		}, i8.ErrMalformed, "shape"},
	} {
		t.Run(name, func(t *testing.T) {
			m := good(t)
			row.change(m)
			_, err := i8.Load(m)
			require.ErrorIs(t, err, row.want, row.reason)
			if row.text != "" {
				require.ErrorContains(t, err, row.text, "the text says where")
			}
		})
	}
	_, err := i8.Load(nil)
	require.ErrorIs(t, err, onnx.ErrMalformed)
}

func TestAFewBytesCannotAskForMuch(t *testing.T) {
	grow := func(times int) error {
		b := i8.NewBuilder("bomb")
		x := b.Input("image", []int{1, 1, 16, 16}, 1)
		for range times {
			x = b.Resize("", x, [2]int{16, 16})
		}
		b.Output(x)
		return b.Err()
	}
	require.NoError(t, grow(2))
	require.ErrorIs(t, grow(3), i8.ErrLimit, "over the elements of a value")

	wide := i8.NewBuilder("live")
	x := wide.Input("image", []int{1, 64, 512, 512}, 1)
	values := []i8.Value{x}
	for range 5 {
		x = wide.MaxPool("", x, i8.PoolSpec{Kernel: [2]int{1, 1}})
		values = append(values, x)
	}
	for _, v := range values[1:] {
		wide.Output(v)
	}
	_, err := wide.Model()
	require.ErrorIs(t, err, i8.ErrLimit, "over the elements at one time")

	slow := i8.NewBuilder("work")
	x = slow.Input("image", []int{1, 1, 4096, 4096}, 1)
	x = slow.MaxPool("", x, i8.PoolSpec{Kernel: [2]int{128, 128}, Pads: [4]int{64, 64, 63, 63}})
	slow.Output(x)
	_, err = slow.Model()
	require.ErrorIs(t, err, i8.ErrLimit, "over the work of a program")
}

func TestBytesOfStrangersAreRefusedOrRun(t *testing.T) {
	file := good(t).Encode()
	rapid.Check(t, func(t *rapid.T) {
		bytes := slices.Clone(file)
		for range rapid.IntRange(1, 4).Draw(t, "changes") {
			bytes[rapid.IntRange(0, len(bytes)-1).Draw(t, "at")] = rapid.Byte().Draw(t, "byte")
		}
		m, err := onnx.Decode(bytes, onnx.Limits{})
		if err != nil {
			return
		}
		p, err := i8.Load(m)
		if err != nil {
			return
		}
		n := numbers(1)
		in := n.feed(p)
		want, err := p.Run(t.Context(), in)
		require.NoError(t, err)
		r, err := i8.NewRunner(p, i8.Options{})
		require.NoError(t, err)
		got, err := r.Run(t.Context(), in)
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}
