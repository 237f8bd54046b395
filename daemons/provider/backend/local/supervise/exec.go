package supervise

import (
	"errors"
	"fmt"
	"net"
	"os"

	"golang.org/x/sys/unix"

	"github.com/virtengine/virtengine/daemons/provider/backend/local/leasedir"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/sandbox"
	"github.com/virtengine/virtengine/security/safemath"
)

// exec runs a command in a replica. Without a terminal the daemon passes standard input, output and error along; with
// one the first answer passes the terminal's master back. The command ends with the connection.
func (s *supervisor) exec(conn *net.UnixConn, req Request, files []*os.File) Answer {
	r, err := s.replica(req.Service, req.Replica)
	if err != nil {
		return Answer{Error: err.Error()}
	}
	var stdio [3]*os.File
	var pass []*os.File
	if req.TTY {
		master, slave, err := terminal(r.status().PID)
		if err != nil {
			return Answer{Error: err.Error()}
		}
		defer master.Close()
		defer slave.Close()
		stdio, pass = [3]*os.File{slave, slave, slave}, []*os.File{master}
	} else {
		if len(files) != len(stdio) {
			return Answer{Error: fmt.Sprintf("%d descriptors came, want %d", len(files), len(stdio))}
		}
		copy(stdio[:], files)
	}
	p, err := r.join(req, stdio)
	if err != nil {
		return Answer{Error: err.Error()}
	}
	for _, f := range stdio {
		f.Close() // the command has its own; ours would keep its output open after its end
	}
	if err := reply(conn, Answer{}, pass...); err != nil {
		s.logFailure(req.Service, err)
		s.logFailure(req.Service, p.Kill())
	}
	// The daemon says nothing more: a message's end is the connection's.
	go func() {
		one := make([]byte, 1)
		if _, err := conn.Read(one); err != nil && !errors.Is(err, net.ErrClosed) {
			if err := p.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
				s.logFailure(req.Service, err)
			}
		}
	}()
	state, err := p.Wait()
	if err != nil {
		return Answer{Error: err.Error()}
	}
	code := state.ExitCode()
	if code < 0 {
		code = 137 // killed with its caller
	}
	r.mu.Lock()
	r.cpuPast += safemath.Clamp[uint64](state.UserTime() + state.SystemTime())
	r.mu.Unlock()
	return Answer{Exit: code}
}

func (s *supervisor) replica(service string, index uint32) (*replica, error) {
	svc := s.running()[service]
	if svc == nil {
		return nil, fmt.Errorf("no service %q", service)
	}
	for _, r := range svc.list() {
		if r.index == index && r.status().Phase == leasedir.Running {
			return r, nil
		}
	}
	return nil, fmt.Errorf("replica %d of service %q does not run", index, service)
}

// join starts a command among the replica's processes, under its limits.
func (r *replica) join(req Request, stdio [3]*os.File) (*os.Process, error) {
	plan := r.svc.plan
	c := sandbox.Command{Argv: req.Command, Env: plan.Environ, WorkDir: plan.WorkDir, UID: plan.UID, GID: plan.GID, TTY: req.TTY}
	if req.TTY {
		c.Env = append([]string{"TERM=xterm"}, c.Env...)
	}
	var p *os.Process
	err := r.svc.s.onMainThread(func() (err error) {
		p, err = sandbox.Join(r.status().PID, c, stdio, func(pid int) error {
			if r.svc.s.group == nil {
				return nil
			}
			return r.svc.s.group.Child(r.name()).Add(pid)
		})
		return err
	})
	return p, err
}

// terminal makes a terminal in the replica's own /dev/pts, so that programs there find it by name.
func terminal(pid int) (master, slave *os.File, err error) {
	//ve:allow filepaths the kernel's own /dev/pts of the replica, whose root nobody can change
	master, err = os.OpenFile(fmt.Sprintf("/proc/%d/root/dev/pts/ptmx", pid), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("terminal: %w", err)
	}
	fd := int(master.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("unlock terminal: %w", err), master.Close())
	}
	//ve:allow unsafes golang.org/x/sys has no call that passes TIOCGPTPEER its flags
	peer, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.TIOCGPTPEER, unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC)
	if errno != 0 {
		return nil, nil, errors.Join(fmt.Errorf("open terminal: %w", errno), master.Close())
	}
	return master, os.NewFile(peer, "terminal"), nil
}
