package audit

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"time"

	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/security/paths"
	"github.com/virtengine/virtengine/security/secret"
)

// Sizes at which a log goes on in another file, in bytes.
const (
	DefaultSegment = 64 << 20
	MinSegment     = 1 << 10
	MaxSegment     = 1 << 30
)

// Options say how a log is written.
type Options struct {
	Now          func() time.Time // time.Now outside tests
	Key          secret.Bytes     // zero: unkeyed; else hashes.MinKey bytes or more that serve this log only
	SegmentBytes int64            // 0: DefaultSegment. A segment holds at least one record, however long.
	Committed    func(Commit)     // nil: nobody is told. Called after each fsync, one at a time; it must not call the log.

	wrap func(file) file // tests stop a write here; nil elsewhere
}

// Commit is what one fsync put on disk.
type Commit struct {
	Records int
	Bytes   int
	Took    time.Duration // for write and fsync, by the log's clock
}

// SetAside says what a crash left of a record that was never acknowledged.
type SetAside struct {
	File    string // within the log's directory, with the bytes as they were
	Segment string // they were at the end of this one
	Offset  int64  // from this byte on
	Bytes   int    // 0: the log ended well, and nothing was set aside
	Digest  hashes.Digest
}

// Open makes or continues the log in dir, which should be its own and stays open until the caller closes it after the log.
// All records are checked before the first is added, which takes time with the length of the log: about 2 seconds for 64 MiB. An
// incomplete record at the very end is moved into a file of its own, and a record with actor "audit" and action
// "log.recover" says so. Fails with ErrOption, hashes.ErrKey, paths.ErrLocked while another writes, paths.ErrNotPrivate when
// others can look into dir, ErrBroken as a *BrokenError, ErrKeyNeeded, or what the disk says.
func Open(dir *paths.Dir, o Options) (*Log, error) {
	seal, err := o.check(dir)
	if err != nil {
		return nil, err
	}
	lock, err := dir.Lock(lockName)
	if err != nil {
		return nil, err
	}
	l, err := resume(dir, seal, o)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	l.lock = lock
	if err := l.tellSetAside(); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

func (o *Options) check(dir *paths.Dir) (sealer, error) {
	if o.SegmentBytes == 0 {
		o.SegmentBytes = DefaultSegment
	}
	switch {
	case dir == nil:
		return sealer{}, fmt.Errorf("%w: no directory", ErrOption)
	case o.Now == nil:
		return sealer{}, fmt.Errorf("%w: no clock; hint: time.Now", ErrOption)
	case o.SegmentBytes < MinSegment || o.SegmentBytes > MaxSegment:
		return sealer{}, fmt.Errorf("%w: segments of %d bytes; hint: %d to %d", ErrOption, o.SegmentBytes, MinSegment, MaxSegment)
	}
	info, err := dir.Stat(".")
	if err != nil {
		return sealer{}, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return sealer{}, fmt.Errorf("%w: %s has mode %#o; hint: chmod 0700", paths.ErrNotPrivate, dir.Path(), info.Mode().Perm())
	}
	return newSealer(o.Key)
}

// resume checks what is there and makes the log that goes on behind it. The caller holds the lock.
func resume(dir *paths.Dir, seal sealer, o Options) (*Log, error) {
	list, err := segments(dir)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		list = []segment{segmentOf(1)}
		f, err := dir.Append(list[0].name, paths.Private)
		if err != nil {
			return nil, err
		}
		if err := f.Close(); err != nil {
			return nil, err
		}
	}
	s := newScan(dir, seal)
	l := &Log{seal: seal, now: o.Now, limit: o.SegmentBytes, committed: o.Committed, token: make(chan struct{}, 1)}
	l.open = func(name string, size int64) (file, error) {
		f, err := extend(dir, name, size)
		if err == nil && o.wrap != nil {
			f = o.wrap(f)
		}
		return f, err
	}
	err = s.all(list, func(Record) bool { return true })
	var torn *BrokenError
	if errors.Is(err, ErrTorn) && errors.As(err, &torn) {
		l.aside, err = setAside(dir, torn)
	}
	if err != nil {
		return nil, err
	}
	l.head, l.size = Head{Seq: s.next - 1, Hash: s.prev}, s.size
	if l.file, err = l.open(list[len(list)-1].name, l.size); err != nil {
		return nil, err
	}
	// A killed writer may have left whole records that only the kernel has. The next record may belong into the next file,
	// and then nobody would fsync this one any more.
	if err := l.file.Sync(); err != nil {
		return nil, errors.Join(err, l.file.Close())
	}
	return l, nil
}

// extend opens a file for appending that has the size it should: else somebody writes past the lock.
func extend(dir *paths.Dir, name string, size int64) (file, error) {
	f, err := dir.Append(name, paths.Private)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && info.Size() != size {
		err = &BrokenError{Segment: name, Offset: size, Problem: ProblemStranger}
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// maxAside is how many incomplete records with one sequence number are kept: each takes a crash at the same record.
const maxAside = 1000

// setAside copies the incomplete record into a file and then cuts it off, in this order: after a crash in between it is
// done again, and finds its own file.
func setAside(dir *paths.Dir, torn *BrokenError) (SetAside, error) {
	aside := SetAside{Segment: torn.Segment, Offset: torn.Offset, Bytes: len(torn.tail), Digest: hashes.Of(torn.tail)}
	for n := range maxAside {
		name := fmt.Sprintf("%s%020d-%03d", tornPrefix, torn.Seq, n)
		err := dir.CreateFile(name, torn.tail, paths.Private)
		if errors.Is(err, fs.ErrExist) {
			before, readErr := dir.ReadFile(name, MaxRecord)
			if readErr != nil {
				return SetAside{}, readErr
			}
			if !bytes.Equal(before, torn.tail) {
				continue
			}
			err = nil
		}
		if err != nil {
			return SetAside{}, err
		}
		aside.File = name
		return aside, cut(dir, torn.Segment, torn.Offset)
	}
	return SetAside{}, fmt.Errorf("%w; hint: %d ends were set aside already as %s%020d-*: move them elsewhere", torn, maxAside, tornPrefix, torn.Seq)
}

func cut(dir *paths.Dir, name string, size int64) error {
	f, err := dir.Append(name, paths.Private)
	if err != nil {
		return err
	}
	err = f.Truncate(size)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// tellSetAside records what was set aside, so that the chain itself remembers it.
func (l *Log) tellSetAside() error {
	if l.aside.Bytes == 0 {
		return nil
	}
	_, err := l.Append(Event{Actor: "audit", Action: "log.recover", Object: l.aside.File, Outcome: "ok", Fields: map[string]string{
		"segment": l.aside.Segment,
		"offset":  strconv.FormatInt(l.aside.Offset, 10),
		"bytes":   strconv.Itoa(l.aside.Bytes),
		"digest":  l.aside.Digest.String(),
	}})
	return err
}
