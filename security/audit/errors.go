package audit

import (
	"errors"
	"fmt"
)

// Errors by which a caller tells one refusal from another.
var (
	// ErrBroken says that a log is not what was written; the error is a *BrokenError, which says where.
	ErrBroken = errors.New("audit log is broken")
	// ErrTorn says that the last segment ends within a record, as after a crash or while a writer is at it; the error is
	// a *BrokenError. Open sets such an end aside; only those who merely read meet this error.
	ErrTorn = errors.New("audit log ends within a record")
	// ErrHead says that a log does not hold the head that somebody remembered: its end was cut off, or it is another log.
	ErrHead = errors.New("audit log does not hold the remembered head")
	// ErrKeyNeeded says that a chain is keyed and no key was given.
	ErrKeyNeeded = errors.New("audit log is keyed")
	// ErrNoLog says that there is no segment in a directory.
	ErrNoLog = errors.New("no audit log here")
	// ErrEvent says that an event lacks something, or holds what is no text.
	ErrEvent = errors.New("event cannot be recorded")
	// ErrTooLarge says that an event exceeds a bound.
	ErrTooLarge = errors.New("event is too large")
	// ErrOption says that an option is missing or out of range.
	ErrOption = errors.New("option of the audit log")
	// ErrFormat says that a text is no hash, no head, or no format of an export.
	ErrFormat = errors.New("malformed")
	// ErrFailed says that an earlier write failed, so that nobody knows what is on the disk. Close and open the log again.
	ErrFailed = errors.New("audit log has failed")
	// ErrClosed says that a log is closed.
	ErrClosed = errors.New("audit log is closed")
)

// Problem is what is wrong at a place of a log.
type Problem string

// The problems of a log.
const (
	ProblemNotARecord Problem = "this is no record in the one form a record has"
	ProblemTooLong    Problem = "the line is longer than a record can be"
	ProblemEnd        Problem = "the record is not followed by a line end"
	ProblemSequence   Problem = "the record has another sequence number: some were removed, inserted, repeated or put in another order"
	ProblemPrevious   Problem = "the record follows another one than the one before it"
	ProblemHash       Problem = "the record's content does not have the hash that it names, or the key is another"
	ProblemUnkeyed    Problem = "the record is not keyed, and this chain is"
	ProblemKeyed      Problem = "the record is keyed, and those before it are not"
	ProblemStranger   Problem = "the file holds what nobody should have written while the lock is ours"
	ProblemMissing    Problem = "records are missing: a segment was removed, cut short or renamed"
	ProblemName       Problem = "the file is named like a segment and is none"
	ProblemTorn       Problem = "the file ends within a record"
)

// BrokenError says where a log stops being what was written. It is ErrBroken, or ErrTorn when the Problem is ProblemTorn.
type BrokenError struct {
	Segment string  // name of the file within the log's directory
	Offset  int64   // bytes before the place in that file: the beginning of the record in question
	Seq     uint64  // sequence number of the record that should be there; 0 when that is not known
	Problem Problem // what is wrong there

	tail []byte // of ProblemTorn: the incomplete record
}

func (e *BrokenError) Error() string {
	return fmt.Sprintf("%v: segment %s, byte %d, record %d: %s; hint: %s", e.Unwrap(), e.Segment, e.Offset, e.Seq, e.Problem, e.hint())
}

func (e *BrokenError) hint() string {
	if e.Problem == ProblemTorn {
		return "if a writer is at it, look again; if it crashed, its next start sets this end aside"
	}
	return "keep the directory as it is, compare it with a copy, and begin a new log elsewhere"
}

// Unwrap makes every BrokenError an ErrBroken or an ErrTorn.
func (e *BrokenError) Unwrap() error {
	if e.Problem == ProblemTorn {
		return ErrTorn
	}
	return ErrBroken
}
