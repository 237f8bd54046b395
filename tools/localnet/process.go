package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/virtengine/virtengine/security/exec"
	"github.com/virtengine/virtengine/security/paths"
)

// grace is how long a program may take to stop when asked.
const grace = 30 * time.Second

// process is a program that runs until it is stopped. What it prints goes to a file.
type process struct {
	name string
	log  string
	proc *exec.Process
	done chan struct{}
	err  error // once done is closed
}

// start runs one of our programs with "start --home DIR" and what else it is given.
func (n *network) start(name, program string, args ...string) (*process, error) {
	if err := n.dir.MakeDir("logs"); err != nil {
		return nil, err
	}
	log := "logs/" + name + ".log"
	p := &process{name: name, log: filepath.Join(n.home, log), done: make(chan struct{})}
	below := exec.Path{Beneath: n.home}
	run, err := exec.NewRegistry(exec.Config{}, exec.Program{
		Name: name, File: program,
		Args: exec.Seq{exec.Word("start"), exec.Options{{Name: "--home", Value: below}, {Name: "--config", Value: below}}},
		// Nothing of the caller's own home is read or written.
		Env: map[string]exec.Slot{"HOME": exec.Word(n.home), "TMPDIR": exec.Path{Beneath: "/"}, "GOMAXPROCS": exec.Int{Min: 1, Max: 1 << 12}},
	})
	if err != nil {
		return nil, err
	}
	file, err := n.dir.Append(log, paths.Private)
	if err != nil {
		return nil, err
	}
	// An interrupt from the terminal reaches us alone, since each program has a session of its own: we stop them in order.
	p.proc, err = run.Start(context.Background(), exec.Command{
		Program: name, Args: append([]string{"start"}, args...), Dir: n.home, Inherit: os.Environ(),
		Stdout: file, Stderr: file, DeathSignal: syscall.SIGTERM,
	})
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	go func() {
		p.err = errors.Join(p.proc.Wait(), file.Close())
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
		if err := p.proc.Stop(grace); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", p.name, err))
		}
		<-p.done
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
