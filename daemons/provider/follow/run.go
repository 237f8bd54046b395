package follow

import (
	"context"
	"errors"
	"time"

	"github.com/virtengine/virtengine/daemons/provider/outbox"
	"github.com/virtengine/virtengine/daemons/provider/store"
)

// Waits of a follower that cannot go on.
const (
	roomWait  = 2 * time.Second // until the disk may have room again
	awayWait  = 3 * time.Second // until the chain may answer again
	batchSize = 200             // orders per transaction of a comparison
)

// Run follows the chain until ctx ends. A chain that does not answer is waited for, however long.
func (f *Follower) Run(ctx context.Context) error {
	compared := time.Time{}
	for ctx.Err() == nil {
		at, _ := f.At()
		if at.Height == 0 || compared.IsZero() {
			if err := f.Compare(ctx, at.Height == 0); err != nil {
				if errors.Is(err, store.ErrClosed) || errors.Is(err, store.ErrCorrupt) {
					return err
				}
				f.o.Log.Warn("the chain's state cannot be compared with ours; trying again", "error", err)
				f.wait(ctx, awayWait)
				continue
			}
			compared = f.o.Clock.Now()
		}
		at, _ = f.At()
		round, cancel := context.WithCancel(ctx)
		err := f.o.Source.Follow(round, at.Height+1, func(ctx context.Context, b Block) error {
			if err := f.patient(ctx, b); err != nil {
				return err
			}
			if f.o.Clock.Now().Sub(compared) >= f.o.Every {
				return errCompare
			}
			return nil
		})
		cancel()
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, errCompare):
			compared = time.Time{}
		case errors.Is(err, ErrPruned):
			f.o.Log.Warn("blocks are missing; the chain's state is compared with ours instead", "after", at.Height, "error", err)
			if err := f.Compare(ctx, true); err != nil {
				f.o.Log.Warn("comparison failed; trying again", "error", err)
				f.wait(ctx, awayWait)
			}
		case errors.Is(err, ErrOtherChain), errors.Is(err, store.ErrClosed), errors.Is(err, store.ErrCorrupt):
			return err
		default:
			f.o.Log.Warn("the chain cannot be followed; trying again, nothing is lost", "after", at.Height, "error", err)
			f.wait(ctx, awayWait)
		}
	}
	return nil
}

var errCompare = errors.New("time to compare")

// patient reacts to a block, waiting for room while the disk is full: the block is still there afterwards.
func (f *Follower) patient(ctx context.Context, b Block) error {
	for {
		err := f.React(b)
		if !errors.Is(err, store.ErrFull) {
			return err
		}
		f.o.Log.Error("new work is refused", "error", err)
		f.wait(ctx, roomWait)
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

func (f *Follower) wait(ctx context.Context, d time.Duration) {
	fired, stop := f.o.Clock.After(d)
	defer stop()
	select {
	case <-ctx.Done():
	case <-fired:
	}
}

// Compare compares the chain's state with ours and queues what is missing. With jump, following continues after the height the
// chain had before it was asked: everything older is in its state.
func (f *Follower) Compare(ctx context.Context, jump bool) error {
	height, err := f.o.State.Height(ctx)
	if err != nil {
		return err
	}
	if err := f.o.Store.Update(func(tx *store.Tx) error { return f.o.Bids.Height(tx, height) }); err != nil {
		return err
	}
	active, unsettled, err := f.o.State.OwnLeases(ctx)
	if err != nil {
		return err
	}
	if err := f.o.Leases.Missing(ctx, active); err != nil {
		return err
	}
	bids, err := f.o.State.OwnOpenBids(ctx)
	if err != nil {
		return err
	}
	err = f.o.Store.Update(func(tx *store.Tx) error {
		for _, id := range unsettled {
			if err := f.o.Leases.Adopt(tx, id, outbox.Source{}); err != nil {
				return err
			}
		}
		return f.o.BidList.Reconcile(tx, bids, height)
	})
	if err != nil {
		return err
	}
	var batch []uint64
	flush := func() error {
		defer func() { batch = batch[:0] }()
		return f.o.Store.Update(func(tx *store.Tx) error {
			for _, id := range batch {
				if err := f.o.Bids.Created(tx, id, outbox.Source{Height: height}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err = f.o.State.OpenOrders(ctx, func(id uint64) error {
		if batch = append(batch, id); len(batch) == batchSize {
			return flush()
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := flush(); err != nil {
		return err
	}
	if !jump {
		return nil
	}
	return f.o.Store.Update(func(tx *store.Tx) error {
		at, err := checkpoint(tx)
		if err != nil || at.Height >= height {
			return err
		}
		return f.reached(tx, Checkpoint{f.o.ChainID, height, f.o.Clock.Now()})
	})
}
