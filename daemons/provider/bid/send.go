package bid

import (
	"context"
	"errors"
	"fmt"

	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
	provtypes "github.com/virtengine/virtengine/chain/x/provider/types"
	"github.com/virtengine/virtengine/daemons/provider/chainport"
	"github.com/virtengine/virtengine/daemons/provider/outbox"
	"github.com/virtengine/virtengine/daemons/provider/store"
)

func opID(kind string, order uint64) string { return fmt.Sprintf("%s/%d", kind, order) }

// send brings the bid onto the chain.
func (e *Engine) send(ctx context.Context, op outbox.Op) (outbox.Commit, error) {
	r, err := e.recordOf(op)
	if err != nil || r.State != Bidding {
		return nil, err
	}
	if op.Attempts > 1 { // an attempt before may have reached the chain
		if _, err := e.o.Chain.OwnBid(ctx, r.Order); err == nil {
			return e.settle(r.Order, op.Source, markettypes.BidOpen), nil
		} else if !errors.Is(err, chainport.ErrNotFound) {
			return nil, chainport.Failure(err)
		}
	}
	f, err := e.facts.get(ctx)
	if err != nil {
		return nil, chainport.Failure(err)
	}
	err = e.o.Sender.Send(ctx, &markettypes.MsgCreateBid{Provider: f.profile.Owner, OrderId: r.Order, Price: *r.Price})
	switch {
	case err == nil, errors.Is(err, markettypes.ErrBidExists):
		e.metrics.latency.Observe(e.o.Clock.Now().Sub(r.Seen).Seconds())
		return e.settle(r.Order, op.Source, markettypes.BidOpen), nil
	case errors.Is(err, markettypes.ErrOrderNotOpen), errors.Is(err, markettypes.ErrUnknownOrder):
		return e.over(r.Order, Expired, "", "the order closed before the bid arrived"), nil
	case refusesBid(err):
		return e.over(r.Order, Skipped, ChainRefused, err.Error()), nil
	case errors.Is(err, chainport.ErrFunds):
		e.facts.forget()
		return e.over(r.Order, Skipped, NoFunds, err.Error()), nil
	}
	return nil, chainport.Failure(err)
}

// refusesBid tells whether the chain will never take this bid. That the chain knows of no room is not final: our ledger
// has it, so the news of our capacity, or of a lease that ended, is still on its way.
func refusesBid(err error) bool {
	for _, final := range []error{
		markettypes.ErrTooManyBids, markettypes.ErrInvalidPrice, markettypes.ErrPriceAboveCeiling, markettypes.ErrPriceNotFixed,
		markettypes.ErrPlacement, markettypes.ErrSelfDealing, markettypes.ErrGateUnavailable, markettypes.ErrGateRefused,
		provtypes.ErrUnknownProvider,
	} {
		if errors.Is(err, final) {
			return true
		}
	}
	return false
}

// sendFailed gives the room back when the bid was given up.
func (e *Engine) sendFailed(tx *store.Tx, op outbox.Op) error {
	var p orderPayload
	if err := op.Decode(&p); err != nil {
		return err
	}
	return e.over(p.Order, Skipped, ChainRefused, op.Error)(tx)
}

// check asks the chain what became of a bid.
func (e *Engine) check(ctx context.Context, op outbox.Op) (outbox.Commit, error) {
	r, err := e.recordOf(op)
	if err != nil || !r.State.Live() {
		return nil, err
	}
	b, err := e.o.Chain.OwnBid(ctx, r.Order)
	if errors.Is(err, chainport.ErrNotFound) {
		return e.over(r.Order, Expired, "", "the chain has no such bid"), nil
	}
	if err != nil {
		return nil, chainport.Failure(err)
	}
	return e.settle(r.Order, op.Source, b.State), nil
}

// withdraw takes a bid back that can no longer be served.
func (e *Engine) withdraw(ctx context.Context, op outbox.Op) (outbox.Commit, error) {
	var p orderPayload
	if err := op.Decode(&p); err != nil {
		return nil, outbox.Permanent(err)
	}
	f, err := e.facts.get(ctx)
	if err != nil {
		return nil, chainport.Failure(err)
	}
	err = e.o.Sender.Send(ctx, &markettypes.MsgWithdrawBid{Provider: f.profile.Owner, OrderId: p.Order})
	switch {
	case err == nil, errors.Is(err, markettypes.ErrUnknownBid):
		return e.over(p.Order, Withdrawn, "", "there is no room for it any more"), nil
	case errors.Is(err, markettypes.ErrBidNotOpen): // won, lost or withdrawn meanwhile
		b, err := e.o.Chain.OwnBid(ctx, p.Order)
		if err != nil {
			return nil, chainport.Failure(err)
		}
		return e.settle(p.Order, op.Source, b.State), nil
	}
	return nil, chainport.Failure(err)
}

// recover takes up a bid of ours that is open on chain and not here: room is made for it, or it is taken back.
func (e *Engine) recover(ctx context.Context, op outbox.Op) (outbox.Commit, error) {
	var p orderPayload
	if err := op.Decode(&p); err != nil {
		return nil, outbox.Permanent(err)
	}
	b, err := e.o.Chain.OwnBid(ctx, p.Order)
	if errors.Is(err, chainport.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, chainport.Failure(err)
	}
	order, err := e.o.Chain.Order(ctx, p.Order)
	if err != nil {
		return nil, chainport.Failure(err)
	}
	if b.State != markettypes.BidOpen {
		return nil, nil // it ended meanwhile; a lease is found by its own list
	}
	return func(tx *store.Tx) error {
		old, err := read(tx, p.Order)
		if err != nil && !errors.Is(err, ErrUnknownOrder) {
			return err
		}
		if err == nil && old.State.Live() {
			return nil
		}
		r := Record{Order: p.Order, Owner: order.Owner, State: Open, Price: &b.Price, FullPrice: b.FullPrice, Deposit: b.Deposit, Closes: order.ClosesHeight, Seen: e.o.Clock.Now()}
		if err := e.write(tx, old, r); err != nil {
			return err
		}
		if err := e.o.Ledger.Reserve(tx, p.Order, order.Spec.Units, order.ClosesHeight+grace); err != nil {
			return e.Withdraw(tx, []uint64{p.Order})
		}
		return nil
	}, nil
}

// settle writes what the chain says of a bid.
func (e *Engine) settle(order uint64, src outbox.Source, state markettypes.BidState) outbox.Commit {
	switch state {
	case markettypes.BidWon:
		return func(tx *store.Tx) error { return e.Won(tx, order, src) }
	case markettypes.BidLost:
		return e.over(order, Lost, "", "")
	case markettypes.BidWithdrawn:
		return e.over(order, Withdrawn, "", "")
	}
	return func(tx *store.Tx) error {
		r, err := read(tx, order)
		if err != nil || !r.State.Live() {
			return err
		}
		old := r
		r.State = Open
		until := max(r.Closes+grace, e.facts.height()+grace)
		if err := e.o.Ledger.Extend(tx, order, until); err != nil {
			return err
		}
		return e.write(tx, old, r)
	}
}

// over ends a live bid.
func (e *Engine) over(order uint64, state State, reason Reason, detail string) outbox.Commit {
	return func(tx *store.Tx) error {
		r, err := read(tx, order)
		if errors.Is(err, ErrUnknownOrder) || (err == nil && !r.State.Live()) {
			return nil
		}
		if err != nil {
			return err
		}
		return e.end(tx, r, state, reason, detail)
	}
}

func (e *Engine) recordOf(op outbox.Op) (Record, error) {
	var p orderPayload
	if err := op.Decode(&p); err != nil {
		return Record{}, outbox.Permanent(err)
	}
	r, err := e.Get(p.Order)
	if errors.Is(err, ErrUnknownOrder) {
		return Record{}, nil
	}
	return r, err
}
