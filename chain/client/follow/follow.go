// Package follow reads the chain block by block: every height once, in order, none left out.
//
// Whoever follows keeps its own checkpoint: it stores what a block made it do together with the block's height, and
// begins at the next one after a restart. A block may so be handled twice, never not at all; events carry coordinates
// by which the second time is recognised.
package follow

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cosmos/gogoproto/proto"

	"github.com/virtengine/virtengine/chain/client/backoff"
	"github.com/virtengine/virtengine/chain/client/comet"
)

var (
	// ErrPruned is what every Pruned error is: the block is gone, and what happened in it must be learnt from the
	// state.
	ErrPruned = comet.ErrPruned
	// ErrWrongChain says that the source belongs to another chain.
	ErrWrongChain = comet.ErrWrongChain
	// ErrUndecodable says that a block holds an event of ours that this program cannot read.
	ErrUndecodable = errors.New("undecodable event")
)

// Pruned names the block that is gone and the first that is still there.
type Pruned = comet.Pruned

// Status is where the chain is.
type Status = comet.Status

// BlockEvent is the Tx of events that belong to the block itself.
const BlockEvent = -1

// Event is one typed event of ours. Height, Tx and Index name it for ever.
type Event struct {
	Height int64
	Time   time.Time // of the block
	Tx     int       // place of the transaction in the block; BlockEvent for those of the block itself
	Index  int       // place among all events of the transaction, or of the block itself
	Msg    proto.Message
}

// Block is what happened at one height: first what the transactions did, then what the block itself did. None of our
// modules acts before the transactions, so this is the order in which it happened.
type Block struct {
	ChainID string
	Height  int64
	Time    time.Time
	Events  []Event
}

// Source is where blocks come from.
type Source interface {
	// Status is where the chain is now.
	Status(ctx context.Context) (Status, error)
	// Block reads one height. Fails with Pruned where it is gone, with ErrWrongChain or ErrUndecodable where trying again
	// does not help; every other error may pass.
	Block(ctx context.Context, height int64) (Block, error)
	// Wait returns when the chain has reached the height.
	Wait(ctx context.Context, height int64) error
}

// Follower follows a source. Its zero value lacks only the source.
type Follower struct {
	Source  Source
	Backoff backoff.Backoff
	// Trouble is told of every error that is tried again, and how long the pause is. It may be nil.
	Trouble func(height int64, err error, pause time.Duration)
}

// Follow hands every block from the height on to handle, one after the other. Errors of the source are tried again
// for ever, except these: ErrPruned, ErrWrongChain, ErrUndecodable. An error of handle ends following, as the context does;
// both are returned, with the height that was not handled.
func Follow(ctx context.Context, src Source, from int64, handle func(ctx context.Context, b Block) error) error {
	return Follower{Source: src}.Run(ctx, from, handle)
}

// Run is Follow.
func (f Follower) Run(ctx context.Context, from int64, handle func(ctx context.Context, b Block) error) error {
	if f.Source == nil || handle == nil {
		return errors.New("follow: source and handler are required")
	}
	if from < 1 {
		return fmt.Errorf("follow: the first block is 1, not %d", from)
	}
	chain := ""
	for height := from; ; height++ {
		b, err := f.next(ctx, height)
		if err != nil {
			return fmt.Errorf("block %d: %w", height, err)
		}
		if chain == "" {
			chain = b.ChainID
		}
		if b.ChainID != chain {
			return fmt.Errorf("block %d: %w: it is of %q, the ones before were of %q", height, ErrWrongChain, b.ChainID, chain)
		}
		if err := handle(ctx, b); err != nil {
			return fmt.Errorf("block %d: %w", height, err)
		}
	}
}

// next reads one block however long it takes.
func (f *Follower) next(ctx context.Context, height int64) (Block, error) {
	f.Backoff.Reset()
	for {
		b, err := f.read(ctx, height)
		if err == nil {
			return b, nil
		}
		if ctx.Err() != nil {
			return Block{}, context.Cause(ctx)
		}
		if isFinal(err) {
			return Block{}, err
		}
		pause := f.Backoff.Next()
		if f.Trouble != nil {
			f.Trouble(height, err, pause)
		}
		if err := backoff.Pause(ctx, pause); err != nil {
			return Block{}, err
		}
	}
}

func (f *Follower) read(ctx context.Context, height int64) (Block, error) {
	if err := f.Source.Wait(ctx, height); err != nil {
		return Block{}, err
	}
	b, err := f.Source.Block(ctx, height)
	if err != nil {
		return Block{}, err
	}
	if b.Height != height {
		return Block{}, fmt.Errorf("the source answered with block %d", b.Height)
	}
	return b, nil
}

// isFinal tells the errors that time does not heal.
func isFinal(err error) bool {
	return errors.Is(err, ErrPruned) || errors.Is(err, ErrWrongChain) || errors.Is(err, ErrUndecodable) || errors.Is(err, comet.ErrClosed)
}
