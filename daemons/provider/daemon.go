// Package provider is the provider daemon: its parts, wired together.
//
//	blocks -> follow -> bid -> outbox -> chain
//	              \-> lease -> outbox -> backend
//	                     \-> meter -> outbox -> chain
//
// Everything that is to be done goes through the outbox; everything that is known is in one store; every decision can be made again
// after a crash.
package provider

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/bid"
	"github.com/virtengine/virtengine/daemons/provider/chainport"
	"github.com/virtengine/virtengine/daemons/provider/clock"
	"github.com/virtengine/virtengine/daemons/provider/config"
	"github.com/virtengine/virtengine/daemons/provider/follow"
	"github.com/virtengine/virtengine/daemons/provider/inventory"
	"github.com/virtengine/virtengine/daemons/provider/lease"
	"github.com/virtengine/virtengine/daemons/provider/meter"
	"github.com/virtengine/virtengine/daemons/provider/outbox"
	"github.com/virtengine/virtengine/daemons/provider/payout"
	"github.com/virtengine/virtengine/daemons/provider/store"
)

// Chain is all that the parts ask of the chain, together.
type Chain interface {
	bid.Chain
	lease.Chain
	meter.Chain
	payout.Chain
	follow.State
}

// Deps is what a daemon needs. All of it is needed.
type Deps struct {
	Config   config.Config
	Provider string // our address, bech32
	Store    *store.Store
	Chain    Chain
	Sender   chainport.Sender
	Blocks   follow.Source
	Backend  backend.Backend
	Clock    clock.Clock
	Log      *slog.Logger
	Metrics  prometheus.Registerer
	Boot     string                                // names this process
	Jitter   func(max time.Duration) time.Duration // of the outbox; nil: at random
}

// Daemon is the whole.
type Daemon struct {
	Outbox *outbox.Outbox
	Ledger *inventory.Ledger
	Bids   *bid.Engine
	Leases *lease.Supervisor
	Meter  *meter.Meter
	Payout *payout.Payout
	Follow *follow.Follower

	deps    Deps
	started time.Time

	mu   sync.Mutex
	seen time.Time // when the backend answered last
}

// New wires the parts and opens the queue. It asks nobody anything.
func New(d Deps) (*Daemon, error) {
	if d.Store == nil || d.Chain == nil || d.Sender == nil || d.Blocks == nil || d.Backend == nil || d.Clock == nil || d.Log == nil || d.Metrics == nil {
		return nil, errors.New("provider: a dependency is missing")
	}
	c := d.Config
	out := &Daemon{deps: d, started: d.Clock.Now()}
	limits, err := limitsOf(c.Bid)
	if err != nil {
		return nil, err
	}
	pricer, err := c.Pricer()
	if err != nil {
		return nil, err
	}
	if out.Outbox, err = outbox.New(outbox.Options{Store: d.Store, Clock: d.Clock, Log: d.Log, Boot: d.Boot, Metrics: d.Metrics, Workers: workers, Jitter: d.Jitter}); err != nil {
		return nil, err
	}
	over := inventory.Overcommit{CPU: c.Inventory.CPUPercent, Memory: c.Inventory.MemoryPercent, Storage: c.Inventory.StoragePercent}
	if out.Ledger, err = inventory.Open(d.Store, over); err != nil {
		return nil, err
	}
	out.Bids, err = bid.New(bid.Options{Store: d.Store, Outbox: out.Outbox, Ledger: out.Ledger, Chain: d.Chain, Sender: d.Sender, Pricer: pricer, Clock: d.Clock,
		Log: d.Log, Limits: limits, Metrics: d.Metrics,
		Adopt: func(tx *store.Tx, id uint64, src outbox.Source) error { return out.Leases.Adopt(tx, id, src) }})
	if err != nil {
		return nil, err
	}
	out.Meter, err = meter.New(meter.Options{Store: d.Store, Outbox: out.Outbox, Backend: d.Backend, Chain: d.Chain, Sender: d.Sender, Clock: d.Clock, Log: d.Log,
		Metrics: d.Metrics, ChainID: c.Chain.ID, Provider: d.Provider, Interval: c.Meter.Interval, Window: c.Meter.Window, MaxGap: c.Meter.MaxGap,
		Settled: func(tx *store.Tx, id uint64) error { return out.Leases.Settled(tx, id) }})
	if err != nil {
		return nil, err
	}
	out.Leases, err = lease.New(lease.Options{Store: d.Store, Outbox: out.Outbox, Ledger: out.Ledger, Backend: d.Backend, Chain: d.Chain, Sender: d.Sender,
		Meter: out.Meter, Clock: d.Clock, Log: d.Log, Metrics: d.Metrics, ChainID: c.Chain.ID, Provider: d.Provider,
		Policy: lease.Policy{Unstable: c.Lease.UnstableAfter}, ManifestTimeout: c.Lease.ManifestTimeout, Interval: c.Lease.ObserveEvery, SweepGrace: c.Lease.SweepGrace,
		Escrow: func(id uint64) *lease.EscrowStatus { return out.Payout.Escrow(id) }})
	if err != nil {
		return nil, err
	}
	out.Payout, err = payout.New(payout.Options{Store: d.Store, Outbox: out.Outbox, Chain: d.Chain, Sender: d.Sender, Leases: out.Leases.List, Clock: d.Clock,
		Log: d.Log, Metrics: d.Metrics, Provider: d.Provider, Every: c.Payout.Every, Blocks: c.Payout.Blocks, LowAt: c.Payout.LowBlocks})
	if err != nil {
		return nil, err
	}
	out.Follow, err = follow.New(follow.Options{Store: d.Store, Source: d.Blocks, State: d.Chain, Bids: out.Bids, BidList: out.Bids, Leases: out.Leases, Clock: d.Clock,
		Log: d.Log, Metrics: d.Metrics, ChainID: c.Chain.ID, Provider: d.Provider, Every: c.Chain.CompareEvery})
	if err != nil {
		return nil, err
	}
	err = errors.Join(
		out.Outbox.Register(kindCapacity, outbox.Kind{Handle: out.publish, Timeout: chainport.SendTimeout}),
		out.Outbox.Register(kindCertificate, outbox.Kind{Handle: out.publishCertificate, Timeout: chainport.SendTimeout}),
	)
	if err != nil {
		return nil, err
	}
	_, err = out.Outbox.Open()
	return out, err
}

// workers is how many operations run at a time. Most of them wait for a block.
const workers = 64

func limitsOf(c config.Bid) (bid.Limits, error) {
	deposit, err := config.Amount(c.TotalDeposit)
	if err != nil {
		return bid.Limits{}, err
	}
	keep, err := config.Amount(c.KeepBalance)
	if err != nil {
		return bid.Limits{}, err
	}
	return bid.Limits{OpenBids: c.OpenBids, PerTenant: c.PerTenant, TotalDeposit: deposit, KeepBalance: keep, MinWindow: c.MinWindow,
		BlockedTenants: c.BlockedTenants, AllowedTenants: c.AllowedTenants, StorageClasses: c.StorageClasses, Gated: c.Gated}, nil
}

// Run works until ctx ends, then finishes what is under way. It returns early only when the state folder became unusable.
func (d *Daemon) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	for name, part := range map[string]func(context.Context) error{
		"follower": d.Follow.Run, "queue": d.Outbox.Run, "leases": d.Leases.Run, "meter": d.Meter.Run, "payout": d.Payout.Run,
		"inventory": d.watchInventory, "store": d.tend,
	} {
		g.Go(func() error {
			if err := part(ctx); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			return nil
		})
	}
	return g.Wait()
}

// tend flushes the store every second and collects what is no longer needed every hour.
func (d *Daemon) tend(ctx context.Context) error {
	collected := d.deps.Clock.Now()
	for {
		fired, stop := d.deps.Clock.After(time.Second)
		select {
		case <-ctx.Done():
			stop()
			return d.deps.Store.Flush()
		case <-fired:
		}
		if err := d.deps.Store.Flush(); err != nil {
			return err
		}
		if d.deps.Clock.Now().Sub(collected) < time.Hour {
			continue
		}
		collected = d.deps.Clock.Now()
		old := collected.Add(-recordsKept)
		if err := errors.Join(d.Outbox.Collect(), d.Bids.Forget(old), d.Leases.Forget(old), d.Meter.Forget()); err != nil {
			d.deps.Log.Error("what is no longer needed cannot be removed", "error", err)
		}
	}
}

// recordsKept is how long ended orders and leases are remembered.
const recordsKept = 90 * 24 * time.Hour
