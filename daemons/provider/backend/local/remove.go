package local

import (
	"context"
	"errors"
	"fmt"

	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/leasedir"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/proctree"
)

// Delete implements backend.Backend.
func (b *Backend) Delete(ctx context.Context, lease backend.Lease) error {
	key := leasedir.Key(lease)
	release, err := b.hold(ctx, key)
	if err != nil {
		return err
	}
	defer release()
	plan, err := b.plan(key)
	if errors.Is(err, backend.ErrNotFound) {
		return b.store.Discard(key) // a crash may have left a part of it
	}
	if err != nil {
		return err
	}
	return b.remove(ctx, key, plan)
}

// remove takes a lease away step by step. The intent is written first and goes last, so that a crash anywhere leaves a
// lease that is listed and whose removal can go on.
func (b *Backend) remove(ctx context.Context, key string, plan leasedir.Plan) error {
	if !plan.Deleting {
		plan.Deleting = true
		dir, err := b.store.Dir(key)
		if err != nil {
			return err
		}
		if err := errors.Join(leasedir.WriteJSON(dir, leasedir.PlanFile, plan), dir.Close()); err != nil {
			return err
		}
	}
	b.fault("removal intended")
	lock, err := b.endSupervisor(ctx, key)
	if err != nil {
		return err
	}
	defer lock.Close()
	b.fault("supervisor ended")
	g, err := b.group(plan)
	if err != nil {
		return err
	}
	if g != nil {
		if err := g.Kill(ctx); err != nil {
			return fmt.Errorf("%w: lease %s: %w", backend.ErrUnavailable, key, err)
		}
		b.fault("processes ended")
		if err := g.Remove(ctx); err != nil {
			return fmt.Errorf("%w: lease %s: %w", backend.ErrUnavailable, key, err)
		}
	} else if err := b.awaitReplicas(ctx, key); err != nil {
		return err
	}
	b.fault("cgroups removed")
	return b.store.Discard(key)
}

// awaitReplicas waits, where no cgroup tells, until the kernel has ended the replicas with their supervisor.
func (b *Backend) awaitReplicas(ctx context.Context, key string) error {
	for {
		st, err := b.status(key)
		if err != nil {
			return err
		}
		n := 0
		for _, svc := range st.Services {
			for _, r := range svc.Replicas {
				if r.PID != 0 && proctree.Same(r.PID, r.StartTick) {
					n++
				}
			}
		}
		if n == 0 {
			return nil
		}
		if err := pause(ctx); err != nil {
			return fmt.Errorf("%w: lease %s: %d replicas do not end: %w", backend.ErrUnavailable, key, n, err)
		}
	}
}
