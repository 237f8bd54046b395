package audit

import (
	"errors"
	"fmt"
	"time"

	"github.com/virtengine/virtengine/security/paths"
	"github.com/virtengine/virtengine/security/secret"
)

// Expect says what a log is checked against.
type Expect struct {
	Key  secret.Bytes // of a keyed chain; zero: unkeyed
	Head Head         // that was remembered elsewhere; zero: none, and then an end that was cut off is not found
}

// Report is what Verify found up to where it ended.
type Report struct {
	Head        Head // of the last good record
	Keyed       bool
	Segments    int   // files there are
	Bytes       int64 // of good records
	First, Last time.Time
}

// Verify reads a whole log and checks every record, and that the remembered head is one of them: the log may have grown
// since. It needs no lock and changes nothing. Fails with ErrBroken or ErrTorn as a *BrokenError that says where, with
// ErrHead, ErrKeyNeeded, ErrNoLog, or what the disk says. ErrTorn and ErrHead may come together.
func Verify(dir *paths.Dir, expect Expect) (Report, error) {
	s, list, err := begin(dir, expect.Key)
	if errors.Is(err, ErrNoLog) && expect.Head.Seq > 0 {
		err = errors.Join(err, fmt.Errorf("%w: record %d is not there", ErrHead, expect.Head.Seq))
	}
	if err != nil {
		return Report{}, err
	}
	report := Report{Keyed: s.seal.keyed(), Segments: len(list), Head: Head{Hash: s.seal.genesis()}}
	at := report.Head // the record that the expected head names
	err = s.all(list, func(r Record) bool {
		if r.Seq == 1 {
			report.First = r.Time
		}
		if r.Seq == expect.Head.Seq {
			at = r.Head()
		}
		report.Head, report.Last = r.Head(), r.Time
		return true
	})
	report.Bytes = s.total + s.size
	if err != nil && !errors.Is(err, ErrTorn) {
		return report, err
	}
	return report, errors.Join(err, expect.Head.check(at, report.Head))
}

// check says whether a log that ends with last, and at the head's number holds at, has the head.
func (h Head) check(at, last Head) error {
	switch {
	case h.IsZero() || h == at:
		return nil
	case h.Seq > last.Seq:
		return fmt.Errorf("%w: it ends with record %d, remembered is %d; hint: its end was cut off, or this is an older copy", ErrHead, last.Seq, h.Seq)
	}
	return fmt.Errorf("%w: record %d is %s, remembered is %s; hint: the log was written anew, or this is another one", ErrHead, h.Seq, at.Hash, h.Hash)
}
