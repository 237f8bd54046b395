package exec

import (
	"context"
	"fmt"
)

// Result is what Run captured.
type Result struct {
	Stdout, Stderr []byte // nil where the command named a writer
}

// Run runs a program to its end and returns what it printed, also when it fails. Nothing of its group is left behind.
//
// Before anything is started: ErrUnknownProgram, ErrArgument, ErrEnvironment, ErrCommand, ErrUntrusted, ErrDeadline
// without a timeout. After that: what Process.Wait returns.
func (r *Registry) Run(ctx context.Context, c Command) (Result, error) {
	if c.Timeout <= 0 {
		return Result{}, fmt.Errorf("%w: program %s is given no time; hint: set Timeout, or use Start", ErrDeadline, c.Program)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, c.Timeout, fmt.Errorf("%w: it ran longer than %s", ErrDeadline, c.Timeout))
	defer cancel()
	if c.MaxOutput == 0 {
		c.MaxOutput = DefaultOutput
	}
	var stdout, stderr *capture
	if c.Stdout == nil {
		stdout = &capture{limit: c.MaxOutput}
		c.Stdout = stdout
	}
	if c.Stderr == nil {
		stderr = &capture{limit: c.MaxOutput}
		c.Stderr = stderr
	}
	p, err := r.start(ctx, c, &Process{stderr: stderr})
	if err != nil {
		return Result{}, err
	}
	err = p.wait(ctx)
	return Result{Stdout: stdout.bytes(), Stderr: stderr.bytes()}, err
}

// wait is Wait, but returns also when the process cannot be killed.
func (p *Process) wait(ctx context.Context) error {
	select {
	case <-p.done:
		return p.err
	case <-ctx.Done():
	}
	if !p.within(unkillable + p.drain) {
		return fmt.Errorf("program %s: %w, and process %d cannot be killed now", p.name, ended(ctx), p.pid)
	}
	return p.err
}
