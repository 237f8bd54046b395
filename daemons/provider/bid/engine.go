package bid

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
	provtypes "github.com/virtengine/virtengine/chain/x/provider/types"
	"github.com/virtengine/virtengine/daemons/provider/chainport"
	"github.com/virtengine/virtengine/daemons/provider/clock"
	"github.com/virtengine/virtengine/daemons/provider/inventory"
	"github.com/virtengine/virtengine/daemons/provider/outbox"
	"github.com/virtengine/virtengine/daemons/provider/pricing"
	"github.com/virtengine/virtengine/daemons/provider/store"
)

// Chain is what bidding asks of the chain. Errors are chainport's.
type Chain interface {
	Order(ctx context.Context, id uint64) (markettypes.Order, error)
	OwnBid(ctx context.Context, order uint64) (markettypes.Bid, error)
	MarketParams(ctx context.Context) (markettypes.Params, error)
	Profile(ctx context.Context) (provtypes.Provider, error)
	Balance(ctx context.Context) (math.Int, error) // uve
}

// Options of an engine.
type Options struct {
	Store   *store.Store
	Outbox  *outbox.Outbox
	Ledger  *inventory.Ledger
	Chain   Chain
	Sender  chainport.Sender
	Pricer  pricing.Pricer
	Clock   clock.Clock
	Log     *slog.Logger
	Limits  Limits
	Metrics prometheus.Registerer
	// Adopt takes over a lease that one of our bids became, as part of tx. Adopting twice is harmless.
	Adopt func(tx *store.Tx, lease uint64, src outbox.Source) error
}

// Engine bids. Safe for concurrent use.
type Engine struct {
	o       Options
	metrics *metrics
	facts   factCache

	mu     sync.Mutex
	open   uint32
	tenant map[string]uint32
	locked math.Int
}

// The kinds of operation this package handles.
const (
	kindEvaluate = "bid.evaluate"
	kindSend     = "bid.send"
	kindCheck    = "bid.check"
	kindWithdraw = "bid.withdraw"
	kindRecover  = "bid.recover"
)

// grace is how many blocks after an order's end its bid is looked at: the chain may award a little later.
const grace = 2

// New makes an engine and registers what it does with the outbox.
func New(o Options) (*Engine, error) {
	if o.Store == nil || o.Outbox == nil || o.Ledger == nil || o.Chain == nil || o.Sender == nil || o.Pricer == nil || o.Clock == nil ||
		o.Log == nil || o.Metrics == nil || o.Adopt == nil {
		return nil, errors.New("bid: a dependency is missing")
	}
	e := &Engine{o: o, tenant: map[string]uint32{}, locked: math.ZeroInt()}
	e.facts.chain, e.facts.clock = o.Chain, o.Clock
	var err error
	if e.metrics, err = newMetrics(o.Metrics, e); err != nil {
		return nil, err
	}
	err = errors.Join(
		o.Outbox.Register(kindEvaluate, outbox.Kind{Handle: e.evaluate, Timeout: 30 * time.Second}),
		o.Outbox.Register(kindSend, outbox.Kind{Handle: e.send, Dead: e.sendFailed, Timeout: chainport.SendTimeout}),
		o.Outbox.Register(kindCheck, outbox.Kind{Handle: e.check, Timeout: 30 * time.Second}),
		o.Outbox.Register(kindWithdraw, outbox.Kind{Handle: e.withdraw, Timeout: chainport.SendTimeout}),
		o.Outbox.Register(kindRecover, outbox.Kind{Handle: e.recover, Timeout: time.Minute}),
	)
	if err != nil {
		return nil, err
	}
	return e, o.Store.View(func(tx *store.Tx) error {
		return store.Scan(tx, []byte(prefix), func(_ []byte, r Record) (bool, error) {
			e.count(Record{}, r)
			return true, nil
		})
	})
}

func lane(order uint64) string { return fmt.Sprintf("order/%d", order) }

// write stores a record and, once durable, counts it.
func (e *Engine) write(tx *store.Tx, old, r Record) error {
	r.Updated = e.o.Clock.Now()
	tx.AfterCommit(func() {
		e.count(old, r)
		if old.State != r.State {
			e.metrics.states.WithLabelValues(string(r.State), string(r.Reason)).Inc()
			e.o.Log.Info("order", "order", r.Order, "state", r.State, "reason", r.Reason, "detail", r.Detail)
		}
	})
	return tx.Set(key(r.Order), r)
}

func (e *Engine) count(old, r Record) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if old.State.Live() {
		e.open--
		if e.tenant[old.Owner]--; e.tenant[old.Owner] == 0 {
			delete(e.tenant, old.Owner)
		}
		e.locked = e.locked.Sub(old.Deposit)
	}
	if r.State.Live() {
		e.open++
		e.tenant[r.Owner]++
		e.locked = e.locked.Add(r.Deposit)
	}
}

// end gives a record its last state and its room back.
func (e *Engine) end(tx *store.Tx, r Record, state State, reason Reason, detail string) error {
	old := r
	r.State, r.Reason, r.Detail = state, reason, detail
	if err := e.o.Ledger.Release(tx, r.Order); err != nil {
		return err
	}
	return e.write(tx, old, r)
}

// Get returns the record of an order. Fails with ErrUnknownOrder.
func (e *Engine) Get(order uint64) (r Record, err error) {
	err = e.o.Store.View(func(tx *store.Tx) error { r, err = read(tx, order); return err })
	return r, err
}

// OpenBids is how many bids are live.
func (e *Engine) OpenBids() uint32 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.open
}
