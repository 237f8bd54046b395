package supervise

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/virtengine/virtengine/chain/client/manifest"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/cgroup"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/leasedir"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/proctree"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/sandbox"
	"github.com/virtengine/virtengine/security/safemath"
)

// replica is one copy of a service: at most one isolated process tree at a time.
type replica struct {
	svc   *service
	index uint32
	ctx   context.Context // ends when the replica is to stop
	halt  context.CancelFunc
	done  chan struct{}

	mu      sync.Mutex
	now     leasedir.Replica
	process *sandbox.Process
	cpuPast uint64 // nanoseconds of its earlier lives, without cgroups
	cpuLive uint64 // of this life, as last seen
	memory  uint64 // of this life, as last seen
	over    string // why the supervisor ended this life, if it did
}

func newReplica(svc *service, index uint32, past leasedir.Replica) *replica {
	ctx, halt := context.WithCancel(context.Background())
	r := &replica{svc: svc, index: index, ctx: ctx, halt: halt, done: make(chan struct{})}
	r.now = leasedir.Replica{Index: index, Phase: leasedir.Waiting, Since: time.Now().UTC(), Restarts: past.Restarts,
		ExitCode: past.ExitCode, Message: past.Message}
	switch {
	case past.Phase == leasedir.Completed || past.Phase == leasedir.Failed:
		r.now.Phase, r.now.Since = past.Phase, past.Since // for good, whoever supervises
	case past.Phase == leasedir.Starting || past.Phase == leasedir.Running:
		if svc.plan.Restart == manifest.RestartNever {
			r.now.Phase = leasedir.Failed
			r.now.Message = "interrupted: the machine or the lease's supervisor ended, and its restart policy is never"
		} else {
			r.now.Restarts++
		}
	}
	return r
}

func (r *replica) name() string { return fmt.Sprintf("%s-%d", r.svc.plan.Name, r.index) }

// run lives the replica's lives until one is final or it is stopped.
func (r *replica) run() {
	defer close(r.done)
	defer r.svc.s.changed()
	if p := r.status().Phase; p == leasedir.Completed || p == leasedir.Failed {
		return
	}
	for try := uint32(0); ; {
		began := time.Now()
		code, reason := r.live()
		if r.ctx.Err() != nil {
			return
		}
		r.svc.s.event(r.svc.plan.Name, "exited", fmt.Sprintf("%s: %s", r.name(), reason))
		if time.Since(began) > r.svc.settings.RestartDelayMax {
			try = 0 // it was well for long
		}
		if r.final(code, reason, try) {
			return
		}
		if !r.pause(r.delay(try), code, reason) {
			return
		}
		try++
	}
}

// final records an end that is not followed by a restart.
func (r *replica) final(code int, reason string, try uint32) bool {
	policy := r.svc.plan.Restart
	switch {
	case policy == manifest.RestartAlways:
		return false
	case code == 0:
		r.set(func(now *leasedir.Replica) { now.Phase, now.ExitCode, now.Message = leasedir.Completed, 0, "" })
	case policy == manifest.RestartOnFailure && try < r.svc.settings.Retries:
		return false
	default:
		r.set(func(now *leasedir.Replica) { now.Phase, now.ExitCode, now.Message = leasedir.Failed, code, reason })
	}
	return true
}

func (r *replica) delay(try uint32) time.Duration {
	d := r.svc.settings.RestartDelay
	for range try {
		d = min(2*d, r.svc.settings.RestartDelayMax)
	}
	return d
}

func (r *replica) pause(d time.Duration, code int, reason string) bool {
	r.set(func(now *leasedir.Replica) { now.Phase, now.ExitCode, now.Message = leasedir.BackOff, code, reason })
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		r.set(func(now *leasedir.Replica) { now.Restarts++ })
		return true
	case <-r.ctx.Done():
		return false
	}
}

// live starts the replica once and waits for its end. The code is 127 when it could not start, as a shell says it.
func (r *replica) live() (int, string) {
	r.set(func(now *leasedir.Replica) { now.Phase, now.PID = leasedir.Starting, 0 })
	// On disk before anything runs: a job that must not run twice is known to have run.
	if err := r.svc.s.flush(); err != nil {
		return 127, fmt.Sprintf("cannot write status: %v", err)
	}
	group, err := r.makeGroup()
	if err != nil {
		return 127, fmt.Sprintf("cannot limit: %v", err)
	}
	logs, err := r.openLog()
	if err != nil {
		return 127, fmt.Sprintf("cannot write logs: %v", err)
	}
	p, err := r.begin(group, logs)
	if err != nil {
		r.svc.s.logFailure(r.svc.plan.Name, errors.Join(logs.finish(), r.clear(group)))
		return 127, err.Error()
	}
	r.mu.Lock()
	r.process, r.over, r.cpuLive = p, "", 0
	r.mu.Unlock()
	who, err := proctree.Read(p.PID)
	r.svc.s.logFailure(r.svc.plan.Name, err)
	r.set(func(now *leasedir.Replica) {
		now.Phase, now.PID, now.StartTick = leasedir.Running, p.PID, who.StartTick
	})
	r.svc.s.event(r.svc.plan.Name, "started", r.name())
	ended := make(chan struct{})
	go r.endWhenAsked(p, ended)
	state, err := p.Wait()
	close(ended)
	r.mu.Lock()
	r.process = nil
	over := r.over
	if state != nil {
		used := safemath.Clamp[uint64](state.UserTime() + state.SystemTime())
		r.cpuPast += max(used, r.cpuLive)
		r.cpuLive = 0
	}
	r.mu.Unlock()
	killed := r.oom(group)
	r.svc.s.logFailure(r.svc.plan.Name, errors.Join(err, logs.finish(), r.clear(group)))
	if state == nil {
		return 127, "its end could not be read"
	}
	return verdict(state, over, killed)
}

func verdict(state *os.ProcessState, over string, oom bool) (int, string) {
	ws, ok := state.Sys().(syscall.WaitStatus)
	switch {
	case over != "":
		return 137, over
	case ok && ws.Signaled() && oom:
		return 128 + int(ws.Signal()), "ended by the kernel: out of its memory limit"
	case ok && ws.Signaled():
		return 128 + int(ws.Signal()), fmt.Sprintf("ended by signal %d (%s)", int(ws.Signal()), unix.SignalName(ws.Signal()))
	default:
		return state.ExitCode(), fmt.Sprintf("exited with code %d", state.ExitCode())
	}
}

// endWhenAsked asks the program to end when the replica is stopped, and makes it after the grace period.
func (r *replica) endWhenAsked(p *sandbox.Process, ended <-chan struct{}) {
	select {
	case <-ended:
		return
	case <-r.ctx.Done():
	}
	if r.endReason() == "" {
		r.svc.s.logFailure(r.svc.plan.Name, p.Signal(unix.SIGTERM))
		t := time.NewTimer(r.svc.settings.StopGrace)
		defer t.Stop()
		select {
		case <-ended:
			return
		case <-t.C:
		}
	}
	r.svc.s.logFailure(r.svc.plan.Name, p.Signal(unix.SIGKILL))
}

func (r *replica) endReason() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.over
}

// end kills this life of the replica because of reason; its restart policy decides what follows.
func (r *replica) end(reason string) {
	r.mu.Lock()
	p := r.process
	r.over = reason
	r.mu.Unlock()
	r.svc.s.event(r.svc.plan.Name, "limit", fmt.Sprintf("%s: %s", r.name(), reason))
	if p != nil {
		r.svc.s.logFailure(r.svc.plan.Name, p.Signal(unix.SIGKILL))
	}
}

// stop ends the replica for good and returns when nothing of it runs.
func (r *replica) stop() {
	r.halt()
	<-r.done
}

func (r *replica) makeGroup() (*cgroup.Group, error) {
	if r.svc.s.group == nil {
		return nil, nil
	}
	g := r.svc.s.group.Child(r.name())
	if err := g.Make(false); err != nil {
		return nil, err
	}
	res := r.svc.plan.Resources
	return g, g.Limit(cgroup.Limits{CPUMilli: res.CPUMilli, MemoryBytes: res.MemoryBytes, PIDs: r.svc.settings.PIDs})
}

func (r *replica) oom(g *cgroup.Group) bool {
	if g == nil {
		return false
	}
	n, err := g.OOMKills()
	r.svc.s.logFailure(r.svc.plan.Name, err)
	return n > 0
}

func (r *replica) clear(g *cgroup.Group) error {
	if g == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	return errors.Join(g.Kill(ctx), g.Remove(ctx))
}

func (r *replica) set(change func(*leasedir.Replica)) {
	r.mu.Lock()
	before := r.now.Phase
	change(&r.now)
	if r.now.Phase != before {
		r.now.Since = time.Now().UTC()
	}
	if r.now.Phase != leasedir.Running {
		r.now.PID, r.now.StartTick = 0, 0
	}
	r.mu.Unlock()
	r.svc.s.changed()
}

func (r *replica) status() leasedir.Replica {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

func (r *replica) network() *os.File {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.process == nil {
		return nil
	}
	return r.process.Net
}

func (r *replica) cpuNanos() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.cpuPast + r.cpuLive
}

func (r *replica) memoryBytes() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.process == nil {
		return 0
	}
	return r.memory
}
