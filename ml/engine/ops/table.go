package ops

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/virtengine/virtengine/ml/engine/funcs"
	"github.com/virtengine/virtengine/ml/engine/value"
)

// table holds every operator of ai.onnx that is supported.
var table = map[string]Func{
	"Add": binary(adds), "Sub": binary(subs), "Mul": binary(muls), "Div": divide, "Mod": mod, "Pow": pow, "Sum": several(adds), "Mean": mean,
	"Min": several(mins), "Max": several(maxs), "PRelu": binary(prelus),

	"Equal":          relation{func(_, equal bool) bool { return equal }, true}.run,
	"Less":           relation{func(less, _ bool) bool { return less }, false}.run,
	"LessOrEqual":    relation{func(less, equal bool) bool { return less || equal }, false}.run,
	"Greater":        relation{func(less, equal bool) bool { return !less && !equal }, false}.run,
	"GreaterOrEqual": relation{func(less, _ bool) bool { return !less }, false}.run,
	"And":            logic(func(a, b bool) bool { return a && b }), "Or": logic(func(a, b bool) bool { return a || b }),
	"Xor": logic(func(a, b bool) bool { return a != b }), "Not": not, "Where": where,

	"Abs":  signedNumbers(math.Abs, func(x int64) int64 { return max(x, -x) }),
	"Neg":  signedNumbers(func(x float64) float64 { return -x }, func(x int64) int64 { return -x }),
	"Sign": signedNumbers(sign, signInt), "Relu": relu,
	"Sqrt": plain(math.Sqrt), "Exp": plain(funcs.Exp), "Log": plain(funcs.Log), "Erf": plain(funcs.Erf), "Floor": plain(math.Floor), "Ceil": plain(math.Ceil),
	"Round": plain(roundEven), "Reciprocal": plain(func(x float64) float64 { return float64(1 / x) }),
	"Sigmoid": plain(funcs.Sigmoid), "Tanh": plain(funcs.Tanh), "Softplus": plain(funcs.Softplus), "HardSwish": plain(hardSwish), "Gelu": real(gelu),
	"LeakyRelu": alpha("alpha", 0.01, leaky), "Elu": alpha("alpha", 1, elu), "HardSigmoid": real(hardSigmoid), "Clip": clip,
	"Celu": alpha("alpha", 1, celu), "Selu": real(selu), "Softsign": plain(softsign), "ThresholdedRelu": alpha("alpha", 1, thresholded), "Mish": plain(mish),
	"Swish": alpha("alpha", 1, swish), "Shrink": real(shrink), "Hardmax": hardmax, "Sin": plain(funcs.Sin), "Cos": plain(funcs.Cos),
	"IsNaN": asked(isNaN), "IsInf": asked(isInf), "BitShift": bitShift, "BitwiseNot": bitwiseNot,
	"BitwiseAnd": binary(ands), "BitwiseOr": binary(ors), "BitwiseXor": binary(xors),
	"Softmax": softmax(false), "LogSoftmax": softmax(true),

	"ReduceSum": reduceSum.run, "ReduceMean": reduceMean.run, "ReduceMax": reduceMax.run, "ReduceMin": reduceMin.run, "ReduceL2": reduceL2.run,
	"ReduceSumSquare": reduceSq.run, "ReduceL1": reduceL1.run, "ReduceProd": reduceProd.run, "ReduceLogSum": reduceLog.run, "ReduceLogSumExp": reduceExp.run, "CumSum": cumSum,
	"ArgMax": extreme(1), "ArgMin": extreme(-1), "TopK": topK,

	"Identity": identity, "Dropout": dropout, "Shape": shapeOf, "Size": size, "Reshape": reshape, "Flatten": flatten, "Squeeze": squeeze, "Unsqueeze": unsqueeze,
	"Transpose": transpose, "Expand": expand, "Tile": tile, "Concat": concat, "Split": split, "Slice": slice, "Gather": gather, "GatherElements": gatherElements,
	"Constant": constant, "ConstantOfShape": constantOfShape, "Range": rangeOf, "Cast": cast, "CastLike": castLike,
	"Scatter": scatterElements, "ScatterElements": scatterElements, "ScatterND": scatterND, "GatherND": gatherND, "Trilu": trilu, "EyeLike": eyeLike, "OneHot": oneHot,
	"Compress": compress, "NonZero": nonZero, "ReverseSequence": reverseSequence, "SpaceToDepth": spaceToDepth,

	"MatMul": matmul, "Gemm": gemm, "Conv": conv, "ConvTranspose": convTranspose, "MaxPool": maxPool, "AveragePool": viaFloat32(averagePool),
	"GlobalAveragePool": global(averagePool), "GlobalMaxPool": global(maxPool), "DepthToSpace": depthToSpace, "Resize": resize, "Upsample": upsample, "Pad": pad,
	"BatchNormalization": viaFloat32(batchNormalization), "InstanceNormalization": viaFloat32(instanceNormalization),
	"LayerNormalization": viaFloat32(layerNormalization), "LpNormalization": viaFloat32(lpNormalization), "GroupNormalization": viaFloat32(groupNormalization),
	"LRN": viaFloat32(lrn), "RMSNormalization": viaFloat32(rmsNormalization), "MeanVarianceNormalization": viaFloat32(meanVarianceNormalization),
	"Attention": viaFloat32(attention), "LSTM": lstm, "GRU": gru, "RNN": rnn, "NonMaxSuppression": nonMaxSuppression,

	"QuantizeLinear": viaFloat32(quantizeLinear), "DequantizeLinear": viaFloat32(dequantizeLinear), "DynamicQuantizeLinear": dynamicQuantizeLinear, "QLinearConv": qlinearConv,
	"QLinearMatMul": qlinearMatMul, "ConvInteger": convInteger, "MatMulInteger": matmulInteger,
}

// Find returns an operator. Fails with ErrUnsupported, naming it.
func Find(domain, op string) (Func, error) {
	if f, found := table[op]; found && domain == "" {
		return f, nil
	}
	if domain == "" {
		domain = "ai.onnx"
	}
	return nil, fmt.Errorf("%w: %s of %s", ErrUnsupported, op, domain)
}

// Names lists every operator, in order.
func Names() []string { return slices.Sorted(maps.Keys(table)) }

// mean of several tensors: their sum from the left, divided once.
func mean(c *Call) ([]*value.Tensor, error) {
	out, err := several(adds)(c)
	if err != nil {
		return nil, err
	}
	n, err := convert(&value.Tensor{Data: []float32{float32(len(c.In))}}, out[0].DType())
	if err != nil {
		return nil, err
	}
	pair := *c
	pair.In = []*value.Tensor{out[0], n}
	return divide(&pair)
}
