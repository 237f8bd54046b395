package i8

// Value names a result inside a Builder. The zero Value is none.
type Value struct{ index int } // into Builder.tensors, plus one

// Requant says how an int32 accumulator becomes an int8 activation: for output channel c,
//
//	y = clamp(R(acc * Multiplier[c], Shift[c]), Min, Max)
//
// R(p, s) being p / 2^s rounded to the nearest integer, halves away from zero (CONTRACT.md, rule 2). Quantize makes the
// pair of a real number: for Conv and Gemm that is inputScale * weightScale[c] / outputScale.
type Requant struct {
	Multiplier []int32 // per output channel, 0 or more
	Shift      []int8  // per output channel, 0..62
	Min, Max   int8    // bounds of the result, both included: Relu is 0, 127. Both zero mean -128, 127
	Scale      float64 // real value of one step of the result, positive; published, never computed with
}

// Raw as Requant leaves the accumulators as they are: the result is int32 and may only be an output of the program. scale is
// the real value of one step (inputScale * weightScale, one weightScale for all channels).
func Raw(scale float64) Requant { return Requant{Scale: scale} }

// ConvSpec is a two-dimensional convolution. Zero Stride, Dilation and Groups mean 1.
type ConvSpec struct {
	Kernel   [2]int  // height, width
	Stride   [2]int  // vertical, horizontal
	Pads     [4]int  // top, left, bottom, right; what lies outside counts as 0
	Dilation [2]int  // vertical, horizontal
	Groups   int     // In for depthwise
	Out      int     // output channels
	Weights  []int8  // [Out, In/Groups, Kernel height, Kernel width], row-major
	Bias     []int32 // [Out], in units of inputScale * weightScale[c]
	Requant
}

// ConvTransposeSpec is a transposed convolution whose kernel equals its stride, so that its windows do not overlap: every input
// pixel becomes Kernel[0] x Kernel[1] output pixels. Overlapping windows are not in version 1.
type ConvTransposeSpec struct {
	Kernel  [2]int  // height, width; also the stride
	Out     int     // output channels
	Weights []int8  // [In, Out, Kernel height, Kernel width], row-major: the order of ONNX
	Bias    []int32 // [Out]
	Requant
}

// GemmSpec is a fully connected layer on a [1, In] operand.
type GemmSpec struct {
	Out     int     // rows of Weights
	Weights []int8  // [Out, In], row-major: Gemm with transB=1
	Bias    []int32 // [Out]
	Requant
}

// AddSpec is y = clamp(R(a*MultiplierA + b*MultiplierB, Shift), Min, Max). With scales sa, sb and sy of the operands and the
// result, MultiplierA = round(sa/sy * 2^Shift); QuantizeAdd makes all three. A negative multiplier subtracts.
type AddSpec struct {
	MultiplierA, MultiplierB int32 // -2^22..2^22
	Shift                    int8  // 0..30
	Min, Max                 int8  // both zero mean -128, 127
	Scale                    float64
}

// MulSpec is y = clamp(R(a*b*Multiplier, Shift), Min, Max), the real factor being sa*sb/sy. The second operand has the shape of
// the first, or is [1, C, 1, 1]: the gate of squeeze-and-excite.
type MulSpec struct {
	Multiplier int32 // 0 or more
	Shift      int8  // 0..62
	Min, Max   int8  // both zero mean -128, 127
	Scale      float64
}

// PoolSpec is a window over each channel alone. Zero Stride means 1.
type PoolSpec struct {
	Kernel [2]int // height, width
	Stride [2]int
	Pads   [4]int // top, left, bottom, right. MaxPool skips what lies outside; AveragePool counts it as 0
}

// AverageSpec is y = clamp(R(sum * Multiplier, Shift), Min, Max): the division by the window's size, which is the same at the
// border, is part of the real factor inputScale / (outputScale * Kernel height * Kernel width).
type AverageSpec struct {
	PoolSpec         // not used by GlobalAveragePool
	Multiplier int32 // 0 or more
	Shift      int8  // 0..62
	Min, Max   int8  // both zero mean -128, 127
	Scale      float64
}
