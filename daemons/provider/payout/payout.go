// Package payout collects what leases earn without usage records, and foresees when their deposits run dry.
//
// A usage record bills the rent that accrued with it. A lease whose price has no rate for use makes no records while it runs, so
// its rent is withdrawn every so many blocks.
package payout

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"cosmossdk.io/math"
	"github.com/prometheus/client_golang/prometheus"

	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
	settletypes "github.com/virtengine/virtengine/chain/x/settlement/types"
	"github.com/virtengine/virtengine/daemons/provider/chainport"
	"github.com/virtengine/virtengine/daemons/provider/clock"
	"github.com/virtengine/virtengine/daemons/provider/lease"
	"github.com/virtengine/virtengine/daemons/provider/outbox"
	"github.com/virtengine/virtengine/daemons/provider/store"
)

// Chain is what payout asks of the chain. Errors are chainport's.
type Chain interface {
	// Escrow tells what a lease's account has left and when it runs dry.
	Escrow(ctx context.Context, id uint64) (free math.Int, drainHeight, blocksLeft int64, err error)
	Height(ctx context.Context) (int64, error)
}

// Options of a payout.
type Options struct {
	Store    *store.Store
	Outbox   *outbox.Outbox
	Chain    Chain
	Sender   chainport.Sender
	Leases   func() ([]lease.Record, error)
	Clock    clock.Clock
	Log      *slog.Logger
	Metrics  prometheus.Registerer
	Provider string
	Every    time.Duration // between looks at the leases' accounts
	Blocks   int64         // between withdrawals of a lease
	LowAt    int64         // blocks that are left when a lease's account is reported as low
}

// Payout withdraws rent. Safe for concurrent use.
type Payout struct {
	o     Options
	drain *prometheus.GaugeVec

	mu    sync.Mutex
	known map[uint64]lease.EscrowStatus
}

const kindWithdraw = "payout.withdraw"

// New makes a payout and registers what it does with the outbox.
func New(o Options) (*Payout, error) {
	if o.Store == nil || o.Outbox == nil || o.Chain == nil || o.Sender == nil || o.Leases == nil || o.Clock == nil || o.Log == nil ||
		o.Metrics == nil || o.Provider == "" || o.Every <= 0 || o.Blocks <= 0 {
		return nil, errors.New("payout: a dependency is missing")
	}
	p := &Payout{o: o, known: map[uint64]lease.EscrowStatus{}, drain: prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "ve_provider_escrow_blocks_left", Help: "Blocks until a lease's deposits run dry."}, []string{"lease"})}
	return p, errors.Join(o.Metrics.Register(p.drain), o.Outbox.Register(kindWithdraw, outbox.Kind{Handle: p.withdraw, Timeout: chainport.SendTimeout}))
}

// Run looks at every active lease's account until ctx ends.
func (p *Payout) Run(ctx context.Context) error {
	for {
		fired, stop := p.o.Clock.After(p.o.Every)
		select {
		case <-ctx.Done():
			stop()
			return nil
		case <-fired:
		}
		if err := p.Look(ctx); err != nil && ctx.Err() == nil {
			if errors.Is(err, store.ErrClosed) || errors.Is(err, store.ErrCorrupt) {
				return err
			}
			p.o.Log.Warn("the leases' accounts cannot be looked at; trying again", "error", err)
		}
	}
}

// Look asks for every active lease's account once, and queues the withdrawals that are due.
func (p *Payout) Look(ctx context.Context) error {
	leases, err := p.o.Leases()
	if err != nil {
		return err
	}
	height, err := p.o.Chain.Height(ctx)
	if err != nil {
		return err
	}
	for _, r := range leases {
		if r.Closed || r.State == lease.Done {
			p.forget(r.ID)
			continue
		}
		free, drain, left, err := p.o.Chain.Escrow(ctx, r.ID)
		if err != nil {
			return fmt.Errorf("account of lease %d: %w", r.ID, err)
		}
		p.note(r.ID, lease.EscrowStatus{Free: free, DrainHeight: drain, BlocksLeft: left, AsOf: p.o.Clock.Now()})
		if len(r.Price.Metered) > 0 || !r.Price.PerBlock.IsPositive() {
			continue // its records bill its rent
		}
		op := outbox.Op{ID: fmt.Sprintf("%s/%d/%d", kindWithdraw, r.ID, height/p.o.Blocks), Lane: lease.UsageLane(r.ID), Kind: kindWithdraw}
		err = p.o.Store.Update(func(tx *store.Tx) error {
			_, err := p.o.Outbox.Put(tx, op, ref{r.ID})
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

type ref struct {
	Lease uint64 `json:"lease"`
}

func (p *Payout) withdraw(ctx context.Context, op outbox.Op) (outbox.Commit, error) {
	var r ref
	if err := op.Decode(&r); err != nil {
		return nil, outbox.Permanent(err)
	}
	err := p.o.Sender.Send(ctx, &settletypes.MsgWithdraw{Provider: p.o.Provider, LeaseId: r.Lease})
	if errors.Is(err, settletypes.ErrNothingAccrued) || errors.Is(err, settletypes.ErrLeaseSettled) || errors.Is(err, markettypes.ErrUnknownLease) {
		return nil, nil // withdrawn already, or billed with the lease's end
	}
	return nil, chainport.Failure(err)
}

func (p *Payout) note(id uint64, e lease.EscrowStatus) {
	p.mu.Lock()
	old, before := p.known[id]
	p.known[id] = e
	p.mu.Unlock()
	p.drain.WithLabelValues(fmt.Sprint(id)).Set(float64(e.BlocksLeft))
	if e.DrainHeight > 0 && e.BlocksLeft < p.o.LowAt && (!before || old.BlocksLeft >= p.o.LowAt) {
		p.o.Log.Warn("a lease's deposits run low", "lease", id, "blocks_left", e.BlocksLeft, "drain_height", e.DrainHeight)
	}
}

func (p *Payout) forget(id uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.known, id)
	p.drain.DeleteLabelValues(fmt.Sprint(id))
}

// Escrow returns what is known of a lease's account; nil where nothing is.
func (p *Payout) Escrow(id uint64) *lease.EscrowStatus {
	p.mu.Lock()
	defer p.mu.Unlock()
	if e, known := p.known[id]; known {
		return &e
	}
	return nil
}
