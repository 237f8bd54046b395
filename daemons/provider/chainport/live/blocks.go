package live

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	chainfollow "github.com/virtengine/virtengine/chain/client/follow"
	"github.com/virtengine/virtengine/daemons/provider/chainport"
	"github.com/virtengine/virtengine/daemons/provider/follow"
)

// Blocks reads blocks from a real chain.
type Blocks struct {
	source chainfollow.Source
	log    *slog.Logger
}

// NewBlocks reads from source, which somebody else closes.
func NewBlocks(source chainfollow.Source, log *slog.Logger) (*Blocks, error) {
	if source == nil || log == nil {
		return nil, errors.New("live: a source of blocks and a log are needed")
	}
	return &Blocks{source, log}, nil
}

// Height tells how far the chain is.
func (b *Blocks) Height(ctx context.Context) (int64, error) {
	s, err := b.source.Status(ctx)
	if err != nil {
		return 0, fmt.Errorf("%w: %w", chainport.ErrUnavailable, err)
	}
	return s.Height, nil
}

// Follow implements follow.Source. A chain that is away is waited for.
func (b *Blocks) Follow(ctx context.Context, from int64, handle func(ctx context.Context, b follow.Block) error) error {
	f := chainfollow.Follower{Source: b.source, Trouble: func(height int64, err error, pause time.Duration) {
		b.log.Warn("the chain does not answer; nothing is lost", "block", height, "again_in", pause, "error", err)
	}}
	err := f.Run(ctx, from, func(ctx context.Context, in chainfollow.Block) error {
		out := follow.Block{ChainID: in.ChainID, Height: in.Height, Time: in.Time}
		for _, e := range in.Events {
			out.Events = append(out.Events, follow.Event{Tx: e.Tx, Index: e.Index, Msg: e.Msg})
		}
		return handle(ctx, out)
	})
	switch {
	case errors.Is(err, chainfollow.ErrPruned):
		return fmt.Errorf("%w: %w", follow.ErrPruned, err)
	case errors.Is(err, chainfollow.ErrWrongChain):
		return fmt.Errorf("%w: %w", follow.ErrOtherChain, err)
	}
	return err
}
