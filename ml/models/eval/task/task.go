package task

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/virtengine/virtengine/ml/models/eval"
)

// FirstSeed is the lowest seed of held-out data.
const FirstSeed = 1_000_000

// MaxCount bounds what one evaluation draws: pairs of persons grow with its square.
const MaxCount = 20_000

// Errors of this package.
var (
	// ErrTask says that there is no such task.
	ErrTask = errors.New("no such task")
	// ErrSeed says that a seed belongs to training data.
	ErrSeed = errors.New("seed of training data")
	// ErrCount says that a count is too small for the task's figures, or too large.
	ErrCount = errors.New("count")
	// ErrAnswer says that a network's answer is not what the task reads.
	ErrAnswer = errors.New("answer of a network")
)

// Network computes one output from one input of small integers, which stand for x / 128 (pictures: luma − 128).
type Network interface {
	// Run returns the numbers that the output stands for, row-major. The input is not kept.
	Run(ctx context.Context, x []int8) ([]float32, error)
}

// Picture is a file beside a card.
type Picture struct {
	eval.Plot
	Data []byte
}

// Result is what an evaluation found. Facts goes into evaluation.json, the rest onto the card.
type Result struct {
	Facts    map[string]any
	Figures  []eval.Figure
	Biases   []eval.Bias
	Pictures []Picture
	Limits   []string
}

// Task is one network's work.
type Task struct {
	Name      string
	Purpose   string // a sentence
	Unit      string // what is counted
	Generator string // what draws the data
	Shape     []int  // of the input
	Least     int    // the smallest count with figures
	// Sample makes the input of a place in the held-out data, for calibration.
	sample func(seed uint64, i int) ([]int8, error)
	// evaluate measures.
	evaluate func(ctx context.Context, n Network, seed uint64, count int) (*Result, error)
}

// table is every task.
func table() map[string]Task {
	all := map[string]Task{}
	for _, t := range []Task{embedder(), live(), lines(), detector(), fields(), anomaly()} {
		all[t.Name] = t
	}
	return all
}

// Names lists the tasks, in order.
func Names() []string { return slices.Sorted(maps.Keys(table())) }

// Find returns a task. Fails with ErrTask.
func Find(name string) (Task, error) {
	t, ok := table()[name]
	if !ok {
		return Task{}, fmt.Errorf("%w: %q; hint: one of %s", ErrTask, name, strings.Join(Names(), ", "))
	}
	return t, nil
}

// Evaluate measures a network on count units of held-out data. Fails with ErrSeed, ErrCount, ErrAnswer, and as the network does.
func (t Task) Evaluate(ctx context.Context, n Network, seed uint64, count int) (*Result, error) {
	if seed < FirstSeed {
		return nil, fmt.Errorf("%w: %d; hint: held-out data has seeds from %d on", ErrSeed, seed, FirstSeed)
	}
	if count < t.Least || count > MaxCount {
		return nil, fmt.Errorf("%w: %d %s, from %d to %d", ErrCount, count, t.Unit, t.Least, MaxCount)
	}
	return t.evaluate(ctx, n, seed, count)
}

// Calibration makes count inputs of the kind that the task's network sees, by the streams of calibration. Their seeds are those of training
// data: what has set a network's ranges is not held out. Fails with ErrSeed and ErrCount.
func (t Task) Calibration(seed uint64, count int) ([][]int8, error) {
	if seed >= FirstSeed {
		return nil, fmt.Errorf("%w: %d is one of held-out data; hint: calibrate with a seed below %d", ErrSeed, seed, FirstSeed)
	}
	if count < 1 || count > MaxCount {
		return nil, fmt.Errorf("%w: %d inputs, from 1 to %d", ErrCount, count, MaxCount)
	}
	out := make([][]int8, count)
	for i := range out {
		x, err := t.sample(seed, i)
		if err != nil {
			return nil, fmt.Errorf("input %d: %w", i, err)
		}
		out[i] = x
	}
	return out, nil
}

// answer runs a network and holds the length of its answer against what is read.
func answer(ctx context.Context, n Network, x []int8, want int) ([]float32, error) {
	out, err := n.Run(ctx, x)
	if err != nil {
		return nil, err
	}
	if len(out) != want {
		return nil, fmt.Errorf("%w: %d numbers, want %d", ErrAnswer, len(out), want)
	}
	if slices.ContainsFunc(out, func(v float32) bool { return v-v != 0 }) {
		return nil, fmt.Errorf("%w: it holds what is no finite number", ErrAnswer)
	}
	return out, nil
}
