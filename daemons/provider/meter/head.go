package meter

import (
	"errors"
	"fmt"
	"time"

	restypes "github.com/virtengine/virtengine/chain/x/resources/types"
	"github.com/virtengine/virtengine/daemons/provider/lease"
	"github.com/virtengine/virtengine/daemons/provider/store"
)

// ErrUnknownLease says that the lease is not measured here.
var ErrUnknownLease = errors.New("lease is not measured")

// head is how far the measuring of one lease is.
type head struct {
	Lease   uint64               `json:"lease"`
	Owner   string               `json:"owner"`
	Created time.Time            `json:"created"`
	Fresh   bool                 `json:"fresh"` // measured from its beginning on: the first reading's counters are all its own
	Caps    caps                 `json:"caps"`
	Metered []restypes.Component `json:"metered,omitempty"` // what its price has a rate for

	Last    *Sample     `json:"last,omitempty"`  // the newest
	From    *Sample     `json:"from,omitempty"`  // where the next record begins
	Rest    Amounts     `json:"rest"`            // too small for the records so far
	Total   Amounts     `json:"total"`           // over all records
	Next    uint64      `json:"next"`            // record
	Rev     uint64      `json:"rev"`             // rises when records that were not accepted are made anew
	Until   int64       `json:"until"`           // end of the last record, ms
	Done    uint64      `json:"done"`            // last record accepted
	Closed  time.Time   `json:"closed,omitzero"` // when the lease ended; zero: not yet
	Final   bool        `json:"final"`           // the last record is made
	Settled bool        `json:"settled"`         // and accepted
	Gaps    []lease.Gap `json:"gaps,omitempty"`
}

// gapsKept bounds how many gaps a lease's status shows.
const gapsKept = 20

// record is a usage record of ours.
type record struct {
	Lease    uint64              `json:"lease"`
	Seq      uint64              `json:"seq"`
	Rev      uint64              `json:"rev"`
	Start    time.Time           `json:"start"`
	End      time.Time           `json:"end"`
	Q        []restypes.Quantity `json:"quantities"`
	Evidence []byte              `json:"evidence"`
	Final    bool                `json:"final,omitempty"`
	Accepted bool                `json:"accepted,omitempty"` // in a block
	Before   head                `json:"before"`             // to begin again from, should the chain know better
}

const (
	headPrefix   = "m/h/"
	recordPrefix = "m/r/"
)

func readHead(tx *store.Tx, id uint64) (head, error) {
	var h head
	err := tx.Get(store.Key(headPrefix, id), &h)
	if errors.Is(err, store.ErrNotFound) {
		err = fmt.Errorf("%w: %d", ErrUnknownLease, id)
	}
	return h, err
}

// newHead begins to measure a lease at its adoption.
func newHead(r lease.Record, adopted time.Time) head {
	h := head{Lease: r.ID, Owner: r.Owner, Created: r.Created, Caps: capsOf(r.Resources), Next: 1, Rest: zero(), Total: zero(),
		Fresh: adopted.Sub(r.Created) < freshWithin}
	for _, m := range r.Price.Metered {
		h.Metered = append(h.Metered, m.Component)
	}
	return h
}

// freshWithin is how soon after the award a lease is adopted whose counters are all unbilled. A state folder that was lost makes
// a later adoption; then the first reading is where measuring begins.
const freshWithin = 10 * time.Minute

// begins is the first whole millisecond of the lease: the chain's time is finer than ours.
func (h head) begins() int64 { return ceilMs(h.Created) }

func ceilMs(t time.Time) int64 { return t.Add(time.Millisecond - time.Nanosecond).UnixMilli() }

// priced keeps of the quantities what the lease's price has a rate for, sorted by component as the chain demands.
func (h head) priced(a Amounts) ([]restypes.Quantity, Amounts) {
	all, rest := inUnits(a)
	q := []restypes.Quantity{}
	for _, c := range h.Metered { // a price is sorted by component
		q = append(q, restypes.Quantity{Component: c, Amount: all[c]})
	}
	return q, rest
}
