package provider

import (
	"context"
	"errors"
	"fmt"
	"time"

	restypes "github.com/virtengine/virtengine/chain/x/resources/types"
	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/chainport"
	"github.com/virtengine/virtengine/daemons/provider/outbox"
	"github.com/virtengine/virtengine/daemons/provider/store"
)

const kindCapacity = "provider.capacity"

// published is the capacity the chain was told last, and how often it was.
type published struct {
	Turn  uint64             `json:"turn"`
	Total restypes.Resources `json:"total"`
}

var publishedKey = []byte("p/capacity")

// watchInventory asks the backend what it has, at the start and then every so often.
func (d *Daemon) watchInventory(ctx context.Context) error {
	for {
		if err := d.Refresh(ctx); err != nil && ctx.Err() == nil {
			if errors.Is(err, store.ErrClosed) || errors.Is(err, store.ErrCorrupt) {
				return err
			}
			d.deps.Log.Warn("the backend's inventory is not known; the last one is used", "error", err)
		}
		fired, stop := d.deps.Clock.After(d.deps.Config.Inventory.RefreshEvery)
		select {
		case <-ctx.Done():
			stop()
			return nil
		case <-fired:
		}
	}
}

// Refresh asks the backend what it has: bids that fit no more are taken back, what nobody cares for is swept, and the chain is told.
func (d *Daemon) Refresh(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	inv, err := d.deps.Backend.Inventory(ctx)
	if err != nil {
		return err
	}
	return errors.Join(d.take(inv), d.Leases.Sweep(inv))
}

func (d *Daemon) take(inv backend.Inventory) error {
	d.mu.Lock()
	d.seen = d.deps.Clock.Now()
	d.mu.Unlock()
	err := d.deps.Store.Finish(func(tx *store.Tx) error {
		displaced, err := d.Ledger.Refresh(tx, inv)
		if err != nil {
			return err
		}
		return d.Bids.Withdraw(tx, displaced)
	})
	if err != nil || !d.deps.Config.Inventory.Publish {
		return err
	}
	total, err := d.Ledger.Total(d.deps.Config.Inventory.Endpoints)
	if err != nil {
		return err
	}
	return d.deps.Store.Update(func(tx *store.Tx) error { return d.announce(tx, rounded(total)) })
}

// announce queues the news of a capacity that differs noticeably from what the chain was told.
func (d *Daemon) announce(tx *store.Tx, total restypes.Resources) error {
	var last published
	err := tx.Get(publishedKey, &last)
	if err == nil && near(last.Total, total) {
		return nil
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	next := published{Turn: last.Turn + 1, Total: total}
	if err := tx.Set(publishedKey, next); err != nil {
		return err
	}
	_, err = d.Outbox.Put(tx, outbox.Op{ID: fmt.Sprintf("%s/%d", kindCapacity, next.Turn), Lane: "provider", Kind: kindCapacity}, next)
	return err
}

// publish tells the chain what we have.
func (d *Daemon) publish(ctx context.Context, op outbox.Op) (outbox.Commit, error) {
	var p published
	if err := op.Decode(&p); err != nil {
		return nil, outbox.Permanent(err)
	}
	err := d.deps.Sender.Send(ctx, &restypes.MsgSetCapacity{Provider: d.deps.Provider, Total: p.Total})
	return nil, chainport.Failure(err)
}

// rounded takes off what changes all the time, and what would tell others what our tenants do.
func rounded(r restypes.Resources) restypes.Resources {
	r.CpuMilli -= r.CpuMilli % 100
	r.MemoryBytes -= r.MemoryBytes % (64 << 20)
	r.StorageBytes -= r.StorageBytes % (1 << 30)
	return r
}

// near tells whether two capacities differ by less than a twentieth in every kind, and in no GPU.
func near(a, b restypes.Resources) bool {
	close := func(x, y uint64) bool { return max(x, y)-min(x, y) <= max(x, y)/20 }
	if len(a.Gpus) != len(b.Gpus) || a.Endpoints != b.Endpoints {
		return false
	}
	for i := range a.Gpus {
		if a.Gpus[i] != b.Gpus[i] {
			return false
		}
	}
	return close(a.CpuMilli, b.CpuMilli) && close(a.MemoryBytes, b.MemoryBytes) && close(a.StorageBytes, b.StorageBytes)
}
