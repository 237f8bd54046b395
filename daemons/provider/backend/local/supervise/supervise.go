// Package supervise is the process that keeps one lease running. It outlives the daemon that started it.
//
// It reads plan.json, makes the world look like it, and writes status.json. Nothing else holds the lease up: when the
// supervisor dies, the kernel ends every replica, and the daemon starts another supervisor over the same directory.
package supervise

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"net"
	"os"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/virtengine/virtengine/daemons/provider/backend/local/cgroup"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/forward"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/leasedir"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/proctree"
	"github.com/virtengine/virtengine/security/entropy"
	"github.com/virtengine/virtengine/security/paths"
	"github.com/virtengine/virtengine/security/redact"
)

type supervisor struct {
	path   string
	dir    *os.Root
	log    *slog.Logger
	group  *cgroup.Group // nil without cgroups
	forks  chan func()   // what must run on the thread that lives as long as we do
	events *eventLog

	turn     sync.Mutex // of converge; taken before mu
	mu       sync.Mutex // taken before a service's, and that before a replica's; never held while one is waited for
	plan     leasedir.Plan
	services map[string]*service
	before   leasedir.Status // of the supervisor before this one
	instance string
	dirty    chan struct{}
	writing  sync.Mutex // of status.json
	hub      *forward.Hub
	numbers  map[string]uint8 // of services on the hub
	cpuPast  uint64           // nanoseconds of replicas that ended, without cgroups
}

// Run supervises the lease in dir until the lease goes away. It writes its log to stderr.
func Run(dir string) error {
	opened, err := paths.OpenDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // the lease went away before we began
	}
	if err != nil {
		return err
	}
	root := opened.Root()
	instance, err := entropy.Token()
	if err != nil {
		return err
	}
	masked, err := redact.Handler(slog.NewTextHandler(os.Stderr, nil))
	if err != nil {
		return err
	}
	s := &supervisor{path: dir, dir: root, log: slog.New(masked),
		forks: make(chan func()), services: map[string]*service{}, dirty: make(chan struct{}, 1),
		numbers: map[string]uint8{}, instance: instance, events: &eventLog{dir: root}}
	first, err := s.lock()
	if err != nil || !first {
		return err
	}
	if err := leasedir.ReadJSON(root, leasedir.PlanFile, &s.plan); err != nil {
		return err
	}
	if s.plan.Deleting {
		return nil
	}
	err = leasedir.ReadJSON(root, leasedir.StatusFile, &s.before)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.log.Warn("the last status is unreadable, starting over", "error", err)
		s.before = leasedir.Status{}
	}
	if err := s.identify(); err != nil {
		return err
	}
	if s.plan.Settings.Cgroup != "" {
		if s.group, err = cgroup.At(s.plan.Settings.Cgroup); err != nil {
			return err
		}
		// The kernel ended the replicas of the supervisor before us; what they left dying must be gone before we start.
		if err := s.clearLeftovers(); err != nil {
			return err
		}
	}
	if s.hub, err = forward.NewHub(); err != nil {
		return err
	}
	control, err := s.listen()
	if err != nil {
		return err
	}
	go s.serve(control)
	go s.watch()
	go s.writeStatus()
	s.converge(s.plan)
	runtime.LockOSThread() // replicas end with this thread: it never ends before the process does
	for f := range s.forks {
		f()
	}
	return nil
}

// lock makes this the only supervisor of the lease. The lock ends with the process.
func (s *supervisor) lock() (bool, error) {
	f, err := s.dir.OpenFile(leasedir.LockFile, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return false, err
	}
	err = leasedir.TryLock(f)
	if errors.Is(err, leasedir.ErrHeld) {
		return false, f.Close()
	}
	if err != nil {
		return false, err
	}
	held, err := f.Stat()
	if err != nil {
		return false, err
	}
	there, err := s.dir.Stat(leasedir.LockFile)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	keepOpen = f
	return err == nil && os.SameFile(held, there), err
}

// keepOpen holds the lock's file for the life of the process.
var keepOpen *os.File

func (s *supervisor) identify() error {
	self, err := proctree.Read(os.Getpid())
	if err != nil {
		return err
	}
	boot, err := proctree.BootID()
	if err != nil {
		return err
	}
	return leasedir.WriteJSON(s.dir, leasedir.SupervisorFile, leasedir.Supervisor{
		PID: os.Getpid(), StartTick: self.StartTick, BootID: boot, Instance: s.instance})
}

func (s *supervisor) clearLeftovers() error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := s.group.Make(true); err != nil {
		return err
	}
	if err := s.group.Kill(ctx); err != nil {
		return err
	}
	return s.group.Limit(cgroup.Limits{PIDs: leasePIDs(s.plan)}) // Kill stopped forks
}

// leasePIDs is the number of processes of a lease in all.
func leasePIDs(p leasedir.Plan) uint64 {
	var n uint64
	for _, svc := range p.Services {
		n += uint64(svc.Count) * p.Settings.PIDs
	}
	return max(n, p.Settings.PIDs)
}

// onMainThread runs f on the thread that replicas are tied to.
func (s *supervisor) onMainThread(f func() error) error {
	done := make(chan error)
	s.forks <- func() { done <- f() }
	return <-done
}

// reload reads the plan again and converges to it.
func (s *supervisor) reload() error {
	var next leasedir.Plan
	if err := leasedir.ReadJSON(s.dir, leasedir.PlanFile, &next); err != nil {
		return err
	}
	if next.Deleting {
		return nil // the daemon ends us
	}
	s.mu.Lock()
	older := next.Spec.Generation < s.plan.Spec.Generation
	s.mu.Unlock()
	if older {
		return nil
	}
	s.converge(next)
	return nil
}

// converge stops what is not wanted as it runs, and starts what is wanted and does not.
func (s *supervisor) converge(next leasedir.Plan) {
	s.turn.Lock()
	defer s.turn.Unlock()
	s.mu.Lock()
	past := s.before
	s.before = leasedir.Status{}
	s.plan = next
	s.mu.Unlock()
	if past.Generation != next.Spec.Generation {
		past = leasedir.Status{Services: endpointsOnly(past.Services)}
	}
	if s.group != nil {
		if err := s.group.Limit(cgroup.Limits{PIDs: leasePIDs(next)}); err != nil {
			s.log.Error("limit of the lease", "error", err)
		}
	}
	wanted := map[string]leasedir.Service{}
	for _, svc := range next.Services {
		wanted[svc.Name] = svc
	}
	for name, svc := range s.running() {
		w, stays := wanted[name]
		if stays && svc.same(w, next.Settings) && slices.Equal(svc.peers, peersOf(next, name)) {
			continue
		}
		svc.stop(!stays)
		if stays {
			// Its addresses stay where they are.
			past.Services = append(past.Services, leasedir.ServiceStatus{Name: name, Endpoints: svc.endpoints})
		}
		s.mu.Lock()
		delete(s.services, name)
		s.mu.Unlock()
	}
	for _, p := range next.Services {
		svc := s.running()[p.Name]
		if svc == nil {
			svc = newService(s, p, next.Settings, statusOf(past, p.Name))
			svc.peers = peersOf(next, p.Name)
			s.mu.Lock()
			s.services[p.Name] = svc
			s.mu.Unlock()
			svc.publish()
		}
		svc.scale(p.Count)
	}
	s.changed()
}

// running is a copy of the services as they are.
func (s *supervisor) running() map[string]*service {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.services)
}

// endpointsOnly forgets what another generation did but keeps its ports, so that addresses stay.
func endpointsOnly(in []leasedir.ServiceStatus) []leasedir.ServiceStatus {
	var out []leasedir.ServiceStatus
	for _, s := range in {
		out = append(out, leasedir.ServiceStatus{Name: s.Name, Endpoints: s.Endpoints})
	}
	return out
}

func statusOf(st leasedir.Status, name string) leasedir.ServiceStatus {
	for _, s := range st.Services {
		if s.Name == name {
			return s
		}
	}
	return leasedir.ServiceStatus{Name: name}
}

// listen opens the control socket. Its path goes through a descriptor because socket addresses are short.
func (s *supervisor) listen() (*net.UnixListener, error) {
	if err := s.dir.Remove(leasedir.ControlSocket); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	d, err := s.dir.Open(".")
	if err != nil {
		return nil, err
	}
	defer d.Close()
	at := fmt.Sprintf("/proc/self/fd/%d/%s", d.Fd(), leasedir.ControlSocket)
	l, err := net.ListenUnix("unixpacket", &net.UnixAddr{Name: at, Net: "unixpacket"})
	if err != nil {
		return nil, err
	}
	l.SetUnlinkOnClose(false)
	return l, nil
}
