package audit

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/security/paths"
)

// scan checks a chain, record by record, and holds one record at a time.
type scan struct {
	dir  *paths.Dir
	seal sealer

	next  uint64 // sequence number of the record that comes next
	prev  Hash   // of the record before that
	blind bool   // prev is not known: the reading begins in the middle
	size  int64  // bytes of the last segment that was read, up to its last whole record
	total int64  // bytes of the segments before that
}

// found is called for every record that is what was written; false ends the scan.
type found func(Record) bool

// errEnough ends a scan whose caller has seen enough.
var errEnough = errors.New("enough")

func newScan(dir *paths.Dir, seal sealer) *scan {
	return &scan{dir: dir, seal: seal, next: 1, prev: seal.genesis()}
}

// all reads segments that follow one another; the last may be the log's last.
func (s *scan) all(list []segment, found found) error {
	for i, seg := range list {
		if seg.first != s.next {
			return s.gap(list, i)
		}
		last := i == len(list)-1
		if err := s.segment(seg, last, found); err != nil {
			return err
		}
		if !last && s.next == seg.first { // a writer goes on to the next file only when this one holds something
			return &BrokenError{Segment: seg.name, Seq: s.next, Problem: ProblemMissing}
		}
	}
	return nil
}

// gap says where the records before list[i] are missing: at the end of the segment before it.
func (s *scan) gap(list []segment, i int) error {
	if i == 0 {
		return &BrokenError{Segment: list[0].name, Seq: s.next, Problem: ProblemMissing}
	}
	return &BrokenError{Segment: list[i-1].name, Offset: s.size, Seq: s.next, Problem: ProblemMissing}
}

func (s *scan) segment(seg segment, last bool, found found) error {
	f, err := s.dir.Open(seg.name)
	if err != nil {
		return err
	}
	err = s.lines(f, seg, last, found)
	return errors.Join(err, f.Close())
}

func (s *scan) lines(f io.Reader, seg segment, last bool, found found) error {
	s.total, s.size = s.total+s.size, 0
	in := bufio.NewReaderSize(f, MaxRecord)
	for {
		line, err := in.ReadSlice('\n')
		switch {
		case err == io.EOF && len(line) == 0:
			return nil
		case err == io.EOF:
			return s.tail(line, seg, last)
		case errors.Is(err, bufio.ErrBufferFull):
			return s.broken(seg, ProblemTooLong)
		case err != nil:
			return fmt.Errorf("%s: %w", seg.name, err)
		}
		r, err := s.check(line, seg)
		if err != nil {
			return err
		}
		s.next, s.prev, s.blind = r.Seq+1, r.Hash, false
		s.size += int64(len(line))
		if !found(r) {
			return errEnough
		}
	}
}

// check says whether line is the record that comes next.
func (s *scan) check(line []byte, seg segment) (Record, error) {
	r, body, err := parse(line)
	if err != nil {
		return Record{}, s.broken(seg, ProblemNotARecord)
	}
	if r.Hash.keyed && !s.seal.keyed() {
		if s.next > 1 && !s.blind {
			return Record{}, s.broken(seg, ProblemKeyed)
		}
		return Record{}, fmt.Errorf("%w: record %d in %s; hint: give the key it was written with (a line is JSON: it can be read without, not checked)", ErrKeyNeeded, r.Seq, seg.name)
	}
	if !r.Hash.keyed && s.seal.keyed() {
		return Record{}, s.broken(seg, ProblemUnkeyed)
	}
	if r.Seq != s.next {
		return Record{}, s.broken(seg, ProblemSequence)
	}
	want, err := s.seal.seal(body)
	if err != nil {
		return Record{}, err
	}
	if !hashes.Equal(want.sum[:], r.Hash.sum[:]) {
		return Record{}, s.broken(seg, ProblemHash)
	}
	if r.Prev != s.prev && !s.blind {
		return Record{}, s.broken(seg, ProblemPrevious)
	}
	return r, nil
}

// tail judges bytes without a line end at the end of a file. A crash leaves the beginning of a record, so a whole record
// with something else than a line end behind it is no crash's doing, and nor is a file that another one follows.
func (s *scan) tail(tail []byte, seg segment, last bool) error {
	if !last {
		return s.broken(seg, ProblemNotARecord)
	}
	first := json.NewDecoder(bytes.NewReader(tail))
	var skip json.RawMessage
	if first.Decode(&skip) == nil && first.InputOffset() < int64(len(tail)) {
		return s.broken(seg, ProblemEnd)
	}
	torn := s.broken(seg, ProblemTorn)
	torn.tail = slices.Clone(tail)
	return torn
}

func (s *scan) broken(seg segment, p Problem) *BrokenError {
	return &BrokenError{Segment: seg.name, Offset: s.size, Seq: s.next, Problem: p}
}
