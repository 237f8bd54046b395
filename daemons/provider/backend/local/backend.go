// Package local runs leases on one Linux machine, root or not, with what the kernel gives: namespaces, control groups,
// a read-only root and a filter of system calls. See README.md.
package local

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/cgroup"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/image"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/leasedir"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/spawn"
	"github.com/virtengine/virtengine/security/entropy"
	"github.com/virtengine/virtengine/security/paths"
)

var (
	_ backend.Backend  = (*Backend)(nil)
	_ backend.Logger   = (*Backend)(nil)
	_ backend.Executor = (*Backend)(nil)
	_ backend.Eventer  = (*Backend)(nil)
)

// Backend is the local backend. Workloads run in processes of their own and go on when it ends.
type Backend struct {
	cfg     Config
	store   *leasedir.Store
	images  *image.Store
	groups  *cgroup.Tree // nil: the operator accepts weak limits and there are none
	noCgr   error        // why groups is nil although it is required
	program string       // path of the program that supervisors and replicas run
	root    bool         // real root: leases run as ids of their own
	state   *paths.Dir
	lock    *paths.Lock

	mu    sync.Mutex
	busy  map[string]chan struct{} // one call that changes a lease at a time
	fault func(point string)       // a test's simulated crash; nothing otherwise

	admission sync.Mutex // of room and ids
}

// New opens the backend over its state directory and brings back the leases that ran there. The machine may have
// started again since.
func New(cfg Config) (*Backend, error) { return open(cfg, func(string) {}) }

func open(cfg Config, fault func(string)) (*Backend, error) {
	cfg, err := cfg.complete()
	if err != nil {
		return nil, err
	}
	b := &Backend{cfg: cfg, root: os.Geteuid() == 0, busy: map[string]chan struct{}{}, fault: fault}
	if b.state, err = paths.MakeDir(cfg.StateDir); err != nil {
		return nil, fmt.Errorf("%w: state_dir: %w", ErrConfig, err)
	}
	if err := b.takeLock(); err != nil {
		return nil, errors.Join(err, b.state.Close())
	}
	if err := b.prepare(); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

func (b *Backend) prepare() error {
	if b.root {
		if err := idsAreMapped(b.cfg.FirstID, b.cfg.IDs); err != nil {
			return err
		}
	}
	var err error
	if b.program, err = spawn.Program(b.cfg.StateDir); err != nil {
		return err
	}
	if b.store, err = leasedir.Open(b.cfg.StateDir); err != nil {
		return err
	}
	if b.images, err = image.Open(image.Config{Local: b.cfg.ImagesDir, Cache: b.cfg.StateDir, Registries: b.cfg.Registries,
		Insecure: b.cfg.InsecureRegistries, MaxBytes: b.cfg.MaxImageBytes, MaxFiles: b.cfg.MaxImageFiles,
		AllowHost: b.cfg.AllowHost}); err != nil {
		return err
	}
	id, err := b.identity()
	if err != nil {
		return err
	}
	b.groups, err = cgroup.Find(filepath.Join(b.cfg.CgroupParent, id))
	if err != nil {
		b.groups = nil
		if *b.cfg.RequireCgroups {
			b.noCgr = err // leases are refused with it, those that exist can still be deleted
		}
	}
	if err := b.store.Sweep(); err != nil {
		return fmt.Errorf("sweep %s: %w", b.cfg.StateDir, err)
	}
	return b.adopt()
}

// adopt looks at every lease on disk: one whose supervisor lives is left alone, one whose supervisor is gone gets another.
func (b *Backend) adopt() error {
	keys, err := b.store.Keys()
	if err != nil {
		return err
	}
	for _, key := range keys {
		plan, err := b.store.Plan(key)
		if err != nil {
			return fmt.Errorf("lease %s: %w", key, err)
		}
		if plan.Deleting || b.noCgr != nil {
			continue
		}
		if err := b.supervised(context.Background(), key, plan); err != nil {
			return fmt.Errorf("lease %s: %w", key, err)
		}
	}
	return nil
}

// identity is a name of this state directory that no other has, so that two daemons on one machine never take each
// other's control groups for their own.
func (b *Backend) identity() (string, error) {
	id, err := b.state.ReadFile("identity", 64)
	if !errors.Is(err, fs.ErrNotExist) {
		return string(id), err
	}
	token, err := entropy.Token()
	if err != nil {
		return "", err
	}
	token = strings.ToLower(token)
	return token, b.state.WriteFile("identity", []byte(token), paths.Private)
}

// takeLock keeps a second daemon off the state directory.
func (b *Backend) takeLock() error {
	var err error
	if b.lock, err = b.state.Lock("daemon.lock"); err != nil {
		return fmt.Errorf("%w: state_dir is in use by another daemon: %w", ErrConfig, err)
	}
	return nil
}

// Close lets another daemon have the state directory. Leases go on.
func (b *Backend) Close() error {
	var err error
	unused := false
	if b.store != nil {
		keys, listed := b.store.Keys()
		unused = listed == nil && len(keys) == 0
		err = errors.Join(listed, b.store.Close())
	}
	if b.groups != nil && unused {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		err = errors.Join(err, b.groups.Prune(ctx, supervisors))
	}
	if b.images != nil {
		err = errors.Join(err, b.images.Close())
	}
	return errors.Join(err, b.lock.Close(), b.state.Close())
}

// idsAreMapped says whether this process may give a range of user ids away.
func idsAreMapped(first, n uint32) error {
	for _, file := range []string{"/proc/self/uid_map", "/proc/self/gid_map"} {
		data, err := paths.ReadKernel(file)
		if err != nil {
			return err
		}
		ok := false
		for line := range strings.Lines(string(data)) {
			var inside, outside, length uint64
			if _, err := fmt.Sscan(line, &inside, &outside, &length); err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
			ok = ok || uint64(first) >= inside && uint64(first)+uint64(n) <= inside+length
		}
		if !ok {
			return fmt.Errorf("%w: first_id %d and ids %d: not all of them exist in this user namespace; hint: choose "+
				"others by %s", ErrConfig, first, n, file)
		}
	}
	return nil
}

// hold makes the caller the only one that changes a lease, until the answer is called.
func (b *Backend) hold(ctx context.Context, key string) (func(), error) {
	for {
		b.mu.Lock()
		wait, taken := b.busy[key]
		if !taken {
			mine := make(chan struct{})
			b.busy[key] = mine
			b.mu.Unlock()
			return func() {
				b.mu.Lock()
				delete(b.busy, key)
				b.mu.Unlock()
				close(mine)
			}, nil
		}
		b.mu.Unlock()
		select {
		case <-wait:
		case <-ctx.Done():
			return nil, fmt.Errorf("%w: lease %s is being changed: %w", backend.ErrUnavailable, key, ctx.Err())
		}
	}
}

// plan reads a lease's plan, or says that there is no lease.
func (b *Backend) plan(key string) (leasedir.Plan, error) {
	p, err := b.store.Plan(key)
	if errors.Is(err, fs.ErrNotExist) {
		return p, fmt.Errorf("lease %s: %w", key, backend.ErrNotFound)
	}
	return p, err
}
