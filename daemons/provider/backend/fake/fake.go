// Package fake is a backend in memory, for tests. It passes the contract: its workloads are the contract's own program
// run as goroutines, with real ports on loopback, files in memory and a processor clock.
package fake

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/virtengine/virtengine/chain/client/manifest"
	"github.com/virtengine/virtengine/daemons/provider/backend"
)

// Image and Program are what the platform can run: the program of backendtest/workload.
const (
	Image   = "local/test"
	Program = "/bin/workload"
)

var (
	_ backend.Backend  = (*Backend)(nil)
	_ backend.Logger   = (*Backend)(nil)
	_ backend.Executor = (*Backend)(nil)
	_ backend.Eventer  = (*Backend)(nil)
)

// Platform is what outlives a daemon: the machines and what runs on them.
type Platform struct {
	// Node is what there is. Change it before use.
	Node backend.Node
	// RestartDelay is the pause before a restart, Retries how often a job of on-failure is tried again.
	RestartDelay time.Duration
	Retries      int

	mu     sync.Mutex
	leases map[backend.Lease]*tenancy
	epochs int
}

// NewPlatform is an empty platform of 8 cores, 16 GiB of memory and 100 GiB of disk.
func NewPlatform() *Platform {
	return &Platform{leases: map[backend.Lease]*tenancy{}, RestartDelay: time.Millisecond, Retries: 2,
		Node: backend.Node{Name: "fake", CPUMilli: 8000, MemoryBytes: 16 << 30, StorageBytes: 100 << 30}}
}

// Backend is one daemon's view of a platform.
type Backend struct {
	p     *Platform
	fault func(point string)
}

// New is a backend over a platform. fault, which may be nil, is called wherever a crash would leave something half done.
func New(p *Platform, fault func(point string)) *Backend {
	if fault == nil {
		fault = func(string) {}
	}
	return &Backend{p: p, fault: fault}
}

// same leaves out the owner, which names no lease.
func same(l backend.Lease) backend.Lease {
	l.Owner = ""
	return l
}

func (p *Platform) find(l backend.Lease) (*tenancy, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.leases[same(l)]
	if t == nil {
		return nil, fmt.Errorf("lease %d: %w", l.ID, backend.ErrNotFound)
	}
	return t, nil
}

// Ensure implements backend.Backend.
func (b *Backend) Ensure(ctx context.Context, l backend.Lease, spec backend.Spec) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%w: %w", backend.ErrUnavailable, err)
	}
	t, err := b.p.admit(l, spec)
	if err != nil {
		return err
	}
	b.fault("admitted")
	t.changing.Lock()
	defer t.changing.Unlock()
	return t.converge(spec, b.fault)
}

// admit makes room for a lease, once.
func (p *Platform) admit(l backend.Lease, spec backend.Spec) (*tenancy, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range spec.Group.Services {
		if s.Image != Image {
			return nil, fmt.Errorf("%w: image %s: there is only %s", backend.ErrRefused, s.Image, Image)
		}
	}
	cpu, memory, storage := needs(spec.Group)
	for other, t := range p.leases {
		if other != same(l) {
			c, m, s := needs(t.wanted().Group)
			cpu, memory, storage = cpu+c, memory+m, storage+s
		}
	}
	if cpu > p.Node.CPUMilli || memory > p.Node.MemoryBytes || storage > p.Node.StorageBytes {
		return nil, fmt.Errorf("%w: %d milli-CPU, %d and %d bytes are needed", backend.ErrCapacity, cpu, memory, storage)
	}
	t := p.leases[same(l)]
	if t == nil {
		p.epochs++
		t = newTenancy(p, l, spec, fmt.Sprintf("epoch-%d", p.epochs))
		p.leases[same(l)] = t
	}
	return t, nil
}

func needs(g manifest.Group) (cpu, memory, storage uint64) {
	for _, s := range g.Services {
		n := uint64(s.Count)
		cpu += s.Resources.CPUMilli * n
		memory += s.Resources.MemoryBytes * n
		for _, v := range s.Volumes {
			storage += v.Bytes * n
		}
	}
	return cpu, memory, storage
}

// Observe implements backend.Backend.
func (b *Backend) Observe(_ context.Context, l backend.Lease) (backend.Observed, error) {
	t, err := b.p.find(l)
	if err != nil {
		return backend.Observed{}, err
	}
	return t.observe(), nil
}

// Usage implements backend.Backend: one reading, of now.
func (b *Backend) Usage(_ context.Context, l backend.Lease, _ time.Time) ([]backend.Reading, error) {
	t, err := b.p.find(l)
	if err != nil {
		return nil, err
	}
	return []backend.Reading{t.reading()}, nil
}

// Delete implements backend.Backend.
func (b *Backend) Delete(_ context.Context, l backend.Lease) error {
	t, err := b.p.find(l)
	if err != nil {
		return nil // nothing is there
	}
	t.changing.Lock()
	defer t.changing.Unlock()
	t.leave()
	b.fault("workloads ended")
	b.p.mu.Lock()
	delete(b.p.leases, same(l))
	b.p.mu.Unlock()
	b.fault("forgotten")
	return nil
}

// Inventory implements backend.Backend.
func (b *Backend) Inventory(context.Context) (backend.Inventory, error) {
	b.p.mu.Lock()
	defer b.p.mu.Unlock()
	inv := backend.Inventory{Nodes: []backend.Node{b.p.Node}}
	for _, t := range b.p.leases {
		inv.Leases = append(inv.Leases, t.lease)
	}
	slices.SortFunc(inv.Leases, func(a, b backend.Lease) int {
		if c := strings.Compare(a.ChainID, b.ChainID); c != 0 {
			return c
		}
		return cmp.Compare(a.ID, b.ID)
	})
	return inv, nil
}
