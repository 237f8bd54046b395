package exec

import (
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"sync"
	"syscall"
	"time"
)

// defaultDrain is how long others may hold the output of a program that has ended.
const defaultDrain = 5 * time.Second

// streams connects a program's standard input, output and error.
type streams struct {
	files  []*os.File // the program's descriptors 0, 1, 2, ...
	theirs []*os.File // those that we opened for it
	ours   []*os.File // our ends of pipes
	copies []func(fail func(error))
	feed   func(fail func(error))
}

// connect opens what a command needs. Whatever happens, close must be called.
func (s *streams) connect(c Command, stdout, stderr io.Writer) error {
	if err := s.input(c.Stdin); err != nil {
		return err
	}
	if err := s.output("standard output", stdout); err != nil {
		return err
	}
	if same(stdout, stderr) {
		s.files = append(s.files, s.files[1])
	} else if err := s.output("standard error", stderr); err != nil {
		return err
	}
	s.files = append(s.files, c.Files...)
	return nil
}

func (s *streams) input(r io.Reader) error {
	if r == nil {
		return s.null(os.O_RDONLY)
	}
	if f, is := r.(*os.File); is && f != nil {
		s.files = append(s.files, f)
		return nil
	}
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	s.files, s.theirs, s.ours = append(s.files, read), append(s.theirs, read), append(s.ours, write)
	s.feed = func(fail func(error)) {
		_, err := io.Copy(write, r)
		if err != nil && !errors.Is(err, syscall.EPIPE) && !errors.Is(err, os.ErrClosed) {
			fail(fmt.Errorf("%w: %w", ErrInput, err)) // before the end is seen: a cut input must not pass for a whole one
		}
		write.Close()
	}
	return nil
}

func (s *streams) output(name string, w io.Writer) error {
	if w == nil {
		return s.null(os.O_WRONLY)
	}
	if f, is := w.(*os.File); is && f != nil {
		s.files = append(s.files, f)
		return nil
	}
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	s.files, s.theirs, s.ours = append(s.files, write), append(s.theirs, write), append(s.ours, read)
	s.copies = append(s.copies, func(fail func(error)) {
		if _, err := io.Copy(w, read); err != nil && !errors.Is(err, os.ErrClosed) {
			fail(fmt.Errorf("%w: %s: %w", ErrOutput, name, err))
		}
		read.Close() // who still prints is told so
	})
	return nil
}

func (s *streams) null(flag int) error {
	f, err := os.OpenFile(os.DevNull, flag, 0)
	if err == nil {
		s.files, s.theirs = append(s.files, f), append(s.theirs, f)
	}
	return err
}

// begin copies, once the program has its descriptors. The channel is closed when all output has been copied.
func (s *streams) begin(fail func(error)) <-chan struct{} {
	closeAll(s.theirs)
	s.theirs = nil
	if s.feed != nil {
		go s.feed(fail)
	}
	var copies sync.WaitGroup
	for _, c := range s.copies {
		copies.Go(func() { c(fail) })
	}
	copied := make(chan struct{})
	go func() {
		copies.Wait()
		close(copied)
	}()
	return copied
}

// close closes what is open on our side.
func (s *streams) close() {
	closeAll(s.theirs)
	closeAll(s.ours)
}

func closeAll(files []*os.File) {
	for _, f := range files {
		f.Close() // pipes and /dev/null: nothing is lost
	}
}

// same says whether two writers are one.
func same(a, b io.Writer) bool {
	return a != nil && b != nil && reflect.ValueOf(a).Comparable() && reflect.ValueOf(b).Comparable() && a == b
}
