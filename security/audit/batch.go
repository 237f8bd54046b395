package audit

import (
	"fmt"
	"io"
	"time"
)

// batch is what one fsync puts on disk: records of one segment.
type batch struct {
	log      *Log
	head     Head // of the last record in it
	lines    []byte
	requests []*request
	heads    []Head // of requests, in the same order
}

// add makes a request's record. It flushes first when the record belongs into another segment or the batch is full. A
// record that cannot be made is refused alone; an error is the log's end, and r is not in the batch then.
func (b *batch) add(r *request) error {
	record, line, err := b.make(r.event)
	if err != nil {
		r.finish(Head{}, err)
		return nil
	}
	size := b.log.size + int64(len(b.lines))
	rotate := size > 0 && size+int64(len(line)) > b.log.limit
	if rotate || len(b.lines)+len(line) > maxBatch {
		if err := b.flush(); err != nil {
			return err
		}
	}
	if rotate {
		if err := b.log.rotate(record.Seq); err != nil {
			return err
		}
	}
	b.lines = append(b.lines, line...)
	b.requests = append(b.requests, r)
	b.heads = append(b.heads, record.Head())
	b.head = record.Head()
	return nil
}

// make makes the record that follows the batch's last.
func (b *batch) make(e Event) (Record, []byte, error) {
	r := Record{Seq: b.head.Seq + 1, Time: b.log.now(), Event: e, Prev: b.head.Hash}
	if r.Seq == 0 {
		return Record{}, nil, fmt.Errorf("%w: sequence numbers are used up; hint: begin a new log", ErrTooLarge)
	}
	line, err := appendBody(nil, r)
	if err != nil {
		return Record{}, nil, err
	}
	if r.Hash, err = b.log.seal.seal(line); err != nil {
		return Record{}, nil, err
	}
	line = appendHash(line, r.Hash)
	if len(line) > MaxRecord {
		return Record{}, nil, fmt.Errorf("%w: %d bytes as a record, the limit is %d; hint: record digests of long values", ErrTooLarge, len(line), MaxRecord)
	}
	return r, line, nil
}

// flush writes the batch, waits until it is on disk, and only then tells those who wait.
func (b *batch) flush() error {
	if len(b.lines) == 0 {
		return nil
	}
	l := b.log
	var began time.Time
	if l.committed != nil {
		began = l.now()
	}
	n, err := l.file.Write(b.lines)
	if err == nil && n < len(b.lines) {
		err = io.ErrShortWrite
	}
	if err == nil {
		err = l.file.Sync()
	}
	if err != nil {
		return err
	}
	if l.committed != nil {
		l.committed(Commit{Records: len(b.requests), Bytes: n, Took: l.now().Sub(began)})
	}
	l.size += int64(n)
	l.mu.Lock()
	l.head = b.head
	l.mu.Unlock()
	for i, r := range b.requests {
		r.finish(b.heads[i], nil)
	}
	b.lines, b.requests, b.heads = b.lines[:0], b.requests[:0], b.heads[:0]
	return nil
}

// rotate goes on in a new file, whose first record is next. The one before is on disk already.
func (l *Log) rotate(next uint64) error {
	f, err := l.open(segmentOf(next).name, 0)
	if err != nil {
		return err
	}
	old := l.file
	l.file, l.size = f, 0
	return old.Close()
}
