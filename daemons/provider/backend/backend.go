// Package backend is the port between the provider daemon and what it runs leases on.
//
// An adapter exists when it passes backendtest.Run. Calls are idempotent per lease, since the daemon retries blindly
// after a crash, and safe for concurrent use. What one platform cannot do is an interface it does not implement,
// never a quiet no-op.
package backend

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/virtengine/virtengine/chain/client/manifest"
)

// Errors every adapter answers with, wrapped with what it knows.
var (
	// ErrNotFound says that nothing of this lease exists on the platform.
	ErrNotFound = errors.New("no such lease on this backend")
	// ErrCapacity says that the platform has no room now. Trying again later may help.
	ErrCapacity = errors.New("not enough capacity")
	// ErrRefused says that this lease can never run here as asked: an unknown image, a forbidden option.
	// Trying again does not help.
	ErrRefused = errors.New("refused by the backend")
	// ErrUnavailable says that the platform did not answer. It tells nothing about the lease.
	ErrUnavailable = errors.New("backend is unavailable")
)

// Lease names what a call is about.
type Lease struct {
	ChainID  string `json:"chain_id"`
	ID       uint64 `json:"id"`
	Provider string `json:"provider"` // bech32
	Owner    string `json:"owner"`    // bech32
}

// Spec is what should run.
type Spec struct {
	Generation uint64         `json:"generation"` // rises with each manifest; an older one than what runs is ignored
	Group      manifest.Group `json:"group"`
}

// Backend runs leases on one kind of infrastructure.
type Backend interface {
	// Ensure makes the platform run spec for lease, creating or converging what is there.
	// It may return before the workload runs: Observe tells.
	Ensure(ctx context.Context, lease Lease, spec Spec) error
	// Observe tells what is there, never what was asked for. ErrNotFound where nothing is.
	Observe(ctx context.Context, lease Lease) (Observed, error)
	// Usage returns readings of the platform's own counters taken after since, oldest first. A platform without
	// history returns one reading, of now. ErrNotFound where nothing is.
	Usage(ctx context.Context, lease Lease, since time.Time) ([]Reading, error)
	// Delete removes all of lease: processes, networks, addresses, volumes. Deleting nothing is success.
	// It returns once nothing is left.
	Delete(ctx context.Context, lease Lease) error
	// Inventory tells what the platform has, and which leases of this provider it holds.
	Inventory(ctx context.Context) (Inventory, error)
}

// State is what a workload is doing.
type State string

// The states a workload can be observed in. A platform state that maps to none of them is StateUnknown.
const (
	StateCreating  State = "creating"
	StateRunning   State = "running"   // every replica of every service is up
	StateDegraded  State = "degraded"  // some replicas are up
	StateCompleted State = "completed" // every replica ended well and is not to be restarted
	StateFailed    State = "failed"    // no replica is up and none will come up by itself
	StateDeleting  State = "deleting"
	StateUnknown   State = "unknown"
)

// Observed is what is there.
type Observed struct {
	State      State     `json:"state"`
	Generation uint64    `json:"generation"` // of the spec that is in force
	Services   []Service `json:"services"`
	Message    string    `json:"message,omitempty"` // why it is not running, in words a tenant understands
}

// Service is one observed service.
type Service struct {
	Name      string     `json:"name"`
	Desired   uint32     `json:"desired"`
	Ready     uint32     `json:"ready"`
	Restarts  uint64     `json:"restarts"`
	Endpoints []Endpoint `json:"endpoints,omitempty"`
	Message   string     `json:"message,omitempty"`
}

// Endpoint is where the outside reaches a port of a service.
type Endpoint struct {
	Port     uint16            `json:"port"` // inside the workload
	Protocol manifest.Protocol `json:"protocol"`
	Address  string            `json:"address"` // host:port
}

// Reading is a lease's counters at one moment.
type Reading struct {
	At time.Time `json:"at"`
	// Epoch changes when the counters began again from zero.
	Epoch string `json:"epoch"`
	// CPUMilliMs is processor time used since the epoch began, in milli-CPU milliseconds
	// (one core busy for one second is 1,000,000).
	CPUMilliMs uint64 `json:"cpu_milli_ms"`
	// MemoryBytes, StorageBytes and GPUs are held at this moment.
	MemoryBytes  uint64 `json:"memory_bytes"`
	StorageBytes uint64 `json:"storage_bytes"`
	GPUs         uint32 `json:"gpus"`
}

// Inventory is what a platform has.
type Inventory struct {
	Nodes  []Node  `json:"nodes"`
	Leases []Lease `json:"leases"` // every lease of which anything exists, wanted or not
}

// Node is one machine, or one pool that places freely within itself. A replica must fit on one node.
type Node struct {
	Name         string         `json:"name"`
	CPUMilli     uint64         `json:"cpu_milli"` // allocatable in all
	MemoryBytes  uint64         `json:"memory_bytes"`
	StorageBytes uint64         `json:"storage_bytes"`
	GPUs         []manifest.GPU `json:"gpus,omitempty"`
}

// Logger is a backend that keeps what workloads print.
type Logger interface {
	// Logs streams lines. It ends at the end of what is there, or with ctx when q.Follow.
	Logs(ctx context.Context, lease Lease, q LogQuery, yield func(LogLine) error) error
}

// LogQuery chooses log lines.
type LogQuery struct {
	Service string // empty: all
	Tail    int    // the last so many lines of each replica; 0: all kept
	Follow  bool
}

// LogLine is one line a replica printed.
type LogLine struct {
	Service string    `json:"service"`
	Replica uint32    `json:"replica"`
	At      time.Time `json:"at"`
	Stream  string    `json:"stream"` // stdout or stderr
	Text    string    `json:"text"`
}

// Executor is a backend that can run a command beside a workload, inside its isolation.
type Executor interface {
	// Exec runs a command and returns its exit code. The workload's limits hold for it too.
	Exec(ctx context.Context, lease Lease, e Exec) (int, error)
}

// Exec is a command to run in a replica.
type Exec struct {
	Service string
	Replica uint32
	Command []string
	TTY     bool
	Stdin   io.Reader // nil: closed
	Stdout  io.Writer
	Stderr  io.Writer
	Resize  <-chan Size // nil without TTY
}

// Size is a terminal's size in characters.
type Size struct{ Columns, Rows uint16 }

// Eventer is a backend that remembers what happened to a lease.
type Eventer interface {
	// Events returns what happened after since, oldest first.
	Events(ctx context.Context, lease Lease, since time.Time) ([]Event, error)
}

// Event is something that happened to a lease.
type Event struct {
	At      time.Time `json:"at"`
	Service string    `json:"service,omitempty"`
	Kind    string    `json:"kind"` // started, exited, restarted, image, limit, error
	Message string    `json:"message"`
}
