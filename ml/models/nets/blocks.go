package nets

import "github.com/virtengine/virtengine/ml/models/layers"

// conv is a convolution, a norm and a rectifier.
func conv(b *layers.Builder, x layers.Value, c layers.Conv) layers.Value {
	return b.Relu(b.Norm(b.Conv(x, c)))
}

// residual is x + two convolutions of its own channels (He et al. 2016).
func residual(b *layers.Builder, x layers.Value) layers.Value {
	channels := b.Shape(x).C
	y := conv(b, x, layers.Square(channels, 3, 1))
	y = b.Norm(b.Conv(y, layers.Square(channels, 3, 1)))
	return b.Relu(b.Add(x, y))
}

// separable is a depthwise convolution, then one that mixes channels (Howard et al. 2017).
func separable(b *layers.Builder, x layers.Value, depth layers.Conv, out int) layers.Value {
	x = conv(b, x, depth)
	return conv(b, x, layers.Square(out, 1, 1))
}

// separableResidual is x + a separable convolution of as many channels.
func separableResidual(b *layers.Builder, x layers.Value, depth layers.Conv) layers.Value {
	y := conv(b, x, depth)
	y = b.Norm(b.Conv(y, layers.Square(b.Shape(x).C, 1, 1)))
	return b.Relu(b.Add(x, y))
}
