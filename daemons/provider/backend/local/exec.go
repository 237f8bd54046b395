package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/leasedir"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/supervise"
)

// drainWithin is how long output may come after a command's end: what it left behind may hold its output open for ever.
const drainWithin = 2 * time.Second

// Exec implements backend.Executor.
func (b *Backend) Exec(ctx context.Context, lease backend.Lease, e backend.Exec) (int, error) {
	key := leasedir.Key(lease)
	if _, err := b.plan(key); err != nil {
		return 0, err
	}
	if len(e.Command) == 0 {
		return 0, fmt.Errorf("%w: the command is empty", backend.ErrRefused)
	}
	s := &execution{e: e}
	defer s.close()
	if !e.TTY {
		if err := s.pipes(); err != nil {
			return 0, err
		}
	}
	conn, err := b.ask(key, supervise.Request{Op: supervise.OpExec, Service: e.Service, Replica: e.Replica,
		Command: e.Command, TTY: e.TTY}, s.theirs...)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() }) // the supervisor ends the command
	defer stop()
	for _, f := range s.theirs {
		f.Close() // passed on; reading ends when the last holder's copy is closed
	}
	code, err := s.run(conn)
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	return code, err
}

// execution is one command's standard input, output and error on our side.
type execution struct {
	e       backend.Exec
	theirs  []*os.File
	input   *os.File
	outputs []*os.File
	sinks   []io.Writer
	copying sync.WaitGroup
}

func (s *execution) close() {
	for _, f := range append(s.theirs, append(s.outputs, s.input)...) {
		if f != nil {
			f.Close() // closed already on the way of success
		}
	}
}

func (s *execution) pipes() error {
	in, inW, err := os.Pipe()
	if err != nil {
		return err
	}
	s.theirs, s.input = append(s.theirs, in), inW
	for _, w := range []io.Writer{s.e.Stdout, s.e.Stderr} {
		r, theirs, err := os.Pipe()
		if err != nil {
			return err
		}
		s.theirs, s.outputs, s.sinks = append(s.theirs, theirs), append(s.outputs, r), append(s.sinks, w)
	}
	return nil
}

// run copies until the command ends and answers its exit code.
func (s *execution) run(conn *net.UnixConn) (int, error) {
	var a supervise.Answer
	passed, err := supervise.Receive(conn, &a)
	if err != nil {
		return 0, fmt.Errorf("%w: supervisor: %w", backend.ErrUnavailable, err)
	}
	if a.Error != "" {
		return 0, fmt.Errorf("%w: %s", backend.ErrRefused, a.Error)
	}
	if s.e.TTY {
		if len(passed) != 1 {
			return 0, fmt.Errorf("%w: the supervisor passed %d terminals", backend.ErrUnavailable, len(passed))
		}
		if err := s.terminal(passed[0]); err != nil {
			return 0, err
		}
	}
	s.copy()
	if _, err := supervise.Receive(conn, &a); err != nil {
		return 0, fmt.Errorf("%w: supervisor: %w", backend.ErrUnavailable, err)
	}
	if a.Error != "" {
		return 0, fmt.Errorf("%w: %s", backend.ErrUnavailable, a.Error)
	}
	s.drain()
	return a.Exit, nil
}

// terminal makes the passed master the input and the output.
func (s *execution) terminal(master *os.File) error {
	// Through the poller, so that closing ends a read that waits.
	if err := unix.SetNonblock(int(master.Fd()), true); err != nil {
		return errors.Join(err, master.Close())
	}
	fd, err := unix.FcntlInt(master.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err := errors.Join(err, master.Close()); err != nil {
		return err
	}
	t := os.NewFile(uintptr(fd), "terminal")
	s.input, s.outputs, s.sinks = t, []*os.File{t}, []io.Writer{s.e.Stdout}
	if s.e.Resize == nil {
		return nil
	}
	go func() {
		for size := range s.e.Resize {
			raw, err := t.SyscallConn()
			if err != nil {
				return
			}
			failed := raw.Control(func(fd uintptr) {
				err = unix.IoctlSetWinsize(int(fd), unix.TIOCSWINSZ, &unix.Winsize{Row: size.Rows, Col: size.Columns})
			})
			if failed != nil || err != nil {
				return // the command ended
			}
		}
	}()
	return nil
}

func (s *execution) copy() {
	for i, from := range s.outputs {
		s.copying.Go(func() {
			to := s.sinks[i]
			if to == nil {
				to = io.Discard
			}
			io.Copy(to, from) // ends with the command; a terminal's end is an error, and no other is possible to tell
		})
	}
	if s.e.Stdin == nil {
		if !s.e.TTY {
			s.input.Close()
		}
		return
	}
	go func() {
		io.Copy(s.input, s.e.Stdin) // a command need not read what it is given
		if !s.e.TTY {
			s.input.Close()
		}
	}()
}

// drain waits for what was printed before the end.
func (s *execution) drain() {
	done := make(chan struct{})
	go func() {
		s.copying.Wait()
		close(done)
	}()
	t := time.NewTimer(drainWithin)
	defer t.Stop()
	select {
	case <-done:
		return
	case <-t.C:
	}
	for _, f := range s.outputs {
		f.Close() // ends the copying
	}
	<-done
}
