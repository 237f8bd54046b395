package exec

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// unkillable is how long a killed process may take to end. Only one that waits within the kernel, as on a file server
// that is gone, takes longer.
const unkillable = 10 * time.Second

// Process is a program that runs. It leads a session and a process group of its own. Safe for concurrent use.
type Process struct {
	name   string
	stderr *capture // of Run; nil otherwise
	drain  time.Duration
	proc   *os.Process
	pid    int
	done   chan struct{}
	err    error // once done is closed

	mu     sync.Mutex
	gone   bool  // its number may be another's
	cause  error // why we killed it
	broken error // what was not read or written whole, whatever its exit code says
}

// Start starts a program that runs until it ends, Stop is called, or ctx is done, whereupon its group is killed.
// It fails as Run does, before anything is started.
func (r *Registry) Start(ctx context.Context, c Command) (*Process, error) {
	if c.Timeout != 0 {
		return nil, fmt.Errorf("%w: program %s: Start takes no timeout; hint: Run does, or give ctx a deadline", ErrCommand, c.Program)
	}
	return r.start(ctx, c, &Process{})
}

func (r *Registry) start(ctx context.Context, c Command, p *Process) (*Process, error) {
	l, err := r.prepare(c)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("program %s: not started: %w", l.program, ended(ctx))
	}
	p.name, p.drain, p.done = l.program, c.Drain, make(chan struct{})
	if p.drain == 0 {
		p.drain = defaultDrain
	}
	started := make(chan error)
	go p.live(l, c, started)
	if err := <-started; err != nil {
		return nil, fmt.Errorf("program %s: %w", l.program, err)
	}
	go func() {
		select {
		case <-ctx.Done():
			p.kill(ended(ctx))
		case <-p.done:
		}
	}()
	return p, nil
}

// ended is why a context is done.
func ended(ctx context.Context) error {
	cause := context.Cause(ctx)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) && !errors.Is(cause, ErrDeadline) {
		return fmt.Errorf("%w: %w", ErrDeadline, cause)
	}
	return cause
}

// PID is the number of the process and of its group. Once Done is closed it may be another's.
func (p *Process) PID() int { return p.pid }

// Done is closed when the process has ended, its group was killed, and its output was copied.
func (p *Process) Done() <-chan struct{} { return p.done }

// Wait waits until Done is closed. It returns nil when the program succeeded, an *ExitError when it did not, and why it
// was killed when we did that: ErrDeadline, ErrOutput, ErrInput, or what ctx was cancelled with. ErrLeftover when another
// process holds its output.
func (p *Process) Wait() error {
	<-p.done
	return p.err
}

// Signal sends a signal to every process of the group. It fails with ErrEnded once the program has ended.
func (p *Process) Signal(sig syscall.Signal) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.gone {
		return fmt.Errorf("program %s: %w", p.name, ErrEnded)
	}
	return p.send(sig)
}

// Stop asks the group to end with SIGTERM and kills it after a while. It returns nil when the program has ended in time,
// whatever its exit code, and ErrDeadline when it was killed. Stopping what has ended is success.
func (p *Process) Stop(grace time.Duration) error {
	if err := p.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, ErrEnded) {
		return err
	}
	if err := p.Signal(syscall.SIGCONT); err != nil && !errors.Is(err, ErrEnded) { // who is stopped does not see it
		return err
	}
	if p.within(grace) {
		return nil
	}
	late := fmt.Errorf("%w: program %s did not end within %s of SIGTERM", ErrDeadline, p.name, grace)
	p.kill(late)
	if !p.within(unkillable + p.drain) {
		return fmt.Errorf("%w, nor of SIGKILL", late)
	}
	return fmt.Errorf("%w and was killed", late)
}

// within waits for the end and says whether it came.
func (p *Process) within(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-p.done:
		return true
	case <-timer.C:
		return false
	}
}

// kill ends the group. The first cause counts; nil where a broken stream is the cause.
func (p *Process) kill(cause error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cause == nil {
		p.cause = cause
	}
	if !p.gone {
		if err := p.send(syscall.SIGKILL); err != nil {
			p.cause = errors.Join(p.cause, err)
		}
	}
}

// fail ends the group because of a stream.
func (p *Process) fail(err error) {
	p.mu.Lock()
	p.broken = errors.Join(p.broken, err)
	p.mu.Unlock()
	p.kill(nil)
}

// send sends a signal to the group. The caller holds the lock.
func (p *Process) send(sig syscall.Signal) error {
	if err := unix.Kill(-p.pid, sig); err != nil {
		return fmt.Errorf("send %s to program %s: %w", sig, p.name, err)
	}
	return nil
}
