package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/virtengine/virtengine/security/paths"
)

// grace is how long a program may take to stop when asked.
const grace = 30 * time.Second

// process is a program that runs until it is stopped. What it prints goes to a file.
type process struct {
	name string
	log  string
	cmd  *exec.Cmd //ve:allow command the handle of what start starts below
	done chan struct{}
	err  error // once done is closed
}

// start runs a program.
func (n *network) start(name, program string, args ...string) (*process, error) {
	if err := n.dir.MakeDir("logs"); err != nil {
		return nil, err
	}
	log := "logs/" + name + ".log"
	p := &process{name: name, log: filepath.Join(n.home, log), done: make(chan struct{})}
	file, err := n.dir.Append(log, paths.Private)
	if err != nil {
		return nil, err
	}
	//ve:allow command binaries of this module, just built, without a shell
	p.cmd = exec.Command(program, args...)
	p.cmd.Stdout, p.cmd.Stderr, p.cmd.Dir = file, file, n.home
	// Nothing of the caller's own home is read or written.
	p.cmd.Env = append(os.Environ(), "HOME="+n.home)
	// An interrupt from the terminal reaches us alone: we stop the others in order.
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	if err := p.cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", name, err), file.Close())
	}
	go func() {
		p.err = errors.Join(p.cmd.Wait(), file.Close())
		close(p.done)
	}()
	n.procs = append(n.procs, p)
	return p, nil
}

// fatal is an error that waiting does not mend.
type fatal struct{ error }

// until waits for a condition, and ends early when a program has died or the condition fails for good.
func (n *network) until(ctx context.Context, what string, limit time.Duration, ready func(context.Context) (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	var last error
	for {
		ok, err := ready(ctx)
		if ok {
			return nil
		}
		if f := (fatal{}); errors.As(err, &f) {
			return f.error
		}
		if err != nil {
			last = err
		}
		if err := n.alive(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("waited %s for %s; the logs are in %s", limit, what, filepath.Join(n.home, "logs")), last)
		case <-tick.C:
		}
	}
}

// alive fails when a program has ended by itself.
func (n *network) alive() error {
	for _, p := range n.procs {
		select {
		case <-p.done:
			return fmt.Errorf("%s has ended: %w\n%s", p.name, p.err, tail(p.log))
		default:
		}
	}
	return nil
}

// stop ends every program, the last started first.
func (n *network) stop() error {
	var errs []error
	for i := len(n.procs) - 1; i >= 0; i-- {
		p := n.procs[i]
		select {
		case <-p.done:
			continue
		default:
		}
		if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			errs = append(errs, err)
		}
		select {
		case <-p.done:
		case <-time.After(grace):
			errs = append(errs, fmt.Errorf("%s did not stop within %s", p.name, grace), p.cmd.Process.Kill())
			<-p.done
		}
	}
	n.procs = nil
	return errors.Join(append(errs, n.dir.Close())...)
}

// maxLog is how large a log may be that the end of is shown, in bytes.
const maxLog = 256 << 20

// tail returns the end of a log.
func tail(name string) string {
	raw, err := paths.ReadFile(name, maxLog)
	if err != nil {
		return err.Error()
	}
	lines := bytes.Split(bytes.TrimSpace(raw), []byte("\n"))
	return string(bytes.Join(lines[max(0, len(lines)-12):], []byte("\n")))
}
