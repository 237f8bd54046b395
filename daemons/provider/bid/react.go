package bid

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/virtengine/virtengine/daemons/provider/outbox"
	"github.com/virtengine/virtengine/daemons/provider/store"
)

// Created reacts to a new order: it will be looked at. Cost does not depend on how many there are.
func (e *Engine) Created(tx *store.Tx, order uint64, src outbox.Source) error {
	if _, err := read(tx, order); !errors.Is(err, ErrUnknownOrder) {
		return err // known already, or unreadable
	}
	_, err := e.o.Outbox.Put(tx, outbox.Op{ID: opID(kindEvaluate, order), Lane: lane(order), Kind: kindEvaluate, Source: src}, orderPayload{order})
	return err
}

// Closed reacts to an order that ended without a lease.
func (e *Engine) Closed(tx *store.Tx, order uint64) error {
	return e.over(order, Expired, "", "the order closed")(tx)
}

// Lost reacts to another's win.
func (e *Engine) Lost(tx *store.Tx, order uint64) error { return e.over(order, Lost, "", "")(tx) }

// Won reacts to our win: the lease is taken over together with its room.
func (e *Engine) Won(tx *store.Tx, order uint64, src outbox.Source) error {
	r, err := read(tx, order)
	if err != nil && !errors.Is(err, ErrUnknownOrder) {
		return err
	}
	if err == nil && r.State != Won {
		old := r
		r.State, r.Reason, r.Detail = Won, "", ""
		if err := e.write(tx, old, r); err != nil {
			return err
		}
	}
	return e.o.Adopt(tx, order, src)
}

// Height tells how far the chain is, and has reservations that expired looked at. The chain decides what becomes of them.
func (e *Engine) Height(tx *store.Tx, height int64) error {
	tx.AfterCommit(func() { e.facts.reached(height) })
	for _, order := range e.o.Ledger.Due(height) {
		if err := e.Check(tx, order, height); err != nil {
			return err
		}
	}
	return nil
}

// Check has a bid looked at. height makes the look one of its own.
func (e *Engine) Check(tx *store.Tx, order uint64, height int64) error {
	_, err := e.o.Outbox.Put(tx, outbox.Op{ID: fmt.Sprintf("%s/%d/%d", kindCheck, order, height), Lane: lane(order), Kind: kindCheck}, orderPayload{order})
	return err
}

// Withdraw takes bids back that fit no more.
func (e *Engine) Withdraw(tx *store.Tx, orders []uint64) error {
	for _, order := range orders {
		_, err := e.o.Outbox.Put(tx, outbox.Op{ID: opID(kindWithdraw, order), Lane: lane(order), Kind: kindWithdraw}, orderPayload{order})
		if err != nil {
			return err
		}
	}
	return nil
}

// Reconcile compares with all of our bids that are open on chain. A bid that is live here and not open there is looked at;
// one that is open there and unknown here, since this state is new, is taken up.
func (e *Engine) Reconcile(tx *store.Tx, onChain []uint64, height int64) error {
	var live []Record
	err := store.Scan(tx, []byte(prefix), func(_ []byte, r Record) (bool, error) {
		if r.State.Live() {
			live = append(live, r)
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	known := map[uint64]bool{}
	for _, r := range live {
		known[r.Order] = true
		if r.State == Open && !slices.Contains(onChain, r.Order) {
			if err := e.Check(tx, r.Order, height); err != nil {
				return err
			}
		}
	}
	for _, order := range onChain {
		if known[order] {
			continue
		}
		_, err := e.o.Outbox.Put(tx, outbox.Op{ID: fmt.Sprintf("%s/%d/%d", kindRecover, order, height), Lane: lane(order), Kind: kindRecover}, orderPayload{order})
		if err != nil {
			return err
		}
	}
	return nil
}

// Forget removes the records of orders that ended before the given time.
func (e *Engine) Forget(before time.Time) error {
	return e.o.Store.Finish(func(tx *store.Tx) error {
		var old []uint64
		err := store.Scan(tx, []byte(prefix), func(_ []byte, r Record) (bool, error) {
			if !r.State.Live() && r.State != Seen && r.Updated.Before(before) {
				old = append(old, r.Order)
			}
			return len(old) < 10_000, nil
		})
		for _, id := range old {
			if err := tx.Delete(key(id)); err != nil {
				return err
			}
		}
		return err
	})
}
