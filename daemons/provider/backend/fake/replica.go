package fake

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"path"
	"strings"
	"time"

	"github.com/virtengine/virtengine/chain/client/manifest"
	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/backend/backendtest/workload"
	"github.com/virtengine/virtengine/security/safemath"
)

type phase int

const (
	waiting phase = iota
	running
	completedWell
	failedForGood
)

// replica is one copy of a service, run as a goroutine. What observers see of it is guarded by the tenancy.
type replica struct {
	t     *tenancy
	spec  manifest.Service
	index int
	ctx   context.Context
	halt  context.CancelFunc
	done  chan struct{}
	ports map[string]*inside // what the program listens on
	files map[string][]byte  // outside volumes

	phase    phase
	restarts uint64
	message  string
}

func newReplica(t *tenancy, s manifest.Service, index int) *replica {
	ctx, halt := context.WithCancel(context.Background())
	return &replica{t: t, spec: s, index: index, ctx: ctx, halt: halt, done: make(chan struct{}), ports: map[string]*inside{}}
}

func (r *replica) stop() {
	r.halt()
	<-r.done
}

func (r *replica) set(p phase, message string) {
	r.t.mu.Lock()
	defer r.t.mu.Unlock()
	r.phase, r.message = p, message
}

func (r *replica) event(kind, message string) {
	r.t.mu.Lock()
	defer r.t.mu.Unlock()
	r.t.events = append(r.t.events, backend.Event{At: time.Now().UTC(), Service: r.spec.Name, Kind: kind,
		Message: fmt.Sprintf("%s-%d: %s", r.spec.Name, r.index, message)})
}

func (r *replica) run() {
	defer close(r.done)
	for try := 0; ; try++ {
		code := r.live()
		if r.ctx.Err() != nil {
			return
		}
		reason := fmt.Sprintf("exited with code %d", code)
		r.event("exited", reason)
		switch {
		case r.spec.Restart != manifest.RestartAlways && code == 0:
			r.set(completedWell, "")
			return
		case r.spec.Restart == manifest.RestartNever, r.spec.Restart == manifest.RestartOnFailure && try >= r.t.p.Retries:
			r.set(failedForGood, reason)
			return
		}
		r.set(waiting, reason)
		pause := time.NewTimer(r.t.p.RestartDelay)
		select {
		case <-r.ctx.Done():
			pause.Stop()
			return
		case <-pause.C:
		}
		r.t.mu.Lock()
		r.restarts++
		r.t.mu.Unlock()
	}
}

func (r *replica) live() int {
	argv := append(append([]string{}, r.spec.Command...), r.spec.Args...)
	if len(argv) == 0 || argv[0] != Program {
		return 127
	}
	r.t.mu.Lock()
	r.files = map[string][]byte{}
	for _, v := range r.spec.Volumes {
		if !v.Persistent {
			delete(r.t.disks, r.disk(v.Name))
		}
	}
	r.t.mu.Unlock()
	r.set(running, "")
	r.event("started", "started")
	out, errs := &printer{r: r, stream: "stdout"}, &printer{r: r, stream: "stderr"}
	code := workload.Run(r.ctx, r, argv[1:], strings.NewReader(""), out, errs)
	r.t.mu.Lock()
	defer r.t.mu.Unlock()
	for port, l := range r.ports {
		l.Close() // in memory
		delete(r.ports, port)
	}
	return code
}

func (r *replica) disk(volume string) string {
	return fmt.Sprintf("%s/%d/%s", r.spec.Name, r.index, volume)
}

// place is the map a path's bytes are in, under the tenancy's lock.
func (r *replica) place(name string) map[string][]byte {
	for _, v := range r.spec.Volumes {
		if v.Mount != "" && (name == v.Mount || strings.HasPrefix(name, v.Mount+"/")) {
			d := r.t.disks[r.disk(v.Name)]
			if d == nil {
				d = map[string][]byte{}
				r.t.disks[r.disk(v.Name)] = d
			}
			return d
		}
	}
	return r.files
}

// Hostname implements workload.World.
func (r *replica) Hostname() (string, error) { return fmt.Sprintf("%s-%d", r.spec.Name, r.index), nil }

// ReadFile implements workload.World.
func (r *replica) ReadFile(name string) ([]byte, error) {
	r.t.mu.Lock()
	defer r.t.mu.Unlock()
	data, ok := r.place(name)[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return bytes.Clone(data), nil
}

// WriteFile implements workload.World.
func (r *replica) WriteFile(name string, data []byte) error {
	r.t.mu.Lock()
	defer r.t.mu.Unlock()
	r.place(name)[name] = bytes.Clone(data)
	return nil
}

// ReadDir implements workload.World.
func (r *replica) ReadDir(dir string) ([]string, error) {
	r.t.mu.Lock()
	defer r.t.mu.Unlock()
	var names []string
	for name := range r.place(dir) {
		if path.Dir(name) == dir {
			names = append(names, path.Base(name))
		}
	}
	return names, nil
}

// Busy implements workload.World. Its clock counts what a core would; nothing is burnt.
func (r *replica) Busy(ctx context.Context, d time.Duration) {
	const step = 10 * time.Millisecond
	tick := time.NewTicker(step / 10)
	defer tick.Stop()
	for used := time.Duration(0); used < d; used += step {
		r.t.mu.Lock()
		r.t.cpu += safemath.Clamp[uint64](step.Milliseconds()) * 1000
		r.t.mu.Unlock()
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Listen implements workload.World.
func (r *replica) Listen(port string) (net.Listener, error) {
	r.t.mu.Lock()
	defer r.t.mu.Unlock()
	if r.ports[port] != nil {
		return nil, errors.New("port is in use")
	}
	l := &inside{conns: make(chan net.Conn), closed: make(chan struct{})}
	r.ports[port] = l
	return l, nil
}

// printer turns what a program prints into lines.
type printer struct {
	r      *replica
	stream string
	part   []byte
}

func (p *printer) Write(b []byte) (int, error) {
	p.part = append(p.part, b...)
	for {
		i := bytes.IndexByte(p.part, '\n')
		if i < 0 {
			return len(b), nil
		}
		t := p.r.t
		t.mu.Lock()
		t.lines = append(t.lines, backend.LogLine{Service: p.r.spec.Name, Replica: safemath.Clamp[uint32](p.r.index), At: time.Now().UTC(),
			Stream: p.stream, Text: string(p.part[:i])})
		close(t.more)
		t.more = make(chan struct{})
		t.mu.Unlock()
		p.part = p.part[i+1:]
	}
}

// Exec implements backend.Executor.
func (b *Backend) Exec(ctx context.Context, l backend.Lease, e backend.Exec) (int, error) {
	t, err := b.p.find(l)
	if err != nil {
		return 0, err
	}
	t.mu.Lock()
	var r *replica
	if svc := t.services[e.Service]; svc != nil && int(e.Replica) < len(svc.replicas) {
		r = svc.replicas[e.Replica]
	}
	up := r != nil && r.phase == running
	t.mu.Unlock()
	if !up || len(e.Command) == 0 || e.Command[0] != Program {
		return 0, fmt.Errorf("%w: replica %d of %s does not run this", backend.ErrRefused, e.Replica, e.Service)
	}
	in, out, errs := e.Stdin, e.Stdout, e.Stderr
	if in == nil {
		in = strings.NewReader("")
	}
	if out == nil {
		out = io.Discard
	}
	if errs == nil {
		errs = io.Discard
	}
	code := workload.Run(ctx, r, e.Command[1:], in, out, errs)
	return code, ctx.Err()
}
