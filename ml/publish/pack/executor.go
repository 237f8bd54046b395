package pack

import (
	"context"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/publish/manifest"
)

// Executor prepares models of the contracts that it knows. Package execute has ours. Safe for concurrent use.
type Executor interface {
	// Load prepares the model in a file. Fails with ErrContract for a contract that it does not know; never loads a model
	// of one contract under another.
	Load(model []byte, contract manifest.Contract) (Runner, error)
}

// Runner is a model that can run. The same inputs give the same bits on every machine. Safe for concurrent use.
type Runner interface {
	Run(ctx context.Context, inputs map[string]*value.Tensor) (map[string]*value.Tensor, error)
}

// Cost is what a run takes.
type Cost struct {
	MACs       int64 // multiplications whose product is added to a sum
	ArenaBytes int64 // memory besides weights
}

// Costed is a Runner that knows what a run of it takes. What a manifest says is then held against it.
type Costed interface {
	Cost() Cost
}

// Progress hears how far something is that takes long. Nil: nobody is told.
type Progress func(what string, done, total int64)

func (p Progress) tell(what string, done, total int) {
	if p != nil {
		p(what, int64(done), int64(total))
	}
}
