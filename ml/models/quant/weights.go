package quant

import "fmt"

// weights are those of one layer: a scale for each channel of its result.
type weights struct {
	channels int
	each     int       // weights of one channel
	values   []float32 // [channels][each]
	q        []int8    // [channels][each]
	scales   []float64 // of each channel
}

// byChannel quantizes weights, symmetric, each channel by its greatest magnitude; no scale is below least, which is above zero
// and has one for each channel.
func byChannel(values []float32, channels int, least []float64) (*weights, error) {
	if channels < 1 || len(values) == 0 || len(values)%channels != 0 || len(least) != channels {
		return nil, fmt.Errorf("%w: %d weights for %d channels", ErrUnsupported, len(values), channels)
	}
	w := &weights{channels: channels, each: len(values) / channels, values: values, q: make([]int8, len(values)), scales: make([]float64, channels)}
	for c := range channels {
		row := values[c*w.each : (c+1)*w.each]
		most := float32(0)
		for _, v := range row {
			most = max(most, magnitude(v))
		}
		w.scales[c] = max(float64(most)/levels, least[c])
		for i, v := range row {
			w.q[c*w.each+i], _ = quantized(float64(v), w.scales[c])
		}
	}
	return w, nil
}

// correction is, for each channel of the result, by how much the mean of the quantized sum is below that of the float sum:
//
//	Σ w·E[x] − Σ (q·s)·E[x̂]
//
// x is what calibration saw of the operand, x̂ the same quantized; means are of each channel of the operand, taken over places
// and inputs. Borders, where a kernel sees padding, are taken for the inside (M. Nagel et al. 2019, section 4.2). of says which
// channel of the operand a weight of a channel reads.
func (w *weights) correction(real, rounded []float64, of func(channel, i int) int) ([]float64, error) {
	out := make([]float64, w.channels)
	for c := range out {
		sum := 0.0
		for i := range w.each {
			x := of(c, i)
			if x < 0 || x >= len(real) || x >= len(rounded) {
				return nil, fmt.Errorf("%w: weight %d of channel %d reads channel %d of %d", ErrUnsupported, i, c, x, len(real))
			}
			sum += float64(float64(w.values[c*w.each+i]) * real[x])
			sum -= float64(float64(float64(w.q[c*w.each+i])*w.scales[c]) * rounded[x])
		}
		out[c] = sum
	}
	return out, nil
}
