package train

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/models/data/stream"
	"github.com/virtengine/virtengine/ml/models/layers"
	"github.com/virtengine/virtengine/ml/models/train/loss"
	"github.com/virtengine/virtengine/security/hashes"
)

var update = flag.Bool("update", false, "write testdata")

// stripes is a toy: pictures of 8×8 with stripes in one of three directions, and noise.
func stripes() *Recipe {
	return &Recipe{
		Name: "stripes",
		Net: func() (*layers.Net, error) {
			b := layers.Start("stripes", layers.Shape{C: 1, H: 8, W: 8})
			x := b.Relu(b.Norm(b.Conv(layers.Input, layers.Square(6, 3, 1))))
			x = b.Add(b.Relu6(b.Norm(b.Conv(x, layers.Depth(3, 1)))), x)
			x = b.Relu(b.Norm(b.Conv(b.MaxPool(x, 2), layers.Square(8, 3, 1))))
			x = b.Linear(b.Flatten(b.GlobalAvgPool(x)), 3, true)
			return b.Build(x, 1, 3)
		},
		Loss: func(uint64) loss.Loss { return loss.Classes{Classes: 3, Places: 1} },
		Sample: func(s *stream.Stream, x, target []float32) error {
			kind, phase := s.IntN(3), s.IntN(4)
			target[0] = float32(kind)
			for i := range x {
				at := [3]int{i % 8, i / 8, i%8 + i/8}[kind] + phase
				x[i] = float32(at/2%2) - 0.5 + float32(0.2*s.Normal())
			}
			return nil
		},
		Rule: Rule{Rate: 0.01, Warmup: 10, Decay: 0.01, Clip: 5}, Batch: 16, Steps: 100,
	}
}

// finished is a run of stripes that has taken so many of 100 steps.
func finished(t *testing.T, done int) *Run {
	t.Helper()
	run, err := New(stripes(), 5, 100)
	require.NoError(t, err)
	require.NoError(t, run.To(t.Context(), done, Progress{}))
	return run
}

func TestAToyIsLearned(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		rule   Rule
	}{
		"AdamW":    {"adaptive steps, cosine", Rule{Rate: 0.01, Warmup: 10, Decay: 0.01, Clip: 5}},
		"Momentum": {"plain steps, three rates", Rule{Method: Momentum, Schedule: Steps3, Rate: 0.1, Warmup: 5, Decay: 1e-4}},
	} {
		t.Run(name, func(t *testing.T) {
			r := stripes()
			r.Rule = tc.rule
			run, err := New(r, 5, 400)
			require.NoError(t, err)
			require.NoError(t, run.To(t.Context(), 400, Progress{}))
			require.Less(t, run.Average(), 0.15, tc.reason)
			m, err := run.Export()
			require.NoError(t, err)
			require.Equal(t, "400", m.Metadata["done"])
		})
	}
}

// TestTheSameBitsEverywhere holds the weights of a run against a digest that amd64, arm64 and others have to give, with any number of
// processors.
func TestTheSameBitsEverywhere(t *testing.T) {
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	var first []byte
	for procs := 1; procs <= 4; procs++ {
		runtime.GOMAXPROCS(procs)
		got := finished(t, 100).Checkpoint()
		if first == nil {
			first = got
		}
		require.True(t, bytes.Equal(first, got), "%d processors", procs)
	}
	digest := hashes.Of(first).String() + "\n"
	if *update {
		require.NoError(t, os.WriteFile("testdata/stripes.digest", []byte(digest), 0o600))
	}
	want, err := os.ReadFile("testdata/stripes.digest")
	require.NoError(t, err)
	require.Equal(t, string(want), digest, "weights, statistics and the optimizer's memory")
}

func TestAResumedRunIsTheSameRun(t *testing.T) {
	whole := finished(t, 60).Checkpoint()
	part := finished(t, 23).Checkpoint()
	run, err := New(stripes(), 5, 100)
	require.NoError(t, err)
	require.NoError(t, run.Resume(part))
	require.Equal(t, part, run.Checkpoint())
	require.NoError(t, run.To(t.Context(), 60, Progress{}))
	require.Equal(t, whole, run.Checkpoint())
}

func TestCheckpointsThatAreRefused(t *testing.T) {
	good := finished(t, 1).Checkpoint()
	other, err := New(stripes(), 6, 100)
	require.NoError(t, err)
	for name, tc := range map[string]struct {
		reason string
		raw    []byte
	}{
		"Empty":   {"nothing", nil},
		"Text":    {"no checkpoint", []byte(strings.Repeat("a", 500))},
		"Cut":     {"its end is missing", good[:len(good)-100]},
		"Changed": {"one bit of a weight", append(append(append([]byte(nil), good[:300]...), good[300]^1), good[301:]...)},
		"Seed":    {"of another seed", other.Checkpoint()},
	} {
		t.Run(name, func(t *testing.T) {
			run, err := New(stripes(), 5, 100)
			require.NoError(t, err)
			before := run.Checkpoint()
			require.ErrorIs(t, run.Resume(tc.raw), ErrCheckpoint, tc.reason)
			require.Equal(t, before, run.Checkpoint(), "and nothing has changed")
		})
	}
}

func TestAResumedRunNeedsTheSameNetwork(t *testing.T) {
	r := stripes()
	r.Net = func() (*layers.Net, error) {
		b := layers.Start("stripes", layers.Shape{C: 1, H: 8, W: 8})
		return b.Build(b.Linear(b.Flatten(layers.Input), 3, true), 1, 3)
	}
	run, err := New(r, 5, 100)
	require.NoError(t, err)
	require.ErrorIs(t, run.Resume(finished(t, 1).Checkpoint()), ErrCheckpoint)
}

var errSample = errors.New("no sample")

func TestWhatEndsARun(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, tc := range map[string]struct {
		reason string
		ctx    context.Context
		change func(r *Recipe)
		want   error
	}{
		"Cancelled": {"a person has seen enough", cancelled, func(*Recipe) {}, context.Canceled},
		"Sample":    {"the data fails", t.Context(), func(r *Recipe) { r.Sample = func(*stream.Stream, []float32, []float32) error { return errSample } }, errSample},
		"Diverged":  {"a rate that is too great", t.Context(), func(r *Recipe) { r.Rule = Rule{Method: Momentum, Rate: 10}; r.Net = straight }, ErrDiverged},
	} {
		t.Run(name, func(t *testing.T) {
			r := stripes()
			tc.change(r)
			if name == "Diverged" {
				r.Loss = func(uint64) loss.Loss { return loss.Squares{N: 1} }
			}
			run, err := New(r, 5, 100)
			require.NoError(t, err)
			require.ErrorIs(t, run.To(tc.ctx, 100, Progress{}), tc.want, tc.reason)
		})
	}
}

// straight is a network in which nothing keeps numbers small.
func straight() (*layers.Net, error) {
	b := layers.Start("straight", layers.Shape{C: 1, H: 8, W: 8})
	x := b.Linear(b.Linear(b.Flatten(layers.Input), 8, true), 1, true)
	return b.Build(x, 1, 1)
}

func TestRecipesThatAreRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		change func(r *Recipe)
		seed   uint64
		steps  int
	}{
		"Batch":   {"shards would differ", func(r *Recipe) { r.Batch = 10 }, 1, 10},
		"Net":     {"nothing learns", func(r *Recipe) { r.Net = nil }, 1, 10},
		"Rate":    {"a rate of nothing", func(r *Recipe) { r.Rule.Rate = 0 }, 1, 10},
		"Seed":    {"the seed of an evaluation", func(*Recipe) {}, MaxSeed, 10},
		"NoSteps": {"no steps", func(*Recipe) {}, 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			r := stripes()
			tc.change(r)
			_, err := New(r, tc.seed, tc.steps)
			require.ErrorIs(t, err, ErrRecipe, tc.reason)
		})
	}
	_, err := New(nil, 1, 1)
	require.ErrorIs(t, err, ErrRecipe)
}

func TestProgressSaysHowLongItTakes(t *testing.T) {
	var out strings.Builder
	now := time.Unix(0, 0)
	clock := func() time.Time { now = now.Add(time.Second); return now }
	run, err := New(stripes(), 5, 100)
	require.NoError(t, err)
	require.NoError(t, run.To(t.Context(), 20, Progress{To: &out, Clock: clock, Every: 10}))
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, lines, 2)
	require.Regexp(t, `^stripes step 10/100  loss \d\.\d{4}  160 samples/s  9s left$`, lines[0])
}
