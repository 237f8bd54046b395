package loss

import (
	"math"

	"github.com/virtengine/virtengine/ml/engine/funcs"
)

// CTC is connectionist temporal classification (Graves et al. 2006) of logits [Classes, Steps]: minus the logarithm of the chance
// of all ways to write the labels along the steps, repeats joined and blanks (class 0) left out.
type CTC struct {
	none
	Classes, Steps int
	Most           int // labels at most
}

// Width of a target: the labels from 1 on, then zeros.
func (l CTC) Width() int { return l.Most }

// never is the logarithm of a chance of zero.
var never = math.Inf(-1)

// either is log(e^a + e^b).
func either(a, b float64) float64 {
	if a < b {
		a, b = b, a
	}
	if b == never {
		return a
	}
	return a + funcs.Log(1+funcs.Exp(b-a))
}

// Of adds up the losses. A line that cannot be written in so few steps gives none, and no gradient.
func (l CTC) Of(samples int, out, target, dout []float32, _ [][]float32) float64 {
	sum := 0.0
	size := l.Classes * l.Steps
	t := newTrellis(l)
	for i := range samples {
		labels := target[i*l.Most : (i+1)*l.Most]
		sum += t.of(out[i*size:(i+1)*size], labels, dout[i*size:(i+1)*size])
	}
	return sum
}

// trellis is the memory of one line.
type trellis struct {
	CTC
	path        []int     // labels with blanks around them
	log         []float64 // [steps, classes]: logarithms of chances
	alpha, beta []float64 // [steps, path]
	share       []float64 // [classes]
}

func newTrellis(l CTC) *trellis {
	return &trellis{CTC: l, path: make([]int, 0, 2*l.Most+1), log: zeros[float64](l.Steps, l.Classes),
		alpha: zeros[float64](l.Steps, 2*l.Most+1), beta: zeros[float64](l.Steps, 2*l.Most+1), share: make([]float64, l.Classes)}
}

func (t *trellis) of(x, labels, dx []float32) float64 {
	t.path = append(t.path[:0], 0)
	for _, v := range labels {
		if c := class(v, t.Classes); c > 0 {
			t.path = append(t.path, c, 0)
		}
	}
	t.logs(x)
	t.forward()
	t.backward()
	s, last := len(t.path), (t.Steps-1)*len(t.path)
	total := t.alpha[last+s-1]
	if s > 1 {
		total = either(total, t.alpha[last+s-2])
	}
	if total == never {
		clear(dx)
		return 0
	}
	for step := range t.Steps {
		for c := range t.share {
			t.share[c] = 0
		}
		for i, c := range t.path { // each place's chance that a right way goes through it
			if v := t.alpha[step*s+i] + t.beta[step*s+i] - total; v > -700 {
				t.share[c] += funcs.Exp(v)
			}
		}
		for c := range t.Classes {
			dx[c*t.Steps+step] = float32(funcs.Exp(t.log[step*t.Classes+c]) - t.share[c])
		}
	}
	return -total
}

// logs is log softmax over the classes of each step.
func (t *trellis) logs(x []float32) {
	for step := range t.Steps {
		high := x[step]
		for c := range t.Classes {
			high = max(high, x[c*t.Steps+step])
		}
		total := 0.0
		for c := range t.Classes {
			total += funcs.Exp(float64(x[c*t.Steps+step]) - float64(high))
		}
		norm := funcs.Log(total) + float64(high)
		for c := range t.Classes {
			t.log[step*t.Classes+c] = float64(x[c*t.Steps+step]) - norm
		}
	}
}

// skips says that a way may go from place i-2 to i: past a blank, between labels that differ.
func (t *trellis) skips(i int) bool {
	return i >= 2 && t.path[i] != 0 && t.path[i] != t.path[i-2]
}

// forward: alpha is the chance of all beginnings that end at a place, with that step.
func (t *trellis) forward() {
	s := len(t.path)
	for step := range t.Steps {
		row := t.alpha[step*s : (step+1)*s]
		for i := range row {
			v := never
			switch {
			case step > 0:
				before := t.alpha[(step-1)*s : step*s]
				v = before[i]
				if i > 0 {
					v = either(v, before[i-1])
				}
				if t.skips(i) {
					v = either(v, before[i-2])
				}
			case i < 2:
				v = 0
			}
			row[i] = v + t.log[step*t.Classes+t.path[i]]
		}
	}
}

// backward: beta is the chance of all ends that begin behind a place, without that step.
func (t *trellis) backward() {
	s := len(t.path)
	for step := t.Steps - 1; step >= 0; step-- {
		row := t.beta[step*s : (step+1)*s]
		for i := range row {
			if step == t.Steps-1 {
				if row[i] = never; i >= s-2 {
					row[i] = 0
				}
				continue
			}
			next, logs := t.beta[(step+1)*s:(step+2)*s], t.log[(step+1)*t.Classes:(step+2)*t.Classes]
			v := next[i] + logs[t.path[i]]
			if i+1 < s {
				v = either(v, next[i+1]+logs[t.path[i+1]])
			}
			if i+2 < s && t.skips(i+2) {
				v = either(v, next[i+2]+logs[t.path[i+2]])
			}
			row[i] = v
		}
	}
}
