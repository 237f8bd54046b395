// Package leasedir is what the local backend keeps on disk about one lease, and the words in which the daemon and the
// lease's supervisor tell each other what is wanted and what is.
//
//	plan.json        wanted; written by the daemon, read by the supervisor
//	status.json      what is; written by the supervisor, read by the daemon
//	supervisor.json  which process the supervisor is
//	supervisor.lock  held by the supervisor as long as it lives
//	control          the supervisor's socket
//	events           what happened, one JSON object per line
//	logs/            what replicas printed
//	roots/           the upper part of each service's root: /etc/hosts, mount points
//	volumes/         service/replica/volume
package leasedir

import (
	"time"

	"github.com/virtengine/virtengine/chain/client/manifest"
	"github.com/virtengine/virtengine/daemons/provider/backend"
)

// Plan is what should be, with every decision taken: the supervisor needs no configuration beside it.
type Plan struct {
	Lease    backend.Lease `json:"lease"`
	Spec     backend.Spec  `json:"spec"`
	Services []Service     `json:"services"`
	// Deleting says that the lease goes away. Whoever reads it starts nothing any more.
	Deleting bool     `json:"deleting,omitempty"`
	Settings Settings `json:"settings"`
}

// Service is a manifest service with its image found.
type Service struct {
	manifest.Service
	// Lower is the image's root directory on this host; empty for the host's own programs.
	Lower string `json:"lower,omitempty"`
	// HostBinds are directories of the host that are shown read-only, for the host's own programs.
	HostBinds []string `json:"host_binds,omitempty"`
	Argv      []string `json:"argv"`
	Environ   []string `json:"environ"`
	WorkDir   string   `json:"work_dir"`
	UID       uint32   `json:"uid"` // inside
	GID       uint32   `json:"gid"` // inside
}

// Settings are the operator's choices that hold for this lease.
type Settings struct {
	// HostID is the user and group on the host, in the supervisor's own user namespace, that all of the lease runs as.
	HostID uint32 `json:"host_id"`
	// Cgroup is the lease's group below the mounted hierarchies; empty: none is used, limits are weak.
	Cgroup string `json:"cgroup,omitempty"`

	ListenAddress    string        `json:"listen_address"`
	AdvertiseAddress string        `json:"advertise_address"`
	FirstPort        uint16        `json:"first_port"`
	LastPort         uint16        `json:"last_port"`
	TmpBytes         uint64        `json:"tmp_bytes"`
	LogBytes         uint64        `json:"log_bytes"`
	PIDs             uint64        `json:"pids"`
	StopGrace        time.Duration `json:"stop_grace"`
	RestartDelay     time.Duration `json:"restart_delay"`
	RestartDelayMax  time.Duration `json:"restart_delay_max"`
	Retries          uint32        `json:"retries"` // of on-failure
	CheckEvery       time.Duration `json:"check_every"`
}

// StorageBytes is the disk that the lease has reserved.
func (p Plan) StorageBytes() uint64 {
	var sum uint64
	for _, s := range p.Services {
		for _, v := range s.Volumes {
			sum += v.Bytes * uint64(s.Count)
		}
	}
	return sum
}

// Phase is what one replica is doing.
type Phase string

// The phases of a replica.
const (
	Waiting   Phase = "waiting"   // not started yet
	Starting  Phase = "starting"  // its isolation is being built
	Running   Phase = "running"   // its program runs
	BackOff   Phase = "back-off"  // ended, starts again after a pause
	Completed Phase = "completed" // ended well for good
	Failed    Phase = "failed"    // ended badly for good
)

// Replica is one observed replica.
type Replica struct {
	Index uint32 `json:"index"`
	Phase Phase  `json:"phase"`
	PID   int    `json:"pid,omitempty"` // on the host, of the first process inside
	// StartTick is the process's start in clock ticks since boot: process ids are reused.
	StartTick uint64    `json:"start_tick,omitempty"`
	Since     time.Time `json:"since"` // of the phase
	Restarts  uint64    `json:"restarts"`
	ExitCode  int       `json:"exit_code"` // of the last end
	Message   string    `json:"message,omitempty"`
}

// ServiceStatus is one observed service.
type ServiceStatus struct {
	Name      string             `json:"name"`
	Desired   uint32             `json:"desired"`
	Replicas  []Replica          `json:"replicas"`
	Endpoints []backend.Endpoint `json:"endpoints,omitempty"`
	Message   string             `json:"message,omitempty"`
}

// Status is what the supervisor sees.
type Status struct {
	// Instance changes with each life of a supervisor.
	Instance   string          `json:"instance"`
	Generation uint64          `json:"generation"`
	Services   []ServiceStatus `json:"services"`
	// CPUNanos and MemoryBytes are kept only where no cgroups count.
	CPUNanos    uint64 `json:"cpu_nanos,omitempty"`
	MemoryBytes uint64 `json:"memory_bytes,omitempty"`
}

// Supervisor says which process supervises a lease. A process is named by its id and its start, since ids are reused.
type Supervisor struct {
	PID       int    `json:"pid"`
	StartTick uint64 `json:"start_tick"` // clock ticks since boot
	BootID    string `json:"boot_id"`
	Instance  string `json:"instance"`
}
