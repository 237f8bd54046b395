package local

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/cgroup"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/leasedir"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/proctree"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/spawn"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/supervise"
)

const (
	supervisorLog = "supervisor.log"
	// supervisors is the group that they are in, beside those of the leases.
	supervisors = "supervisors"
	// pollEvery is the step of waiting for a process, which tells nobody when it is done.
	pollEvery = 5 * time.Millisecond
	// startWithin bounds the start of a supervisor.
	startWithin = 20 * time.Second
)

// supervised makes a supervisor follow plan: the one that lives, or a new one.
func (b *Backend) supervised(ctx context.Context, key string, plan leasedir.Plan) error {
	alive, err := b.alive(key)
	if err != nil {
		return err
	}
	if alive {
		return b.reload(ctx, key)
	}
	if b.groups != nil && plan.Settings.Cgroup != "" {
		// The group comes first, so that counters have one beginning, whoever supervises.
		g := b.groups.Group(key)
		if err := g.Make(true); err != nil {
			return fmt.Errorf("cgroup of lease %s: %w", key, err)
		}
	}
	b.fault("lease has its cgroup")
	if err := b.startSupervisor(key); err != nil {
		return err
	}
	b.fault("supervisor started")
	return b.awaitSupervisor(ctx, key)
}

func (b *Backend) startSupervisor(key string) error {
	dir, err := b.store.Dir(key)
	if err != nil {
		return err
	}
	out, err := dir.OpenFile(supervisorLog, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err := errors.Join(err, dir.Close()); err != nil {
		return err
	}
	defer out.Close()
	null, err := os.Open(os.DevNull)
	if err != nil {
		return err
	}
	defer null.Close()
	stage, attr := spawn.StageOwnRoot, &syscall.SysProcAttr{Setsid: true}
	if !b.root {
		// In a user namespace of its own the supervisor may make and enter those of its replicas, as root may.
		stage = spawn.StageSupervise
		attr.Cloneflags = unix.CLONE_NEWUSER | unix.CLONE_NEWNS
		attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}}
		attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}}
	}
	p, err := spawn.Start(b.program, spawn.Argv(stage, b.store.Path(key)), []*os.File{null, out, out}, attr)
	if err != nil {
		return fmt.Errorf("supervisor of lease %s: %w", key, err)
	}
	if b.groups != nil {
		// Out of the daemon's own group, since service supervisors end a whole group when they stop the daemon.
		g := b.groups.Group(supervisors)
		if err := errors.Join(g.Make(false), g.Add(p.Pid)); err != nil {
			return errors.Join(fmt.Errorf("cgroup of supervisor: %w", err), p.Kill())
		}
	}
	go p.Wait() // nobody waits for its code: what it did is on disk
	return nil
}

// alive says whether a lease has a supervisor, by the lock that ends with its process.
func (b *Backend) alive(key string) (bool, error) {
	f, err := b.lockFile(key)
	if err != nil {
		return false, err
	}
	held, err := leasedir.Locked(f)
	return held, errors.Join(err, f.Close())
}

// tryLock takes the place of a lease's supervisor. leasedir.ErrHeld when there is one.
func (b *Backend) tryLock(key string) (*os.File, error) {
	f, err := b.lockFile(key)
	if err != nil {
		return nil, err
	}
	if err := leasedir.TryLock(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func (b *Backend) lockFile(key string) (*os.File, error) {
	dir, err := b.store.Dir(key)
	if err != nil {
		return nil, err
	}
	f, err := dir.OpenFile(leasedir.LockFile, os.O_RDWR|os.O_CREATE, 0o600)
	return f, errors.Join(err, dir.Close())
}

// awaitSupervisor waits until the supervisor answers.
func (b *Backend) awaitSupervisor(ctx context.Context, key string) error {
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	for {
		err := b.reload(ctx, key)
		if err == nil {
			return nil
		}
		if waitErr := pause(ctx); waitErr != nil {
			return fmt.Errorf("%w: supervisor of lease %s: %w: %s", backend.ErrUnavailable, key, err, b.lastWords(key))
		}
	}
}

// lastWords is what a supervisor said when it failed.
func (b *Backend) lastWords(key string) string {
	dir, err := b.store.Dir(key)
	if err != nil {
		return err.Error()
	}
	defer dir.Close()
	text, err := dir.ReadFile(supervisorLog)
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-2048):])
}

func pause(ctx context.Context) error {
	t := time.NewTimer(pollEvery)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// reload makes a live supervisor read its plan. It returns when replicas that had to stop have stopped.
func (b *Backend) reload(ctx context.Context, key string) error {
	conn, err := b.ask(key, supervise.Request{Op: supervise.OpReload})
	if err != nil {
		return err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	var a supervise.Answer
	if _, err := supervise.Receive(conn, &a); err != nil {
		return fmt.Errorf("%w: supervisor of lease %s: %w", backend.ErrUnavailable, key, err)
	}
	if a.Error != "" {
		return fmt.Errorf("%w: supervisor of lease %s: %s", backend.ErrUnavailable, key, a.Error)
	}
	return nil
}

// ask sends a request to a lease's supervisor.
func (b *Backend) ask(key string, r supervise.Request, files ...*os.File) (*net.UnixConn, error) {
	lease, err := b.store.Dir(key)
	if err != nil {
		return nil, err
	}
	dir, err := lease.Open(".")
	if err := errors.Join(err, lease.Close()); err != nil {
		return nil, err
	}
	defer dir.Close()
	// Through a descriptor, because socket addresses are short and state directories need not be.
	at := fmt.Sprintf("/proc/self/fd/%d/%s", dir.Fd(), leasedir.ControlSocket)
	conn, err := net.DialUnix("unixpacket", nil, &net.UnixAddr{Name: at, Net: "unixpacket"})
	if err != nil {
		return nil, fmt.Errorf("%w: supervisor of lease %s: %w", backend.ErrUnavailable, key, err)
	}
	data, err := json.Marshal(r)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	var oob []byte
	if len(files) > 0 {
		var fds []int
		for _, f := range files {
			fds = append(fds, int(f.Fd()))
		}
		oob = unix.UnixRights(fds...)
	}
	if _, _, err := conn.WriteMsgUnix(data, oob, nil); err != nil {
		return nil, errors.Join(fmt.Errorf("%w: supervisor of lease %s: %w", backend.ErrUnavailable, key, err), conn.Close())
	}
	return conn, nil
}

// endSupervisor kills the supervisor, if there is one, and takes its place so that none comes after it.
func (b *Backend) endSupervisor(ctx context.Context, key string) (*os.File, error) {
	for {
		lock, err := b.tryLock(key)
		if !errors.Is(err, leasedir.ErrHeld) {
			return lock, err
		}
		// One that just started has its lock before it has written who it is; the next round finds it.
		if err := b.killSupervisor(key); err != nil {
			return nil, err
		}
		if err := pause(ctx); err != nil {
			return nil, fmt.Errorf("%w: supervisor of lease %s does not end: %w", backend.ErrUnavailable, key, err)
		}
	}
}

// supervisor is who supervised a lease last; empty when nobody did.
func (b *Backend) supervisor(key string) (leasedir.Supervisor, error) {
	var who leasedir.Supervisor
	dir, err := b.store.Dir(key)
	if err == nil {
		err = errors.Join(leasedir.ReadJSON(dir, leasedir.SupervisorFile, &who), dir.Close())
	}
	if errors.Is(err, fs.ErrNotExist) {
		return who, nil
	}
	return who, err
}

func (b *Backend) killSupervisor(key string) error {
	who, err := b.supervisor(key)
	if err != nil || who.PID == 0 {
		return err
	}
	boot, err := proctree.BootID()
	if err != nil || boot != who.BootID {
		return err
	}
	return proctree.Kill(who.PID, who.StartTick)
}

// group is the cgroup of a lease that was planned with one.
func (b *Backend) group(plan leasedir.Plan) (*cgroup.Group, error) {
	if plan.Settings.Cgroup == "" {
		return nil, nil
	}
	return cgroup.At(plan.Settings.Cgroup)
}
