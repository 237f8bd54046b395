// Package manifest is what a tenant tells its provider to run: the words of it, its canonical bytes and their hash.
//
// The chain keeps only the hash of one group. Tenant, provider and portal share this package, so that the same
// group has the same hash everywhere. The grammar people write is in package sdl.
package manifest

// Manifest is a tenant's whole wish. Each group becomes one order, and so one lease on one provider.
type Manifest struct {
	Groups []Group `json:"groups"`
}

// Group is what one lease runs.
type Group struct {
	Name     string    `json:"name"`     // the placement's name
	Services []Service `json:"services"` // sorted by name
}

// Service is one kind of workload, run as Count equal replicas.
type Service struct {
	Name        string       `json:"name"`              // a DNS label
	Image       string       `json:"image"`             // an OCI image reference; what a short name means is the provider's to say
	Command     []string     `json:"command,omitempty"` // replaces the image's entry point
	Args        []string     `json:"args,omitempty"`    // replaces the image's arguments
	Env         []string     `json:"env,omitempty"`     // NAME=value, sorted by name
	Expose      []Expose     `json:"expose,omitempty"`
	Count       uint32       `json:"count"` // replicas, one or more
	Resources   Resources    `json:"resources"`
	Volumes     []Volume     `json:"volumes,omitempty"` // sorted by name
	Restart     Restart      `json:"restart"`
	Credentials *Credentials `json:"credentials,omitempty"`
}

// Resources is what one replica may use.
type Resources struct {
	CPUMilli    uint64 `json:"cpu_milli"` // thousandths of a core
	MemoryBytes uint64 `json:"memory_bytes"`
	GPUs        []GPU  `json:"gpus,omitempty"`
}

// GPU asks for accelerators of one kind.
type GPU struct {
	Vendor string `json:"vendor"`
	Model  string `json:"model,omitempty"` // empty: any
	Count  uint32 `json:"count"`
}

// Volume is one disk of one replica.
type Volume struct {
	Name       string `json:"name"`
	Class      string `json:"class"`
	Bytes      uint64 `json:"bytes"`
	Persistent bool   `json:"persistent"`      // survives restarts of the replica
	Mount      string `json:"mount,omitempty"` // absolute path inside; empty: the replica's scratch space
	ReadOnly   bool   `json:"read_only,omitempty"`
}

// Expose makes a port of the service reachable.
type Expose struct {
	Port     uint16   `json:"port"` // inside the workload
	As       uint16   `json:"as"`   // as the outside sees it; the provider may map it to another
	Protocol Protocol `json:"protocol"`
	Global   bool     `json:"global"`             // to the internet
	Services []string `json:"services,omitempty"` // to these services of the same group
	Hosts    []string `json:"hosts,omitempty"`    // host names that lead here
}

// Protocol is a transport.
type Protocol string

// The transports a port can have.
const (
	TCP Protocol = "tcp"
	UDP Protocol = "udp"
)

// Restart says what happens when a replica ends.
type Restart string

// The restart policies.
const (
	RestartAlways    Restart = "always"     // a server
	RestartOnFailure Restart = "on-failure" // a batch job that may be retried
	RestartNever     Restart = "never"      // a batch job
)

// Credentials open a private registry. They travel only inside the manifest, over TLS, to the lease's provider.
type Credentials struct {
	Host     string `json:"host"`
	Username string `json:"username"`
	Password string `json:"password"`
}
