package lease

import (
	"errors"
	"fmt"
	"time"

	"github.com/virtengine/virtengine/chain/client/manifest"
	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
	restypes "github.com/virtengine/virtengine/chain/x/resources/types"
	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/store"
)

// Record is what this provider knows of one lease. It is all a restarted daemon needs.
type Record struct {
	ID        uint64             `json:"id"`
	Owner     string             `json:"owner"`
	Price     markettypes.Price  `json:"price"`
	Resources restypes.Resources `json:"resources"`
	Units     []restypes.Unit    `json:"units"`
	Created   time.Time          `json:"created"` // block time of the award

	State State     `json:"state"`
	Since time.Time `json:"since"`

	OnChain    []byte          `json:"on_chain"`           // manifest hash the tenant announced
	Manifest   *manifest.Group `json:"manifest,omitempty"` // in force
	Generation uint64          `json:"generation"`         // of Manifest; rises with each
	Deadline   time.Time       `json:"deadline"`           // for the first manifest
	Good       *manifest.Group `json:"good,omitempty"`     // the last that was seen running; what a refused update goes back to
	AskOp      string          `json:"ask_op,omitempty"`   // the operation that asks the backend
	Ensured    time.Time       `json:"ensured,omitzero"`   // when the backend was asked first: usage begins here
	Asked      uint64          `json:"asked"`              // generation the backend was asked for last
	Round      uint64          `json:"round"`              // counts repeated commands, so that each has an id of its own

	Refused     bool      `json:"refused,omitempty"`     // the backend gave up on provisioning
	RefusedWhy  string    `json:"refused_why,omitempty"` // its words
	FailedSince time.Time `json:"failed_since,omitzero"` // seen failed ever since; zero: not failed
	Closing     bool      `json:"closing,omitempty"`     // CloseLease was queued
	Deleting    bool      `json:"deleting,omitempty"`    // the take-down was queued
	Gone        bool      `json:"gone,omitempty"`        // the backend confirmed that nothing is left

	Closed       bool               `json:"closed,omitempty"` // on chain
	ClosedTime   time.Time          `json:"closed_time,omitzero"`
	ClosedReason markettypes.Reason `json:"closed_reason,omitempty"`
	Settled      bool               `json:"settled,omitempty"` // the final usage is on an invoice, or too late for it

	Observed   *backend.Observed `json:"observed,omitempty"`
	ObservedAt time.Time         `json:"observed_at,omitzero"`
}

const prefix = "l/"

func key(id uint64) []byte { return store.Key(prefix, id) }

func read(tx *store.Tx, id uint64) (Record, error) {
	var r Record
	err := tx.Get(key(id), &r)
	if errors.Is(err, store.ErrNotFound) {
		err = fmt.Errorf("%w: %d", ErrUnknownLease, id)
	}
	return r, err
}
