package train

import (
	"errors"
	"fmt"

	"github.com/virtengine/virtengine/ml/models/data/stream"
	"github.com/virtengine/virtengine/ml/models/layers"
	"github.com/virtengine/virtengine/ml/models/train/loss"
)

// Shards is how many parts a batch is split into. It is part of what a model file depends on.
const Shards = 4

// MaxSeed is where the seeds of evaluations begin (package task): training with one of those would spoil them.
const MaxSeed = 1_000_000

// Errors of this package.
var (
	// ErrRecipe says that a recipe asks for what cannot be.
	ErrRecipe = errors.New("recipe")
	// ErrCheckpoint says that a checkpoint is damaged, or belongs to another run.
	ErrCheckpoint = errors.New("checkpoint")
	// ErrDiverged says that the loss is no number any more.
	ErrDiverged = errors.New("the loss ran away")
)

// Sampler draws one training sample: it fills x (the network's input) and target (as the loss wants it), which hold zeros.
// All that it draws comes from the stream. It must be safe for concurrent use.
type Sampler func(s *stream.Stream, x, target []float32) error

// Recipe is everything that makes a model but the seed.
type Recipe struct {
	Name   string // of the model; keys the streams
	About  string // one line for people: the data and the loss
	Net    func() (*layers.Net, error)
	Loss   func(seed uint64) loss.Loss
	Sample Sampler
	Rule   Rule
	Batch  int // samples of one step; a multiple of Shards
	Steps  int // by default
}

// validate fails with ErrRecipe.
func (r *Recipe) validate() error {
	switch {
	case r == nil || r.Net == nil || r.Loss == nil || r.Sample == nil || r.Name == "":
		return fmt.Errorf("%w: it needs a name, a network, a loss and samples", ErrRecipe)
	case r.Batch < Shards || r.Batch%Shards != 0 || r.Batch > 1<<12:
		return fmt.Errorf("%w %s: a batch of %d, want a multiple of %d", ErrRecipe, r.Name, r.Batch, Shards)
	}
	return r.Rule.validate()
}
