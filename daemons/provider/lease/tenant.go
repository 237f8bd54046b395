package lease

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cosmossdk.io/math"

	"github.com/virtengine/virtengine/chain/client/manifest"
	"github.com/virtengine/virtengine/daemons/provider/backend"
)

// Errors a tenant's request is answered with.
var (
	// ErrUnknownLease says that this provider serves no lease of that number.
	ErrUnknownLease = errors.New("no such lease at this provider")
	// ErrLeaseClosed says that the lease has ended or is ending: nothing about it can be changed any more.
	ErrLeaseClosed = errors.New("lease is closed")
	// ErrNoManifest says that the tenant has not sent a manifest yet.
	ErrNoManifest = errors.New("no manifest has been received for this lease")
	// ErrGroupMismatch says that a manifest asks for other resources than the lease was awarded for.
	ErrGroupMismatch = errors.New("manifest does not fit the lease")
	// ErrWrongHash says that a manifest is not the one announced on chain; see WrongHash for both hashes.
	ErrWrongHash = errors.New("manifest is not the one on chain")
)

// WrongHash is the error of a manifest that is not the announced one. errors.Is(err, ErrWrongHash) holds.
type WrongHash struct {
	LeaseID uint64
	OnChain []byte // SHA-256 the tenant announced
	Sent    []byte // SHA-256 of what was sent
}

// Error names both hashes and what to do.
func (e *WrongHash) Error() string {
	return fmt.Sprintf("lease %d: manifest hashes to %x, the chain says %x; send the announced manifest, or announce this one with update-manifest",
		e.LeaseID, e.Sent, e.OnChain)
}

// Unwrap makes errors.Is(err, ErrWrongHash) hold.
func (e *WrongHash) Unwrap() error { return ErrWrongHash }

// Tenants is what the gateway asks of the daemon on behalf of a tenant. Who may ask is the gateway's to check.
// Safe for concurrent use. Answers come from durable state, so a restarted daemon gives the same ones.
type Tenants interface {
	// PutManifest accepts the manifest of a lease. Sending the one in force again changes nothing.
	// Fails with ErrUnknownLease, ErrLeaseClosed, *WrongHash or ErrGroupMismatch.
	PutManifest(ctx context.Context, leaseID uint64, g manifest.Group) error
	// Manifest returns the manifest in force. Fails with ErrUnknownLease or ErrNoManifest.
	Manifest(ctx context.Context, leaseID uint64) (manifest.Group, error)
	// Status tells how a lease does. Fails with ErrUnknownLease.
	Status(ctx context.Context, leaseID uint64) (Status, error)
}

// Status is how a lease does, as its tenant may see it.
type Status struct {
	LeaseID    uint64            `json:"lease_id"`
	State      State             `json:"state"`
	Since      time.Time         `json:"since"`      // in this state
	Generation uint64            `json:"generation"` // of the manifest in force; 0: none yet
	Observed   *backend.Observed `json:"observed,omitempty"`
	ObservedAt time.Time         `json:"observed_at,omitzero"` // zero: never
	Usage      UsageStatus       `json:"usage"`
	Escrow     *EscrowStatus     `json:"escrow,omitempty"`  // nil: the chain has not been asked yet
	Message    string            `json:"message,omitempty"` // why the backend refused the manifest, where it did
	Queue      []QueueItem       `json:"queue,omitempty"`   // what is still to be done, in order
}

// UsageStatus is what was measured of a lease.
type UsageStatus struct {
	Records    uint64              `json:"records"`               // made so far
	Accepted   uint64              `json:"accepted"`              // of those, in a block
	Until      time.Time           `json:"until,omitzero"`        // the end of the last record
	Total      map[string]math.Int `json:"total,omitempty"`       // by component (cpu, memory, storage, gpu), over all records
	LastSample *backend.Reading    `json:"last_sample,omitempty"` // the newest reading
	Gaps       []Gap               `json:"gaps,omitempty"`        // time that was not measured and is not billed, newest last
}

// Gap is a time that was not measured.
type Gap struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// EscrowStatus is how long the lease's deposits last, as the chain told last.
type EscrowStatus struct {
	Free        math.Int  `json:"free"` // uve
	DrainHeight int64     `json:"drain_height"`
	BlocksLeft  int64     `json:"blocks_left"`
	AsOf        time.Time `json:"as_of"`
}

// QueueItem is an operation of the lease that is not finished.
type QueueItem struct {
	ID       string    `json:"id"`
	Kind     string    `json:"kind"`
	Status   string    `json:"status"` // pending, executing or dead
	Attempts uint32    `json:"attempts"`
	Due      time.Time `json:"due"`
	Error    string    `json:"error,omitempty"` // of the last attempt
}
