// Package outbox keeps what the daemon still has to do: durable operations, one at a time per lane and in order,
// lanes in parallel.
//
// An operation's id comes from what caused it (chain coordinates, a tenant's key), so that the same cause never makes
// two. It is done when its handler's result is committed together with it; a process that dies before that runs the
// handler again, so handlers are idempotent. Every operation that is not finished is either running in this process or
// in its lane's index; Open verifies that and repairs it.
package outbox

import (
	"encoding/json"
	"time"
)

// Status is where an operation is in its life.
type Status string

// The statuses of an operation.
const (
	Pending   Status = "pending"
	Executing Status = "executing"
	Done      Status = "done"
	Dead      Status = "dead" // gave up; an operator may retry, cancel or purge it
	Cancelled Status = "cancelled"
)

// Terminal tells whether nothing happens to the operation by itself any more.
func (s Status) Terminal() bool { return s == Done || s == Dead || s == Cancelled }

// Source is what on the chain caused an operation: the coordinates of an event. All zero: not an event.
type Source struct {
	Height int64 `json:"height,omitempty"`
	Tx     int   `json:"tx,omitempty"`
	Event  int   `json:"event,omitempty"`
}

// Op is one operation.
type Op struct {
	ID       string          `json:"id"`   // from its cause, never from the clock
	Lane     string          `json:"lane"` // operations of a lane run one at a time, in order
	Kind     string          `json:"kind"`
	Payload  json.RawMessage `json:"payload,omitempty"`
	Source   Source          `json:"source,omitzero"`
	Due      time.Time       `json:"due"`
	Deadline time.Time       `json:"deadline,omitzero"` // zero: none

	Seq      uint64    `json:"seq"` // place in its lane
	Status   Status    `json:"status"`
	Attempts uint32    `json:"attempts"`        // begun
	Counted  uint32    `json:"counted"`         // of those, the ones that count against the limit
	Class    Class     `json:"class,omitempty"` // of the last failure
	Error    string    `json:"error,omitempty"` // of the last failure
	Boot     string    `json:"boot,omitempty"`  // the process that executes it
	Created  time.Time `json:"created"`
	Updated  time.Time `json:"updated"`
}

// Decode reads the payload into v.
func (o Op) Decode(v any) error { return json.Unmarshal(o.Payload, v) }
