// Package logfile keeps what replicas print: a bounded pair of files per replica, one line per line, with its time.
package logfile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/virtengine/virtengine/security/safemath"
)

// maxLine is where a longer line is cut in two.
const maxLine = 16 << 10

// Streams.
const (
	Stdout = "stdout"
	Stderr = "stderr"
)

// Writer appends to the log of one replica. Safe for concurrent use.
type Writer struct {
	mu    sync.Mutex
	root  *os.Root
	name  string
	limit int64 // of both files together
	file  *os.File
	size  int64
}

// Name is the file of a replica, below the logs directory.
func Name(service string, replica uint32) string { return fmt.Sprintf("%s.%d.log", service, replica) }

// older is the file before the last rotation.
func older(name string) string { return name + ".1" }

// Open opens a replica's log in root for appending. It keeps about limit bytes.
func Open(root *os.Root, name string, limit uint64) (*Writer, error) {
	w := &Writer{root: root, name: name, limit: safemath.Clamp[int64](limit)}
	return w, w.open()
}

func (w *Writer) open() error {
	f, err := w.root.OpenFile(w.name, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	w.file, w.size = f, info.Size()
	return nil
}

// Line appends one line, printed at t.
func (w *Writer) Line(t time.Time, stream string, text []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.size > w.limit/2 {
		if err := w.rotate(); err != nil {
			return err
		}
	}
	line := make([]byte, 0, len(text)+48)
	line = t.UTC().AppendFormat(line, time.RFC3339Nano)
	line = append(line, ' ')
	line = append(line, stream...)
	line = append(line, ' ')
	line = append(line, bytes.ReplaceAll(text, []byte{'\n'}, nil)...)
	line = append(line, '\n')
	n, err := w.file.Write(line)
	w.size += int64(n)
	return err
}

func (w *Writer) rotate() error {
	if err := w.file.Close(); err != nil {
		return err
	}
	if err := w.root.Rename(w.name, older(w.name)); err != nil {
		return err
	}
	return w.open()
}

// Close ends the writing.
func (w *Writer) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.file.Close()
}

// Copy appends every line of r until it ends. now tells the time of each.
func (w *Writer) Copy(r io.Reader, stream string, now func() time.Time) error {
	in := bufio.NewReaderSize(r, maxLine)
	for {
		line, err := in.ReadSlice('\n')
		if len(line) > 0 {
			if e := w.Line(now(), stream, bytes.TrimSuffix(line, []byte{'\n'})); e != nil {
				return e
			}
		}
		switch {
		case err == nil || errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) || errors.Is(err, fs.ErrClosed):
			return nil
		default:
			return err
		}
	}
}

// Line is one line of a log.
type Line struct {
	At     time.Time
	Stream string
	Text   string
}

// Reader reads one replica's log and can come back for what was added since. It survives rotation.
type Reader struct {
	root *os.Root
	name string
	file fs.File
	in   *bufio.Reader
	part string // of a line whose end is not written yet
}

// NewReader reads name in root, which need not exist yet.
func NewReader(root *os.Root, name string) *Reader { return &Reader{root: root, name: name} }

// Last returns the last n lines that are kept, or all with n 0, oldest first.
func (r *Reader) Last(n int) ([]Line, error) {
	var out []Line
	keep := func(l Line) {
		out = append(out, l)
		if n > 0 && len(out) > 2*n {
			out = append(out[:0], out[len(out)-n:]...)
		}
	}
	if err := r.switchTo(older(r.name)); err != nil {
		return nil, err
	}
	if err := r.drain(keep); err != nil {
		return nil, err
	}
	if err := r.switchTo(r.name); err != nil {
		return nil, err
	}
	if err := r.drain(keep); err != nil {
		return nil, err
	}
	if n > 0 && len(out) > n {
		out = out[len(out)-n:]
	}
	return out, nil
}

// Next returns what was added since the last call.
func (r *Reader) Next() ([]Line, error) {
	var out []Line
	keep := func(l Line) { out = append(out, l) }
	if err := r.drain(keep); err != nil {
		return nil, err
	}
	rotated, err := r.rotated()
	if err != nil || !rotated {
		return out, err
	}
	if err := r.drain(keep); err != nil { // what came between the drain above and the rotation
		return nil, err
	}
	if err := r.switchTo(r.name); err != nil {
		return nil, err
	}
	return out, r.drain(keep)
}

func (r *Reader) rotated() (bool, error) {
	now, err := r.root.Stat(r.name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil || r.file == nil {
		return err == nil, err
	}
	open, err := r.file.Stat()
	return err == nil && !os.SameFile(now, open), err
}

func (r *Reader) switchTo(name string) error {
	if err := r.Close(); err != nil {
		return err
	}
	f, err := r.root.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	r.file, r.in, r.part = f, bufio.NewReaderSize(f, maxLine), ""
	return nil
}

func (r *Reader) drain(keep func(Line)) error {
	for r.file != nil {
		text, err := r.in.ReadString('\n')
		r.part += text
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if l, ok := parse(strings.TrimSuffix(r.part, "\n")); ok {
			keep(l)
		}
		r.part = ""
	}
	return nil
}

// Close ends the reading.
func (r *Reader) Close() error {
	if r.file == nil {
		return nil
	}
	f := r.file
	r.file = nil
	return f.Close()
}

// parse reads a line. One that a crash cut short is not one.
func parse(s string) (Line, bool) {
	at, rest, ok := strings.Cut(s, " ")
	if !ok {
		return Line{}, false
	}
	stream, text, ok := strings.Cut(rest, " ")
	t, err := time.Parse(time.RFC3339Nano, at)
	if !ok || err != nil {
		return Line{}, false
	}
	return Line{At: t, Stream: stream, Text: strings.ToValidUTF8(text, "\uFFFD")}, true
}
