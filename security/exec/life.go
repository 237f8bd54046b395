package exec

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// live starts the process and stays with it until it has ended.
//
// It does so on one thread, which is not given back. The kernel sends a process its death signal when the thread ends
// that started it, whatever else of us still runs; and what this thread gives up for the program, it gives up for good.
func (p *Process) live(l launch, c Command, started chan<- error) {
	runtime.LockOSThread()
	var s streams
	defer s.close()
	err := s.connect(c, c.Stdout, c.Stderr)
	if err == nil {
		err = p.begin(l, c, s.files)
	}
	if err != nil {
		started <- err
		return
	}
	copied := s.begin(p.fail)
	started <- nil
	state, err := p.reap()
	if !p.drained(copied) {
		err = errors.Join(err, fmt.Errorf("%w: longer than %s", ErrLeftover, p.drain))
	}
	p.err = p.verdict(state, err)
	close(p.done)
}

// begin starts the process with its limits.
func (p *Process) begin(l launch, c Command, files []*os.File) error {
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("no new privileges: %w", err)
	}
	// A session has a group, which we can kill, and no terminal, of which a program could ask a password.
	attr := &syscall.SysProcAttr{Setsid: true, Pdeathsig: c.DeathSignal}
	if attr.Pdeathsig == 0 {
		attr.Pdeathsig = syscall.SIGKILL
	}
	if c.User != nil {
		attr.Credential = &syscall.Credential{Uid: c.User.UID, Gid: c.User.GID, Groups: c.User.Groups}
	}
	if err := keepDescriptors(); err != nil {
		return err
	}
	proc, err := os.StartProcess(l.file, l.argv, &os.ProcAttr{Dir: l.dir, Env: l.env, Files: files, Sys: attr})
	if err != nil {
		return err
	}
	p.proc, p.pid = proc, proc.Pid
	if err := c.Limits.set(p.pid, c.User == nil); err != nil {
		p.kill(err)
		_, reaped := p.reap()
		return errors.Join(err, reaped)
	}
	return nil
}

// reap waits for the process, kills what is left of its group, and frees its number. While the number is not freed no
// other process or group has it, so that nobody else is killed.
func (p *Process) reap() (*os.ProcessState, error) {
	var err error
	for {
		err = unix.Waitid(unix.P_PID, p.pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
		if !errors.Is(err, unix.EINTR) {
			break
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	err = errors.Join(err, p.send(syscall.SIGKILL))
	p.gone = true
	state, wait := p.proc.Wait()
	return state, errors.Join(err, wait)
}

// drained waits for what is left of the output and says whether that was all.
func (p *Process) drained(copied <-chan struct{}) bool {
	timer := time.NewTimer(p.drain)
	defer timer.Stop()
	select {
	case <-copied:
		return true
	case <-timer.C:
		return false
	}
}

// verdict is what Wait returns.
func (p *Process) verdict(state *os.ProcessState, err error) error {
	p.mu.Lock()
	cause, err := p.cause, errors.Join(p.broken, err)
	p.mu.Unlock()
	if err == nil && state.Success() {
		return nil // also where it was done just before we would have killed it
	}
	if err == nil && cause == nil {
		return p.exit(state)
	}
	if state != nil && !state.Success() {
		err = errors.Join(err, p.exit(state))
	}
	if cause != nil {
		err = errors.Join(cause, err)
	}
	return fmt.Errorf("program %s: %w", p.name, err)
}

func (p *Process) exit(state *os.ProcessState) *ExitError {
	e := &ExitError{Program: p.name, Code: state.ExitCode(), Stderr: p.stderr.tail()}
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		e.Signal = status.Signal()
	}
	return e
}
