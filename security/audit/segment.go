package audit

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/virtengine/virtengine/security/paths"
)

// MaxEntries is how many files a log's directory may hold.
const MaxEntries = 1 << 16

// Names within a log's directory. What begins otherwise is none of ours and is left alone.
const (
	segmentPrefix = "audit-"
	segmentSuffix = ".jsonl"
	tornPrefix    = "torn-"
	lockName      = "lock"
)

// segment is one file of a log.
type segment struct {
	name  string
	first uint64 // sequence number of its first record
}

func segmentOf(first uint64) segment {
	return segment{name: fmt.Sprintf("%s%020d%s", segmentPrefix, first, segmentSuffix), first: first}
}

// segments lists a log's files in their order. Fails with a *BrokenError for a name that only looks like a segment's, and
// with paths.ErrTooMany.
func segments(dir *paths.Dir) ([]segment, error) {
	entries, err := dir.List(MaxEntries)
	if err != nil {
		return nil, err
	}
	var all []segment
	for _, e := range entries { // by name, which is by number: all have 20 digits
		digits, ours := strings.CutPrefix(e.Name(), segmentPrefix)
		if !ours {
			continue
		}
		first, err := strconv.ParseUint(strings.TrimSuffix(digits, segmentSuffix), 10, 64)
		s := segmentOf(first)
		if err != nil || s.name != e.Name() || first == 0 || !e.Type().IsRegular() {
			return nil, &BrokenError{Segment: e.Name(), Problem: ProblemName}
		}
		all = append(all, s)
	}
	return all, nil
}
