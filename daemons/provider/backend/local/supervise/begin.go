package supervise

import (
	"errors"
	"fmt"
	"os"
	"path"
	"strconv"
	"sync"
	"time"

	"github.com/virtengine/virtengine/chain/client/manifest"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/cgroup"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/forward"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/leasedir"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/logfile"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/sandbox"
)

// begin builds the replica's isolation, puts it under its limits and lets its program run.
func (r *replica) begin(group *cgroup.Group, logs *output) (*sandbox.Process, error) {
	plan, set := r.svc.plan, r.svc.settings
	root, binds, err := r.svc.root()
	if err != nil {
		return nil, fmt.Errorf("root of %s: %w", plan.Name, err)
	}
	trees := binds
	defer func() {
		for _, m := range trees {
			r.svc.s.logFailure(plan.Name, m.Tree.Close())
		}
		r.svc.s.logFailure(plan.Name, root.Close())
	}()
	if err := r.wipe(false); err != nil {
		return nil, err
	}
	volumes, err := r.volumes()
	trees = append(trees, volumes...)
	if err != nil {
		return nil, err
	}
	c := sandbox.Config{Hostname: r.name(), Argv: plan.Argv, Env: plan.Environ, WorkDir: plan.WorkDir,
		UID: plan.UID, GID: plan.GID, HostID: set.HostID, TmpBytes: min(set.TmpBytes, max(plan.Resources.MemoryBytes/2, 1<<20)),
		Root: root, Mounts: trees, OwnCgroup: group != nil}
	if group == nil {
		c.AddressBytes, c.Processes = weakLimits(plan.Resources.MemoryBytes, leasePIDs(r.svc.s.current()))
	}
	var p *sandbox.Process
	err = r.svc.s.onMainThread(func() (err error) {
		p, err = sandbox.Prepare(c, logs.stdout.write, logs.stderr.write)
		return err
	})
	logs.started()
	if err != nil {
		return nil, err
	}
	err = forward.LoopbackUp(p.Net)
	if err == nil && len(r.svc.peers) > 0 {
		err = r.svc.s.hub.Join(p.Net)
	}
	if err == nil && group != nil {
		err = group.Add(p.PID)
	}
	if err != nil {
		return nil, errors.Join(err, p.Abandon())
	}
	return p, p.Go()
}

// weakLimits are what a process can be held to without cgroups. Programs map much more than they use, so the address
// space is bounded loosely; the watcher ends a replica whose memory in use is over its limit.
func weakLimits(memory, processes uint64) (uint64, uint64) {
	return memory*4 + 4<<30, processes
}

func (s *supervisor) current() leasedir.Plan {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.plan
}

// volumeDir is where a volume of this replica is, below the lease's directory.
func (r *replica) volumeDir() string {
	return path.Join(leasedir.VolumesDir, r.svc.plan.Name, strconv.FormatUint(uint64(r.index), 10))
}

// volumes makes the replica's volumes, if they are not there, and clones a mount of each.
func (r *replica) volumes() ([]sandbox.Mount, error) {
	var out []sandbox.Mount
	for _, v := range r.svc.plan.Volumes {
		m, err := r.volume(v)
		if err != nil {
			return out, fmt.Errorf("volume %s: %w", v.Name, err)
		}
		out = append(out, m)
	}
	return out, nil
}

func (r *replica) volume(v manifest.Volume) (sandbox.Mount, error) {
	m := sandbox.Mount{Target: v.Mount}
	if m.Target == "" {
		m.Target = "/tmp"
	}
	at, lease := path.Join(r.volumeDir(), v.Name), r.svc.s.dir
	if err := lease.MkdirAll(r.volumeDir(), 0o700); err != nil {
		return m, err
	}
	err := lease.Mkdir(at, 0o700)
	if err != nil && !errors.Is(err, os.ErrExist) {
		return m, err
	}
	id := int(r.svc.settings.HostID)
	if err := lease.Lchown(at, id, id); err != nil {
		return m, err
	}
	dir, err := lease.Open(at)
	if err != nil {
		return m, err
	}
	m.Tree, err = sandbox.Tree(dir, v.ReadOnly)
	return m, errors.Join(err, dir.Close())
}

// wipe removes the replica's volumes: those that do not survive a restart, or all of them.
func (r *replica) wipe(all bool) error {
	if all {
		return leasedir.RemoveAll(r.svc.s.dir, r.volumeDir())
	}
	for _, v := range r.svc.plan.Volumes {
		if v.Persistent {
			continue
		}
		if err := leasedir.RemoveAll(r.svc.s.dir, path.Join(r.volumeDir(), v.Name)); err != nil {
			return fmt.Errorf("volume %s: %w", v.Name, err)
		}
	}
	return nil
}

// output is where a replica's program prints to, for one life.
type output struct {
	log            *logfile.Writer
	stdout, stderr pipe
	copying        sync.WaitGroup
	mu             sync.Mutex
	failed         error
}

type pipe struct{ read, write *os.File }

func (r *replica) openLog() (*output, error) {
	o := &output{}
	logs, err := r.svc.s.dir.OpenRoot(leasedir.LogsDir)
	if err != nil {
		return nil, err
	}
	// The writer keeps logs for rotation; finish closes both.
	if o.log, err = logfile.Open(logs, logfile.Name(r.svc.plan.Name, r.index), r.svc.settings.LogBytes); err != nil {
		return nil, errors.Join(err, logs.Close())
	}
	for stream, p := range map[string]*pipe{logfile.Stdout: &o.stdout, logfile.Stderr: &o.stderr} {
		if p.read, p.write, err = os.Pipe(); err != nil {
			return nil, err
		}
		o.copying.Go(func() {
			if err := o.log.Copy(p.read, stream, time.Now); err != nil {
				o.mu.Lock()
				o.failed = errors.Join(o.failed, err)
				o.mu.Unlock()
			}
		})
	}
	return o, nil
}

// started gives up our copies of the writing ends, so that reading ends with the program.
func (o *output) started() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.failed = errors.Join(o.failed, o.stdout.write.Close(), o.stderr.write.Close())
	o.stdout.write, o.stderr.write = nil, nil
}

// finish waits until the last line is written.
func (o *output) finish() error {
	if o.stdout.write != nil {
		o.started()
	}
	o.copying.Wait()
	return errors.Join(o.failed, o.stdout.read.Close(), o.stderr.read.Close(), o.log.Close())
}
