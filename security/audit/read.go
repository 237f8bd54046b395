package audit

import (
	"errors"
	"fmt"
	"iter"

	"github.com/virtengine/virtengine/security/paths"
	"github.com/virtengine/virtengine/security/secret"
)

// Range says which records to read, and how to check them.
type Range struct {
	Key  secret.Bytes // of a keyed chain; zero: unkeyed
	From uint64       // first sequence number; 0: the first there is
	To   uint64       // last sequence number; 0: the last there is
}

// Records reads a log in the order it was written, one record in memory at a time, and needs no lock: a writer may be at
// it. A record that comes out has the hash it names, and follows the one that came out before it. Reading begins with the
// segment that holds From, so what lies before it is not looked at; Verify does. The last pair may be an error: ErrNoLog,
// ErrBroken or ErrTorn as a *BrokenError, ErrKeyNeeded, ErrOption, or what the disk says.
func Records(dir *paths.Dir, which Range) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		err := read(dir, which, func(r Record) bool { return yield(r, nil) })
		if err != nil && !errors.Is(err, errEnough) {
			yield(Record{}, err)
		}
	}
}

func read(dir *paths.Dir, which Range, found found) error {
	if which.To != 0 && which.To < which.From {
		return fmt.Errorf("%w: records from %d to %d are none", ErrOption, which.From, which.To)
	}
	s, list, err := begin(dir, which.Key)
	if err != nil {
		return err
	}
	for len(list) > 1 && list[1].first <= which.From {
		list = list[1:]
	}
	if first := list[0].first; first <= which.From {
		s.next, s.blind = first, first > 1
	}
	return s.all(list, func(r Record) bool {
		if which.To != 0 && r.Seq > which.To {
			return false
		}
		return r.Seq < which.From || found(r) && r.Seq != which.To
	})
}

// begin lists a log's segments, of which there is at least one, and makes a scan of them.
func begin(dir *paths.Dir, key secret.Bytes) (*scan, []segment, error) {
	if dir == nil {
		return nil, nil, fmt.Errorf("%w: no directory", ErrOption)
	}
	seal, err := newSealer(key)
	if err != nil {
		return nil, nil, err
	}
	list, err := segments(dir)
	if err != nil {
		return nil, nil, err
	}
	if len(list) == 0 {
		return nil, nil, fmt.Errorf("%w: %s; hint: a log has files named %s", ErrNoLog, dir.Path(), segmentOf(1).name)
	}
	return newScan(dir, seal), list, nil
}
