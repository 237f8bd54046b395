package local

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/leasedir"
)

// Observe implements backend.Backend.
func (b *Backend) Observe(_ context.Context, lease backend.Lease) (backend.Observed, error) {
	key := leasedir.Key(lease)
	plan, err := b.plan(key)
	if err != nil {
		return backend.Observed{}, err
	}
	if plan.Deleting {
		return backend.Observed{State: backend.StateDeleting, Generation: plan.Spec.Generation}, nil
	}
	status, err := b.status(key)
	if err != nil {
		return backend.Observed{}, err
	}
	alive, err := b.alive(key)
	if errors.Is(err, fs.ErrNotExist) {
		return backend.Observed{}, fmt.Errorf("lease %s: %w", key, backend.ErrNotFound)
	}
	if err != nil {
		return backend.Observed{}, err
	}
	if alive {
		// What an earlier supervisor wrote last is not what is.
		who, err := b.supervisor(key)
		if err != nil {
			return backend.Observed{}, err
		}
		if who.Instance != status.Instance {
			return backend.Observed{State: backend.StateCreating, Generation: plan.Spec.Generation}, nil
		}
	}
	return observed(plan, status, alive), nil
}

// status is what the supervisor wrote last; empty before it wrote anything.
func (b *Backend) status(key string) (leasedir.Status, error) {
	var st leasedir.Status
	dir, err := b.store.Dir(key)
	if errors.Is(err, fs.ErrNotExist) {
		return st, fmt.Errorf("lease %s: %w", key, backend.ErrNotFound)
	}
	if err != nil {
		return st, err
	}
	err = leasedir.ReadJSON(dir, leasedir.StatusFile, &st)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return st, errors.Join(err, dir.Close())
}

// tally counts replicas by what they do.
type tally struct{ all, up, coming, completed, failed int }

func (t tally) state() backend.State {
	switch {
	case t.all == 0:
		return backend.StateCreating
	case t.completed == t.all:
		return backend.StateCompleted
	case t.up > 0 && t.up+t.completed == t.all:
		return backend.StateRunning
	case t.up > 0:
		return backend.StateDegraded
	case t.coming > 0:
		return backend.StateCreating
	default:
		return backend.StateFailed
	}
}

// observed tells the tenant's view of what the supervisor saw.
func observed(plan leasedir.Plan, st leasedir.Status, alive bool) backend.Observed {
	o := backend.Observed{Generation: st.Generation}
	var t tally
	var why []string
	for _, s := range st.Services {
		one := backend.Service{Name: s.Name, Desired: s.Desired, Endpoints: s.Endpoints, Message: s.Message}
		missing := int(s.Desired) - len(s.Replicas)
		t.all += int(s.Desired)
		t.coming += max(missing, 0)
		for _, r := range s.Replicas {
			one.Restarts += r.Restarts
			switch r.Phase {
			case leasedir.Running:
				if alive { // replicas end with their supervisor
					one.Ready++
					t.up++
				}
				continue
			case leasedir.Completed:
				t.completed++
				continue
			case leasedir.Failed:
				t.failed++
			default:
				t.coming++
			}
			if r.Message != "" && one.Message == "" {
				one.Message = fmt.Sprintf("replica %d: %s", r.Index, r.Message)
			}
		}
		if one.Message != "" {
			why = append(why, s.Name+": "+one.Message)
		}
		o.Services = append(o.Services, one)
	}
	o.State, o.Message = t.state(), strings.Join(why, "; ")
	final := t.all > 0 && t.completed+t.failed == t.all
	switch {
	case !alive && !final:
		o.State, o.Message = backend.StateUnknown, "the lease's supervisor is gone; the daemon starts another one"
	case st.Generation != plan.Spec.Generation:
		o.State = backend.StateCreating
	}
	return o
}

// Usage implements backend.Backend: one reading, of now.
func (b *Backend) Usage(_ context.Context, lease backend.Lease, _ time.Time) ([]backend.Reading, error) {
	key := leasedir.Key(lease)
	plan, err := b.plan(key)
	if err != nil {
		return nil, err
	}
	r := backend.Reading{At: time.Now().UTC(), StorageBytes: plan.StorageBytes()}
	g, err := b.group(plan)
	if err != nil {
		return nil, err
	}
	if g == nil {
		st, err := b.status(key)
		if err != nil {
			return nil, err
		}
		r.Epoch, r.CPUMilliMs, r.MemoryBytes = "supervisor-"+st.Instance, st.CPUNanos/1000, st.MemoryBytes
		return []backend.Reading{r}, nil
	}
	there, err := g.Exists()
	if err != nil {
		return nil, err
	}
	if !there {
		// Made with the first supervisor, and gone when the machine started again: nothing runs and nothing is counted.
		return nil, fmt.Errorf("%w: lease %s has no counters until it is ensured", backend.ErrUnavailable, key)
	}
	if r.Epoch, err = g.Epoch(); err != nil {
		return nil, err
	}
	nanos, err := g.CPUNanos()
	if err != nil {
		return nil, err
	}
	r.CPUMilliMs = nanos / 1000 // a nanosecond of one core is a thousandth of a milli-CPU millisecond
	r.MemoryBytes, err = g.MemoryBytes()
	return []backend.Reading{r}, err
}
