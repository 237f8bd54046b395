package replay

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"
	"time"

	"github.com/virtengine/virtengine/security/paths"
)

const (
	logName  = "replay.log"
	lockName = "replay.lock"

	// minRewrite is how many records the file may gain before it is written anew, however few keys there are.
	minRewrite = 4096
	// retryAfter is how long a store that could not write refuses before it tries again.
	retryAfter = time.Second
)

// Disk is a Store that survives its process. It is an append-only file rather than a database: the file is small, and a
// full disk is an error of a write here, where memory-mapped logs end the process.
type Disk struct {
	now  func() time.Time
	dir  *paths.Dir
	lock *paths.Lock

	mu     sync.Mutex // table, batch, closed
	table  *table
	batch  *batch // what is remembered but not yet on disk
	closed bool

	flushing sync.Mutex // all below; taken before mu
	log      log
	records  int       // in the file since it was last written anew
	live     int       // of them when it was
	broken   error     // why the file's end is unknown; nil when it is known
	retry    time.Time // when to try to write it anew
}

// log is the open end of the file.
type log interface {
	io.Writer
	Sync() error
	Close() error
}

// batch is the records of several callers that one flush writes.
type batch struct {
	records []byte
	written bool // or failed
	err     error
}

// Open opens the store in a directory, and makes it if it is not there. The directory stays the caller's to close, after
// the store. Fails with ErrConfig, with paths.ErrLocked when another process has the store, with ErrCorrupt, or with the
// error of the disk.
func Open(dir *paths.Dir, entries int, now func() time.Time) (*Disk, error) {
	if err := checkSettings(entries, now); err != nil {
		return nil, err
	}
	if dir == nil {
		return nil, fmt.Errorf("%w: no directory", ErrConfig)
	}
	lock, err := dir.Lock(lockName)
	if err != nil {
		return nil, err
	}
	d := &Disk{now: now, dir: dir, lock: lock, table: newTable(entries), batch: &batch{}}
	if err := d.start(); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return d, nil
}

func (d *Disk) start() error {
	// A file may be of a time when more entries were allowed, and hold twice as many records and a batch.
	data, err := d.dir.ReadFile(logName, (3*MaxEntries+minRewrite)*recordSize)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := load(data, d.table); err != nil {
		return fmt.Errorf("%s/%s: %w", d.dir.Path(), logName, err)
	}
	return d.rewrite()
}

// rewrite makes the file hold exactly what the table does. Its caller holds flushing.
func (d *Disk) rewrite() error {
	d.mu.Lock()
	d.table.forget(d.now().Unix())
	data, live := dump(d.table), len(d.table.seen)
	d.mu.Unlock()
	if d.log != nil {
		// What it held is written again below, so what closing says does not matter.
		_ = d.log.Close()
		d.log = nil
	}
	if err := d.dir.WriteFile(logName, data, paths.Private); err != nil {
		return err
	}
	file, err := d.dir.Append(logName, paths.Private)
	if err != nil {
		return err
	}
	d.log, d.records, d.live, d.broken = file, live, live, nil
	return nil
}

// Remember implements Store. It waits for the disk; callers that wait at the same time share one flush.
func (d *Disk) Remember(ctx context.Context, key string, until time.Time) error {
	e, err := newEntry(ctx, key, until)
	if err != nil {
		return err
	}
	mine, err := d.join(e)
	if err != nil {
		return err
	}
	d.flushing.Lock()
	defer d.flushing.Unlock()
	if !mine.written {
		d.flush()
	}
	return mine.err
}

// join remembers e in memory and adds it to the batch that is written next.
func (d *Disk) join(e entry) (*batch, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil, fmt.Errorf("%w: it is closed", ErrUnavailable)
	}
	if err := d.table.add(e, d.now()); err != nil {
		return nil, err
	}
	d.batch.records = appendRecord(d.batch.records, kindKey, e)
	return d.batch, nil
}

// flush writes the batch. Its caller holds flushing.
func (d *Disk) flush() {
	d.mu.Lock()
	b, closed := d.batch, d.closed
	d.batch = &batch{}
	d.mu.Unlock()
	b.written = true
	if closed {
		b.err = fmt.Errorf("%w: it was closed meanwhile", ErrUnavailable)
		return
	}
	if err := d.write(b.records); err != nil {
		b.err = fmt.Errorf("%w: %w; hint: see that %s has room and can be written", ErrUnavailable, err, d.dir.Path())
	}
}

func (d *Disk) write(records []byte) error {
	if d.broken != nil && d.now().Before(d.retry) {
		return d.broken
	}
	count := len(records) / recordSize
	if d.broken != nil || d.records+count > max(minRewrite, 2*d.live) {
		// The batch is in the table, so it is written with the rest.
		return d.settle(d.rewrite())
	}
	_, err := d.log.Write(records)
	if err == nil {
		err = d.log.Sync()
	}
	d.records += count
	return d.settle(err)
}

// settle notes after a failure that nobody knows what the file's end looks like. Only a new file is trusted then: a
// second Sync may report success for data that the first one lost.
func (d *Disk) settle(err error) error {
	if err != nil {
		d.broken, d.retry = err, d.now().Add(retryAfter)
	}
	return err
}

// Close implements Store. Whoever waits for the disk gets an answer first, or ErrUnavailable.
func (d *Disk) Close() error {
	d.flushing.Lock()
	defer d.flushing.Unlock()
	d.mu.Lock()
	was := d.closed
	d.closed = true
	d.mu.Unlock()
	if was {
		return nil
	}
	var err error
	if d.log != nil {
		err = d.log.Close()
	}
	return errors.Join(err, d.lock.Close())
}
