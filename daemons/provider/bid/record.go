// Package bid decides which orders to bid on, and follows each bid to its end.
//
// Every order that was seen has a durable record. Room is reserved before a bid is priced and sent, and given back when the
// chain says that the bid is over; events are hints, the chain's state decides. Work per order does not depend on how many
// orders are open.
package bid

import (
	"errors"
	"fmt"
	"time"

	"cosmossdk.io/math"

	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
	"github.com/virtengine/virtengine/daemons/provider/store"
)

// ErrUnknownOrder says that neither the chain nor this provider knows the order.
var ErrUnknownOrder = errors.New("no such order")

// State is where an order is for this provider.
type State string

// The states of an order. Room is reserved in Bidding and Open.
const (
	Seen      State = "seen"      // to be looked at
	Skipped   State = "skipped"   // no bid; Record.Reason says why
	Bidding   State = "bidding"   // reserved and priced, the bid is on its way
	Open      State = "open"      // the bid is on chain
	Won       State = "won"       // it is a lease
	Lost      State = "lost"      // another won
	Expired   State = "expired"   // the order ended without a lease
	Withdrawn State = "withdrawn" // taken back
)

// Live tells whether the state holds a reservation and counts against the limits.
func (s State) Live() bool { return s == Bidding || s == Open }

// Reason says why there is no bid. Every skip has one.
type Reason string

// The reasons, in the order they are checked.
const (
	OrderNotOpen  Reason = "order_not_open"
	OwnOrder      Reason = "own_order"
	WindowShort   Reason = "window_too_short"
	Gated         Reason = "gate"
	NotListed     Reason = "placement_providers"
	Attributes    Reason = "placement_attributes"
	KindMissing   Reason = "resource_kind"
	TenantRefused Reason = "tenant"
	OpenLimit     Reason = "limit_open_bids"
	TenantLimit   Reason = "limit_tenant"
	DepositLimit  Reason = "limit_deposit"
	NoCapacity    Reason = "capacity"
	PriceFailed   Reason = "price_failed"
	AboveCeiling  Reason = "price_above_ceiling"
	NoFunds       Reason = "balance"
	ChainRefused  Reason = "chain_refused" // the bid was sent and refused
)

// Record is what this provider knows of one order.
type Record struct {
	Order     uint64             `json:"order"`
	Owner     string             `json:"owner"`
	State     State              `json:"state"`
	Reason    Reason             `json:"reason,omitempty"`
	Detail    string             `json:"detail,omitempty"` // the figures behind the reason
	Price     *markettypes.Price `json:"price,omitempty"`
	FullPrice math.Int           `json:"full_price"`
	Deposit   math.Int           `json:"deposit"`
	Closes    int64              `json:"closes"` // height
	Seen      time.Time          `json:"seen"`
	Updated   time.Time          `json:"updated"`
}

const prefix = "b/"

func key(order uint64) []byte { return store.Key(prefix, order) }

func read(tx *store.Tx, order uint64) (Record, error) {
	var r Record
	err := tx.Get(key(order), &r)
	if errors.Is(err, store.ErrNotFound) {
		err = fmt.Errorf("%w: %d", ErrUnknownOrder, order)
	}
	return r, err
}
