package fake

import (
	"fmt"
	"net"
	"net/netip"
	"reflect"
	"sync"
	"time"

	"github.com/virtengine/virtengine/chain/client/manifest"
	"github.com/virtengine/virtengine/daemons/provider/backend"
)

// tenancy is what runs of one lease.
type tenancy struct {
	p        *Platform
	lease    backend.Lease
	epoch    string
	changing sync.Mutex // one change at a time

	mu       sync.Mutex
	spec     backend.Spec
	applied  uint64 // generation in force
	leaving  bool
	services map[string]*service
	disks    map[string]map[string][]byte // service/replica/volume -> path -> bytes
	cpu      uint64                       // milli-CPU milliseconds
	events   []backend.Event
	lines    []backend.LogLine
	more     chan struct{} // closed when a line comes
}

// service is one service and the port that leads to its replicas.
type service struct {
	spec      manifest.Service
	replicas  []*replica
	endpoints []backend.Endpoint
	front     []*front
}

func newTenancy(p *Platform, l backend.Lease, spec backend.Spec, epoch string) *tenancy {
	return &tenancy{p: p, lease: l, epoch: epoch, spec: spec, services: map[string]*service{},
		disks: map[string]map[string][]byte{}, more: make(chan struct{})}
}

func (t *tenancy) wanted() backend.Spec {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.spec
}

// converge makes what runs be what spec says, service by service.
func (t *tenancy) converge(spec backend.Spec, fault func(string)) error {
	t.mu.Lock()
	done := t.applied > spec.Generation || t.applied == spec.Generation && len(t.services) > 0 && !t.leaving
	if !done {
		t.spec, t.leaving = spec, false
	}
	old := t.services
	t.mu.Unlock()
	if done {
		return nil
	}
	next := map[string]*service{}
	for _, s := range spec.Group.Services {
		have := old[s.Name]
		if have != nil && same1(have.spec, s) {
			next[s.Name] = have
			t.scale(have, s)
			continue
		}
		if have != nil {
			t.stop(have)
		}
		made, err := t.start(s, have)
		if err != nil {
			return err
		}
		next[s.Name] = made
		// What was started is known to the platform at once, so that a crash forgets nothing.
		t.mu.Lock()
		t.services[s.Name] = made
		t.mu.Unlock()
		fault("service " + s.Name + " started")
	}
	for name, have := range old {
		if next[name] == nil {
			t.stop(have)
		}
	}
	t.mu.Lock()
	t.services, t.applied = next, spec.Generation
	t.mu.Unlock()
	fault("generation in force")
	return nil
}

// same1 says whether two services differ in no more than their count.
func same1(a, b manifest.Service) bool {
	a.Count = b.Count
	return reflect.DeepEqual(a, b)
}

func (t *tenancy) start(s manifest.Service, before *service) (*service, error) {
	svc := &service{spec: s}
	for _, e := range s.Expose {
		if !e.Global {
			continue
		}
		at := "127.0.0.1:0"
		if before != nil {
			for _, old := range before.endpoints {
				if old.Port == e.Port {
					at = old.Address
				}
			}
		}
		l, err := net.Listen("tcp", at)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", backend.ErrUnavailable, err)
		}
		f := &front{l: l, port: e.Port, svc: svc, t: t}
		go f.serve()
		svc.front = append(svc.front, f)
		addr := netip.MustParseAddrPort(l.Addr().String())
		svc.endpoints = append(svc.endpoints, backend.Endpoint{Port: e.Port, Protocol: e.Protocol, Address: addr.String()})
	}
	t.scale(svc, s)
	return svc, nil
}

func (t *tenancy) scale(svc *service, s manifest.Service) {
	t.mu.Lock()
	svc.spec = s
	for i := len(svc.replicas); i < int(s.Count); i++ {
		r := newReplica(t, svc.spec, i)
		svc.replicas = append(svc.replicas, r)
		go r.run()
	}
	leaving := svc.replicas[s.Count:]
	svc.replicas = svc.replicas[:s.Count:s.Count]
	t.mu.Unlock()
	for _, r := range leaving {
		r.stop()
	}
}

func (t *tenancy) stop(svc *service) {
	for _, f := range svc.front {
		f.l.Close() // nothing is lost in memory
	}
	t.mu.Lock()
	replicas := svc.replicas
	t.mu.Unlock()
	for _, r := range replicas {
		r.stop()
	}
}

func (t *tenancy) leave() {
	t.mu.Lock()
	t.leaving = true
	services := t.services
	t.services = map[string]*service{}
	t.mu.Unlock()
	for _, svc := range services {
		t.stop(svc)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	close(t.more)
	t.more = make(chan struct{})
}

func (t *tenancy) observe() backend.Observed {
	t.mu.Lock()
	defer t.mu.Unlock()
	o := backend.Observed{Generation: t.applied, State: backend.StateCreating}
	if t.leaving {
		o.State = backend.StateDeleting
		return o
	}
	var all, up, completed, failed int
	for _, s := range t.spec.Group.Services {
		svc := t.services[s.Name]
		one := backend.Service{Name: s.Name, Desired: s.Count}
		all += int(s.Count)
		if svc != nil {
			one.Endpoints = svc.endpoints
			for _, r := range svc.replicas {
				one.Restarts += r.restarts
				switch r.phase {
				case running:
					one.Ready++
					up++
				case completedWell:
					completed++
				case failedForGood:
					failed++
				}
				if r.message != "" {
					one.Message, o.Message = r.message, s.Name+": "+r.message
				}
			}
		}
		o.Services = append(o.Services, one)
	}
	switch {
	case t.applied != t.spec.Generation:
	case completed == all:
		o.State = backend.StateCompleted
	case up > 0 && up+completed == all:
		o.State = backend.StateRunning
	case up > 0:
		o.State = backend.StateDegraded
	case completed+failed == all:
		o.State = backend.StateFailed
	}
	return o
}

func (t *tenancy) reading() backend.Reading {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := backend.Reading{At: time.Now().UTC(), Epoch: t.epoch, CPUMilliMs: t.cpu}
	for _, svc := range t.services {
		for _, one := range svc.replicas {
			if one.phase == running {
				r.MemoryBytes += 1 << 20
			}
		}
	}
	_, _, r.StorageBytes = needs(t.spec.Group)
	return r
}
