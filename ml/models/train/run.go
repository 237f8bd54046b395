package train

import (
	"context"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/virtengine/virtengine/ml/models/data/stream"
	"github.com/virtengine/virtengine/ml/models/layers"
	"github.com/virtengine/virtengine/ml/models/train/loss"
	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/security/safemath"
)

// statKeep is how much of a norm's statistics stays when the next shard's come.
const statKeep = 0.97

// Run is one training run: a recipe, a seed, a number of steps, and how far it is. Not for concurrent use.
type Run struct {
	recipe  *Recipe
	seed    uint64
	steps   int
	done    int
	net     *layers.Net
	loss    loss.Loss
	params  []*layers.Param // of the network, then of the loss
	rule    *optimizer
	shards  [Shards]*shard
	grads   [][]float32
	average float64 // of the losses lately, for progress and the checkpoint
}

// New begins a run. Fails with ErrRecipe and layers.ErrBuild.
func New(r *Recipe, seed uint64, steps int) (*Run, error) {
	if err := r.validate(); err != nil {
		return nil, err
	}
	if seed >= MaxSeed {
		return nil, fmt.Errorf("%w: seed %d; hint: training takes seeds below %d, evaluations the others", ErrRecipe, seed, MaxSeed)
	}
	if steps < 1 || steps > 1<<24 {
		return nil, fmt.Errorf("%w: %d steps", ErrRecipe, steps)
	}
	net, err := r.Net()
	if err != nil {
		return nil, err
	}
	net.Init(seed)
	t := &Run{recipe: r, seed: seed, steps: steps, net: net, loss: r.Loss(seed)}
	t.params = append(append(t.params, net.Params()...), t.loss.Params()...)
	t.rule = newOptimizer(r.Rule, t.params)
	for _, p := range t.params {
		t.grads = append(t.grads, make([]float32, len(p.W)))
	}
	for i := range t.shards {
		t.shards[i] = newShard(net, t.loss, r.Batch/Shards)
	}
	return t, nil
}

// Net is the network as it is now.
func (t *Run) Net() *layers.Net { return t.net }

// Done is how many steps were taken.
func (t *Run) Done() int { return t.done }

// Average is the mean loss of about the last hundred steps.
func (t *Run) Average() float64 { return t.average }

// Export writes the network as it is now, with what it came from in its metadata.
func (t *Run) Export() (*onnx.Model, error) {
	m, err := layers.Export(t.net)
	if err != nil {
		return nil, err
	}
	m.Metadata = map[string]string{"recipe": t.recipe.Name, "seed": fmt.Sprint(t.seed), "steps": fmt.Sprint(t.steps), "done": fmt.Sprint(t.done), "batch": fmt.Sprint(t.recipe.Batch)}
	return m, nil
}

// Progress is where a run reports. The clock decides nothing else.
type Progress struct {
	To    io.Writer
	Clock func() time.Time
	Every int // steps
}

// To takes steps until so many are done, at most all. It ends early with ctx's error, with an error of the sampler, and with
// ErrDiverged; behind an early end the run can go on, except behind ErrDiverged.
func (t *Run) To(ctx context.Context, done int, p Progress) error {
	done = min(done, t.steps)
	var began time.Time
	if p.Clock != nil {
		began = p.Clock()
	}
	for from := t.done; t.done < done; {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := t.step(); err != nil {
			return err
		}
		if p.To != nil && p.Clock != nil && (t.done%max(p.Every, 1) == 0 || t.done == done) {
			spent := max(p.Clock().Sub(began), time.Millisecond)
			rate := int64(time.Second) * int64(t.done-from) * int64(t.recipe.Batch) / int64(spent)
			left := spent / time.Duration(t.done-from) * time.Duration(t.steps-t.done)
			if _, err := fmt.Fprintf(p.To, "%s step %d/%d  loss %.4f  %d samples/s  %s left\n", t.recipe.Name, t.done, t.steps, t.average, rate, left.Round(time.Second)); err != nil {
				return err
			}
		}
	}
	return nil
}

// step draws a batch, runs its shards side by side, and changes the weights.
func (t *Run) step() error {
	each := t.recipe.Batch / Shards
	ended := make(chan struct{}, Shards)
	for i, s := range t.shards {
		first, err := safemath.To[uint64](t.done*t.recipe.Batch + i*each)
		if err != nil {
			return err
		}
		go func() {
			s.run(t.recipe, t.seed, first, each)
			ended <- struct{}{}
		}()
	}
	for range t.shards {
		<-ended
	}
	sum := 0.0
	for _, s := range t.shards {
		if s.err != nil {
			return fmt.Errorf("%s, step %d: %w", t.recipe.Name, t.done, s.err)
		}
		sum += s.sum
	}
	mean := sum / float64(t.recipe.Batch)
	if math.IsNaN(mean) || math.IsInf(mean, 0) {
		return fmt.Errorf("%w: %s, step %d; hint: a smaller rate, or a limit of gradients", ErrDiverged, t.recipe.Name, t.done)
	}
	t.gather()
	t.rule.step(t.params, t.grads, t.recipe.Rule.rate(t.done, t.steps))
	t.observe()
	t.average += (mean - t.average) / float64(min(t.done+1, 100))
	t.done++
	return nil
}

// gather adds the gradients of the shards, in their order, and divides by the batch.
func (t *Run) gather() {
	batch := float32(t.recipe.Batch)
	for i, g := range t.grads {
		a, b, c, d := t.shards[0].grads[i][:len(g)], t.shards[1].grads[i][:len(g)], t.shards[2].grads[i][:len(g)], t.shards[3].grads[i][:len(g)]
		for j := range g {
			g[j] = (a[j] + b[j] + c[j] + d[j]) / batch
		}
	}
}

// observe moves the norms' statistics towards those of each shard, in their order.
func (t *Run) observe() {
	for _, s := range t.shards {
		for i, seen := range s.tape.Seen() {
			st := t.net.Stats()[i]
			for c := range st.Mean {
				st.Mean[c] = float32(st.Mean[c]*statKeep) + float32(seen.Mean[c]*float32(1-statKeep))
				st.Variance[c] = float32(st.Variance[c]*statKeep) + float32(seen.Variance[c]*float32(1-statKeep))
			}
		}
	}
}

// shard is one part of a batch and all the memory that it needs.
type shard struct {
	tape   *layers.Tape
	loss   loss.Loss
	target []float32
	dout   []float32
	grads  [][]float32 // of the network, then of the loss
	own    [][]float32 // of the loss
	sum    float64
	err    error
}

// zeros is memory for samples of so many numbers.
func zeros(samples, each int) []float32 {
	return make([]float32, samples*each) //ve:allow overflow recipes bound the batch, the builder bounds a sample
}

func newShard(net *layers.Net, l loss.Loss, samples int) *shard {
	s := &shard{tape: net.NewTape(samples), loss: l, target: zeros(samples, l.Width()), dout: zeros(samples, net.Out().Len())}
	for _, p := range l.Params() {
		s.own = append(s.own, make([]float32, len(p.W)))
	}
	s.grads = append(append(s.grads, s.tape.Grads()...), s.own...)
	return s
}

// run draws samples first, first+1, … and computes their loss and its gradients.
func (s *shard) run(r *Recipe, seed, first uint64, samples int) {
	in, width := s.tape.In(), s.loss.Width()
	clear(in)
	clear(s.target)
	size := len(in) / samples
	for i := range samples {
		draws := stream.New(seed, "train/"+r.Name, first+uint64(i))
		if s.err = r.Sample(draws, in[i*size:(i+1)*size], s.target[i*width:(i+1)*width]); s.err != nil {
			return
		}
	}
	s.tape.Zero()
	for _, g := range s.own {
		clear(g)
	}
	out := s.tape.Forward(samples, true)
	s.sum = s.loss.Of(samples, out, s.target, s.dout, s.own)
	s.err = s.tape.Backward(s.dout)
}
