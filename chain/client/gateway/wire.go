// Package gateway is the tenant's side of a provider's gateway: the words of the protocol, and a client.
//
// The gateway speaks HTTPS (TLS 1.3) with the certificate that its provider published on chain. Requests about a lease
// carry a bearer token signed by the tenant's wallet (package authn). Paths and shell frames have the shapes that
// Akash's tools know: docs/protocols/gateway.md lists them.
package gateway

import (
	"time"

	"github.com/virtengine/virtengine/chain/client/manifest"
)

// Version answers GET /version.
type Version struct {
	Version string `json:"version"`
	Chain   string `json:"chain_id"`
	Address string `json:"address"` // the provider, bech32
}

// Status answers GET /lease/{id}/status.
type Status struct {
	Lease      uint64    `json:"lease"`
	State      string    `json:"state"`      // what the provider is doing for the lease
	Workload   string    `json:"workload"`   // what was observed last: creating, running, ...
	Generation uint64    `json:"generation"` // of the manifest that is in force
	Message    string    `json:"message,omitempty"`
	Services   []Service `json:"services,omitempty"`
	Usage      Usage     `json:"usage"`
	Escrow     Escrow    `json:"escrow"`
	Queue      []Task    `json:"queue,omitempty"` // what is waiting to be done
}

// Service is one service of a lease as observed.
type Service struct {
	Name      string     `json:"name"`
	Desired   uint32     `json:"desired"`
	Ready     uint32     `json:"ready"`
	Restarts  uint64     `json:"restarts"`
	Endpoints []Endpoint `json:"endpoints,omitempty"`
	Message   string     `json:"message,omitempty"`
}

// Endpoint is where the outside reaches a port.
type Endpoint struct {
	Port     uint16            `json:"port"` // inside the workload
	Protocol manifest.Protocol `json:"protocol"`
	Address  string            `json:"address"` // host:port
}

// Usage is what was measured since the lease began, recorded on chain or not yet. Amounts are decimal integers in the
// components' units: milli-CPU milliseconds, byte seconds, GPU milliseconds.
type Usage struct {
	Until   time.Time `json:"until"` // the last sample
	CPU     string    `json:"cpu"`
	Memory  string    `json:"memory"`
	Storage string    `json:"storage"`
	GPU     string    `json:"gpu"`
	Gaps    []Gap     `json:"gaps,omitempty"` // not measured, and so not billed
}

// Gap is a stretch of time that was not measured.
type Gap struct {
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
}

// Escrow forecasts the lease's funds. It is absent (DrainHeight 0) while nothing drains.
type Escrow struct {
	Free        string `json:"free"` // uve
	DrainHeight int64  `json:"drain_height"`
	BlocksLeft  int64  `json:"blocks_left"`
}

// Task is something the provider is about to do for the lease, or gave up on.
type Task struct {
	Kind      string    `json:"kind"`
	State     string    `json:"state"`
	Attempts  int       `json:"attempts"`
	Due       time.Time `json:"due"`
	LastError string    `json:"last_error,omitempty"`
}

// LogLine is one line a replica printed. Logs come as one JSON text message each.
type LogLine struct {
	Service string    `json:"service"`
	Replica uint32    `json:"replica"`
	At      time.Time `json:"at"`
	Stream  string    `json:"stream"` // stdout or stderr
	Text    string    `json:"text"`
}

// Event is something that happened to a lease.
type Event struct {
	At      time.Time `json:"at"`
	Service string    `json:"service,omitempty"`
	Kind    string    `json:"kind"`
	Message string    `json:"message"`
}

// Problem is the body of every refusal: what, which, next.
type Problem struct {
	Code    string `json:"code"` // stable, for programs
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

// Frames of a shell, the first byte of each binary message. The codes are those of Akash's gateway.
const (
	FrameStdout  byte = 100
	FrameStderr  byte = 101
	FrameResult  byte = 102 // JSON {"exit_code":n}
	FrameFailure byte = 103 // JSON Problem
	FrameStdin   byte = 104 // without payload: end of input
	FrameResize  byte = 105 // two big-endian uint16: columns, rows
)

// ShellResult is the payload of FrameResult.
type ShellResult struct {
	ExitCode int `json:"exit_code"`
}
