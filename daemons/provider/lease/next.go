package lease

import (
	"time"

	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
	"github.com/virtengine/virtengine/daemons/provider/backend"
)

// Desired is what the chain and the tenant want, as far as this provider knows.
type Desired struct {
	Closed     bool   // the chain says that the lease ended; false while the chain is not heard
	Manifest   bool   // a manifest is in force
	Generation uint64 // of it
}

// Seen is what the backend said.
type Seen struct {
	Answered   bool // false: absence of evidence, nothing follows from it
	Found      bool
	State      backend.State
	Generation uint64
}

// History is what happened so far.
type History struct {
	State       State
	Deadline    time.Time // for the first manifest
	Asked       uint64    // generation the backend was asked for
	AskPending  bool      // and the asking is not finished
	Refused     bool      // the backend gave up on provisioning
	FailedSince time.Time // seen failed ever since
	Closing     bool      // CloseLease was queued
	Deleting    bool      // the take-down was queued
	Gone        bool      // nothing is left on the backend
	Settled     bool      // the final usage is settled
}

// Policy is the operator's patience.
type Policy struct {
	Unstable time.Duration // how long a lease is seen failed before it is closed
}

// Command is what is to be done.
type Command string

// The commands. Each is idempotent.
const (
	Wait   Command = "wait"
	Ensure Command = "ensure" // ask the backend for the manifest in force
	Close  Command = "close"  // tell the chain that the lease ends
	Delete Command = "delete" // take it down: last reading, then delete
	Settle Command = "settle" // report the final usage
)

// Verdict is what follows.
type Verdict struct {
	State   State
	Command Command
	Reason  markettypes.Reason // of Close
	Rule    string             // which row of the table decided
}

// rule is a row: in these states, if the condition holds, this follows.
type rule struct {
	name    string
	from    []State
	when    string // the condition in words, for the documentation
	holds   func(d Desired, s Seen, h History, p Policy, now time.Time) bool
	state   State // empty: unchanged
	command Command
	reason  markettypes.Reason
}

var running = []State{AwaitingManifest, Provisioning, Active, Degraded}

// rules are tried in order; the first that holds decides. No rule closes a lease because something did not answer: closing
// needs a deadline of the tenant's, the backend's refusal, or a failure that was seen the whole time.
var rules = []rule{
	{"ended", running, "the chain says the lease ended",
		func(d Desired, _ Seen, h History, _ Policy, _ time.Time) bool { return d.Closed && !h.Deleting }, Terminating, Delete, 0},
	{"ended while compensating", running, "the chain says the lease ended and the take-down is queued",
		func(d Desired, _ Seen, _ History, _ Policy, _ time.Time) bool { return d.Closed }, Terminating, Wait, 0},
	{"taking down", []State{Terminating}, "something may be left on the backend",
		func(_ Desired, _ Seen, h History, _ Policy, _ time.Time) bool { return !h.Gone && h.Deleting }, "", Wait, 0},
	{"take down", []State{Terminating}, "nothing takes it down yet",
		func(_ Desired, _ Seen, h History, _ Policy, _ time.Time) bool { return !h.Gone }, "", Delete, 0},
	{"gone", []State{Terminating}, "nothing is left and the chain says the lease ended",
		func(d Desired, _ Seen, _ History, _ Policy, _ time.Time) bool { return d.Closed }, FinalUsage, Settle, 0},
	{"gone, not ended", []State{Terminating}, "nothing is left and the chain was not told",
		func(_ Desired, _ Seen, h History, _ Policy, _ time.Time) bool { return !h.Closing }, "", Close, markettypes.ReasonProvisioningFailed},
	{"settled", []State{FinalUsage}, "the final usage is settled",
		func(_ Desired, _ Seen, h History, _ Policy, _ time.Time) bool { return h.Settled }, Done, Wait, 0},
	{"closing", running, "the chain is being told that the lease ends",
		func(_ Desired, _ Seen, h History, _ Policy, _ time.Time) bool { return h.Closing }, "", Wait, 0},
	{"no manifest in time", []State{AwaitingManifest}, "the tenant's deadline passed",
		func(d Desired, _ Seen, h History, _ Policy, now time.Time) bool {
			return !d.Manifest && !now.Before(h.Deadline)
		}, "", Close, markettypes.ReasonManifestTimeout},
	{"manifest", []State{AwaitingManifest}, "a manifest is in force",
		func(d Desired, _ Seen, _ History, _ Policy, _ time.Time) bool { return d.Manifest }, Provisioning, Ensure, 0},
	{"refused", []State{Provisioning, Active, Degraded}, "the backend gave up on provisioning: compensate, then tell the chain",
		func(_ Desired, _ Seen, h History, _ Policy, _ time.Time) bool { return h.Refused }, Terminating, Delete, 0},
	{"update", []State{Provisioning, Active, Degraded}, "a newer manifest is in force than was asked for",
		func(d Desired, _ Seen, h History, _ Policy, _ time.Time) bool { return d.Generation > h.Asked }, "", Ensure, 0},
	{"asking", []State{Provisioning, Active, Degraded}, "the backend is being asked",
		func(_ Desired, _ Seen, h History, _ Policy, _ time.Time) bool { return h.AskPending }, "", Wait, 0},
	{"no answer", running, "the backend does not answer: nothing follows from that",
		func(_ Desired, s Seen, _ History, _ Policy, _ time.Time) bool { return !s.Answered }, "", Wait, 0},
	{"vanished", []State{Provisioning, Active, Degraded}, "the backend has nothing of it, or an older generation",
		func(d Desired, s Seen, _ History, _ Policy, _ time.Time) bool {
			return !s.Found || s.Generation < d.Generation
		}, Provisioning, Ensure, 0},
	{"unstable", []State{Provisioning, Active, Degraded}, "it was seen failed for the whole of the operator's patience",
		func(_ Desired, s Seen, h History, p Policy, now time.Time) bool {
			return s.State == backend.StateFailed && !h.FailedSince.IsZero() && now.Sub(h.FailedSince) >= p.Unstable
		}, "", Close, markettypes.ReasonUnstable},
	{"failed", []State{Provisioning, Active, Degraded}, "it is seen failed",
		func(_ Desired, s Seen, _ History, _ Policy, _ time.Time) bool { return s.State == backend.StateFailed }, Degraded, Wait, 0},
	{"partly up", []State{Provisioning, Active, Degraded}, "a part of it runs",
		func(_ Desired, s Seen, _ History, _ Policy, _ time.Time) bool {
			return s.State == backend.StateDegraded
		}, Degraded, Wait, 0},
	{"up", []State{Provisioning, Active, Degraded}, "it runs, or ended well",
		func(_ Desired, s Seen, _ History, _ Policy, _ time.Time) bool {
			return s.State == backend.StateRunning || s.State == backend.StateCompleted
		}, Active, Wait, 0},
}

// Next decides what follows for a lease. It is a pure function of its arguments.
func Next(d Desired, s Seen, h History, p Policy, now time.Time) Verdict {
	for _, r := range rules {
		if !includes(r.from, h.State) || !r.holds(d, s, h, p, now) {
			continue
		}
		v := Verdict{State: r.state, Command: r.command, Reason: r.reason, Rule: r.name}
		if v.State == "" {
			v.State = h.State
		}
		return v
	}
	return Verdict{State: h.State, Command: Wait, Rule: "nothing new"}
}

func includes(list []State, s State) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
