package pipelinetest

import (
	"github.com/virtengine/virtengine/ml/inference/pipeline"
	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/security/safemath"
)

// Models are the six models, by name, as programs of ve-i8-1.
func Models() map[string]*onnx.Model { return models(integerBuilder) }

// FloatModels are the six models as graphs of ve-f32-1.
func FloatModels() map[string]*onnx.Model { return models(floatBuilder) }

func models(begin contract) map[string]*onnx.Model {
	out := map[string]*onnx.Model{}
	for name, make := range map[string]func(contract) (*onnx.Model, error){
		pipeline.FaceDetector: detector, pipeline.FaceEmbedder: embedder, pipeline.LivenessModel: liveness, pipeline.DocumentFields: fields,
		pipeline.TextLine: text, pipeline.DocumentAnomaly: anomaly,
	} {
		m, err := make(begin)
		if err != nil {
			panic(err) // models that are written in this package
		}
		out[name] = m
	}
	return out
}

// detector: a cell whose mean is above 96 has a face in its middle, 16 pixels large, whose eyes are 12 pixels to the sides and 4 up.
func detector(begin contract) (*onnx.Model, error) {
	const steps = 128 * 64 // bias of 1.0
	w := make([]int8, 8*64)
	for i := range 64 {
		w[i] = 16
	}
	b := begin(1, 1, 96, 96)
	// The mean of a cell is Σx·16 / (128·64·16): above 0.75 the logit is positive, four times as far.
	b.conv(inputScale, 1.0/64, Scale(pipeline.FaceDetector), []int64{8, 1, 8, 8}, 8, w,
		[]int32{-12 * steps, 0, 0, 0, -3 * steps / 4, -steps / 4, 3 * steps / 4, -steps / 4})
	return b.done(1, 8, 12, 12)
}

// embedder: means of 8 by 8 blocks, and 128 sums of them with signs. Blocks that all faces have alike do not count.
func embedder(begin contract) (*onnx.Model, error) {
	mean := make([]int8, 64)
	for i := range mean {
		mean[i] = 1
	}
	b := begin(1, 1, 64, 64)
	b.conv(inputScale, 1, 1.0/2, []int64{1, 1, 8, 8}, 8, mean, nil) // one step is one luma of the mean
	w := make([]int8, 128*64)
	s := sequence(7)
	for o := range 128 {
		for sum := 1; sum != 0; {
			sum = 0
			for i := range 64 {
				if common(i) {
					continue
				}
				w[o*64+i] = s.sign()
				sum += int(w[o*64+i])
			}
		}
	}
	b.conv(1.0/2, 1.0/2, Scale(pipeline.FaceEmbedder), []int64{128, 1, 8, 8}, 1, w, nil)
	return b.done(1, 128)
}

// liveness: a face whose mouth is brighter in the last frame than in the first lives; one that stands still is print.
func liveness(begin contract) (*onnx.Model, error) {
	w := make([]int8, 4*8*32*32)
	for y := 24; y < 28; y++ {
		for x := 12; x < 20; x++ {
			w[0*1024+y*32+x] = -1
			w[7*1024+y*32+x] = 1
		}
	}
	const one = 128 // bias of 1.0
	b := begin(1, 8, 32, 32)
	b.conv(inputScale, 1, Scale(pipeline.LivenessModel), []int64{4, 8, 32, 32}, 1, w, []int32{0, 5 * one, 0, 0})
	return b.done(1, 4)
}

// fields: the nearest of seven shades.
func fields(begin contract) (*onnx.Model, error) {
	w := make([]int8, 7*16)
	bias := make([]int32, 7)
	for c := range 7 {
		for i := range 16 {
			w[c*16+i] = safemath.Clamp[int8](shade(c))
		}
		bias[c] = safemath.Clamp[int32](-8 * shade(c) * shade(c))
	}
	b := begin(1, 1, 96, 144)
	// c·m − c²/2 is greatest for the c that is nearest to m; one step is 64 of it.
	b.conv(inputScale, 1.0/32, Scale(pipeline.DocumentFields), []int64{7, 1, 4, 4}, 4, w, bias)
	return b.done(1, 7, 24, 36)
}

// text: how far a column is like the pattern of a letter. Class 0 wins where there is no letter.
func text(begin contract) (*onnx.Model, error) {
	w := make([]int8, 40*24*2)
	for c := 1; c < 40; c++ {
		for y, up := range pattern(c) {
			w[c*48+2*y], w[c*48+2*y+1] = up, up
		}
	}
	bias := make([]int32, 40)
	bias[0] = 4 * 128
	b := begin(1, 1, 24, 240)
	b.conv(inputScale, 1, Scale(pipeline.TextLine), []int64{40, 1, 24, 2}, 2, w, bias)
	return b.done(1, 40, 120)
}

// anomaly: draws what it gets, but nothing darker or lighter than 96 lumas from the middle.
func anomaly(begin contract) (*onnx.Model, error) {
	b := begin(1, 1, 64, 96)
	b.conv(inputScale, 1, 3.0/512, []int64{1, 1, 1, 1}, 1, []int8{1}, nil) // 127 steps of 3/512 are 95 lumas
	b.conv(3.0/512, 1, Scale(pipeline.DocumentAnomaly), []int64{1, 1, 1, 1}, 1, []int8{1}, nil)
	return b.done(1, 1, 64, 96)
}
