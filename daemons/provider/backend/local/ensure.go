package local

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/virtengine/virtengine/chain/client/manifest"
	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/leasedir"
)

// Ensure implements backend.Backend. It finds images, pulling what is not here, writes the plan and makes a supervisor
// follow it. It returns before the programs run.
func (b *Backend) Ensure(ctx context.Context, lease backend.Lease, spec backend.Spec) error {
	if b.noCgr != nil {
		return fmt.Errorf("%w: limits cannot be enforced on this host: %w; hint: run as root or delegate a cgroup and name it "+
			"in cgroup_parent, or set require_cgroups to false and accept weaker limits", backend.ErrRefused, b.noCgr)
	}
	key := leasedir.Key(lease)
	release, err := b.hold(ctx, key)
	if err != nil {
		return err
	}
	defer release()
	have, err := b.plan(key)
	if err == nil && have.Deleting {
		// A crash interrupted its removal. What is asked for now begins from nothing.
		if err := b.remove(ctx, key, have); err != nil {
			return err
		}
		err = backend.ErrNotFound
	}
	switch {
	case errors.Is(err, backend.ErrNotFound):
		return b.create(ctx, key, lease, spec)
	case err != nil:
		return err
	case spec.Generation > have.Spec.Generation:
		return b.update(ctx, key, have, spec)
	default:
		return b.supervised(ctx, key, have)
	}
}

func (b *Backend) create(ctx context.Context, key string, lease backend.Lease, spec backend.Spec) error {
	set := b.settings(key)
	plan, err := b.draw(ctx, lease, spec, set)
	if err != nil {
		return err
	}
	if err := b.admit(key, &plan); err != nil {
		return err
	}
	b.fault("plan written")
	return b.supervised(ctx, key, plan)
}

func (b *Backend) update(ctx context.Context, key string, have leasedir.Plan, spec backend.Spec) error {
	plan, err := b.draw(ctx, have.Lease, spec, have.Settings)
	if err != nil {
		return err
	}
	if err := b.admit(key, &plan); err != nil {
		return err
	}
	b.fault("plan replaced")
	return b.supervised(ctx, key, plan)
}

// settings are the operator's choices for a new lease. They stay with it.
func (b *Backend) settings(key string) leasedir.Settings {
	c := b.cfg
	set := leasedir.Settings{ListenAddress: c.ListenAddress, AdvertiseAddress: c.AdvertiseAddress, FirstPort: c.FirstPort,
		LastPort: c.LastPort, TmpBytes: c.TmpBytes, LogBytes: c.LogBytes, PIDs: c.PIDs, StopGrace: c.StopGrace,
		RestartDelay: c.RestartDelay, RestartDelayMax: c.RestartDelayMax, Retries: c.Retries, CheckEvery: c.CheckEvery}
	if b.groups != nil {
		set.Cgroup = b.groups.Group(key).Path()
	}
	return set
}

// draw makes a plan of a spec: it refuses what cannot run here and finds every image.
func (b *Backend) draw(ctx context.Context, l backend.Lease, spec backend.Spec, set leasedir.Settings) (leasedir.Plan, error) {
	p := leasedir.Plan{Lease: l, Spec: spec, Settings: set}
	if err := runnable(spec.Group); err != nil {
		return p, err
	}
	for _, svc := range spec.Group.Services {
		img, err := b.images.Find(ctx, svc.Image, svc.Credentials)
		if err != nil {
			return p, fmt.Errorf("service %s: %w", svc.Name, err)
		}
		one := leasedir.Service{Service: svc, Lower: img.Root, HostBinds: img.HostBinds, WorkDir: img.WorkDir,
			UID: img.UID, GID: img.GID}
		one.Credentials = nil // used
		one.Argv = argv(svc, img.Entrypoint, img.Cmd)
		if len(one.Argv) == 0 {
			return p, fmt.Errorf("%w: service %s: image %s names no program; hint: give the service a command",
				backend.ErrRefused, svc.Name, svc.Image)
		}
		one.Environ = environ(img.Env, svc.Env, svc.Name)
		p.Services = append(p.Services, one)
	}
	for i := range p.Spec.Group.Services {
		p.Spec.Group.Services = slices.Clone(p.Spec.Group.Services)
		p.Spec.Group.Services[i].Credentials = nil // never on disk
	}
	return p, nil
}

// argv is the manifest's command and arguments over the image's, each replacing its own, and a command both.
func argv(svc manifest.Service, entrypoint, cmd []string) []string {
	args := cmd
	if len(svc.Command) > 0 {
		entrypoint, args = svc.Command, nil
	}
	if len(svc.Args) > 0 {
		args = svc.Args
	}
	return slices.Concat(entrypoint, args)
}

// admit writes a plan if the machine has room for it beside the others, and gives it an id of the host.
func (b *Backend) admit(key string, p *leasedir.Plan) error {
	// Two leases must not take the same room or the same id, so this is one step.
	b.admission.Lock()
	defer b.admission.Unlock()
	keys, err := b.store.Keys()
	if err != nil {
		return err
	}
	node, err := b.node()
	if err != nil {
		return err
	}
	need, known := needs(*p), false
	used := map[uint32]bool{}
	for _, k := range keys {
		if k == key {
			known = true
			continue
		}
		other, err := b.store.Plan(k)
		if err != nil {
			return err
		}
		used[other.Settings.HostID] = true
		need = need.add(needs(other))
	}
	if err := need.fit(node); err != nil {
		return err
	}
	if known {
		dir, err := b.store.Dir(key)
		if err != nil {
			return err
		}
		return errors.Join(leasedir.WriteJSON(dir, leasedir.PlanFile, p), dir.Close())
	}
	if b.root {
		id := b.cfg.FirstID
		for used[id] {
			id++
		}
		if id >= b.cfg.FirstID+b.cfg.IDs {
			return fmt.Errorf("%w: all %d ids of the host are taken; hint: raise ids", backend.ErrCapacity, b.cfg.IDs)
		}
		p.Settings.HostID = id
	}
	return b.store.Create(*p)
}
