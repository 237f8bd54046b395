package bid

import (
	"context"
	"errors"

	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
	"github.com/virtengine/virtengine/chain/x/resources/amount"
	"github.com/virtengine/virtengine/daemons/provider/chainport"
	"github.com/virtengine/virtengine/daemons/provider/outbox"
	"github.com/virtengine/virtengine/daemons/provider/pricing"
	"github.com/virtengine/virtengine/daemons/provider/store"
)

type orderPayload struct {
	Order uint64 `json:"order"`
}

// evaluate looks at an order and, if it suits, reserves, prices and queues the bid: one transaction.
func (e *Engine) evaluate(ctx context.Context, op outbox.Op) (outbox.Commit, error) {
	var p orderPayload
	if err := op.Decode(&p); err != nil {
		return nil, outbox.Permanent(err)
	}
	order, err := e.o.Chain.Order(ctx, p.Order)
	if errors.Is(err, chainport.ErrNotFound) {
		return nil, nil // gone, with all that could be said of it
	}
	if err != nil {
		return nil, chainport.Failure(err)
	}
	f, err := e.facts.get(ctx)
	if err != nil {
		return nil, chainport.Failure(err)
	}
	return func(tx *store.Tx) error { return e.decide(tx, order, f, op.Source) }, nil
}

func (e *Engine) decide(tx *store.Tx, order markettypes.Order, f facts, src outbox.Source) error {
	old, err := read(tx, order.Id)
	if err == nil && old.State != Seen {
		return nil // decided before
	}
	if err != nil && !errors.Is(err, ErrUnknownOrder) {
		return err
	}
	r := Record{Order: order.Id, Owner: order.Owner, State: Bidding, Deposit: f.params.BidDeposit, Closes: order.ClosesHeight, Seen: e.o.Clock.Now()}
	s, err := e.subject(order, f)
	if err != nil {
		r.State, r.Reason, r.Detail = Skipped, KindMissing, err.Error()
		return e.write(tx, old, r)
	}
	s.reserve = func() error { return e.o.Ledger.Reserve(tx, order.Id, order.Spec.Units, order.ClosesHeight+grace) }
	for _, c := range checks {
		if reason, detail := c.ask(s); reason != "" {
			return e.end(tx, withOld(r, old), Skipped, reason, detail)
		}
	}
	r.Price, r.FullPrice = &s.price, s.full
	if err := e.write(tx, old, r); err != nil {
		return err
	}
	_, err = e.o.Outbox.Put(tx, outbox.Op{ID: opID(kindSend, order.Id), Lane: lane(order.Id), Kind: kindSend, Source: src}, orderPayload{order.Id})
	return err
}

// withOld keeps what counts of the record before, so that ending r takes back what was counted and no more.
func withOld(r, old Record) Record {
	r.State = old.State
	return r
}

func (e *Engine) subject(order markettypes.Order, f facts) (*subject, error) {
	held, err := amount.Total(order.Spec.Units)
	if err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return &subject{order: order, held: held, facts: f, limits: e.o.Limits, open: e.open, tenant: e.tenant[order.Owner], locked: e.locked, pricer: e.o.Pricer}, nil
}

// Step is one question of an evaluation and its answer.
type Step struct {
	Check  string `json:"check"`
	OK     bool   `json:"ok"`
	Reason Reason `json:"reason,omitempty"`
	Detail string `json:"detail,omitempty"`
}

// Explanation says why there is a bid for an order, or would be.
type Explanation struct {
	Order  uint64             `json:"order"`
	Record *Record            `json:"record,omitempty"` // what was decided when the order was seen; nil: it was not seen
	Steps  []Step             `json:"steps"`            // what would be decided now
	Price  *markettypes.Price `json:"price,omitempty"`
	Full   string             `json:"full_price,omitempty"`
	Bids   bool               `json:"bids"` // every step is well
}

// Explain asks every question about an order as it is now, reserving and sending nothing.
// Fails with ErrUnknownOrder, or when the chain does not answer.
func (e *Engine) Explain(ctx context.Context, id uint64) (Explanation, error) {
	out := Explanation{Order: id, Bids: true}
	if r, err := e.Get(id); err == nil {
		out.Record = &r
	} else if !errors.Is(err, ErrUnknownOrder) {
		return out, err
	}
	order, err := e.o.Chain.Order(ctx, id)
	if errors.Is(err, chainport.ErrNotFound) {
		return out, errors.Join(ErrUnknownOrder, err)
	}
	if err != nil {
		return out, err
	}
	f, err := e.facts.get(ctx)
	if err != nil {
		return out, err
	}
	s, err := e.subject(order, f)
	if err != nil {
		return out, err
	}
	s.reserve = func() error {
		if _, err := e.o.Ledger.Get(id); err == nil {
			return nil // it has its room already
		}
		return e.o.Ledger.Fits(order.Spec.Units)
	}
	if out.Record != nil && out.Record.State.Live() { // its own bid is no obstacle
		s.open, s.tenant, s.locked = s.open-1, s.tenant-1, s.locked.Sub(out.Record.Deposit)
	}
	for _, c := range checks {
		reason, detail := c.ask(s)
		out.Steps = append(out.Steps, Step{Check: c.name, OK: reason == "", Reason: reason, Detail: detail})
		out.Bids = out.Bids && reason == ""
	}
	if !s.full.IsNil() {
		out.Price, out.Full = &s.price, s.full.String()
	}
	return out, nil
}

func isAbove(err error) bool { return errors.Is(err, pricing.ErrAboveCeiling) }
