package outbox

import (
	"errors"
	"fmt"
	"time"
)

// Errors of the outbox itself.
var (
	// ErrUnknownOp says that there is no such operation.
	ErrUnknownOp = errors.New("no such operation")
	// ErrUnknownKind says that nobody handles this kind.
	ErrUnknownKind = errors.New("no handler for this kind of operation")
	// ErrFenced says that the lane was terminated and takes nothing any more.
	ErrFenced = errors.New("lane is terminated")
	// ErrStatus says that an operation's status does not allow what was asked.
	ErrStatus = errors.New("operation's status does not allow this")
	// ErrInvalidOp says that an operation lacks an id, a lane or a kind.
	ErrInvalidOp = errors.New("invalid operation")
)

// Class says what a failure means for the next attempt.
type Class string

// The classes of failure. An error without one is transient.
const (
	ClassTransient   Class = "transient"       // backoff, counts against the limit
	ClassUnavailable Class = "unavailable"     // the other side does not answer: backoff, never counts
	ClassThrottled   Class = "throttled"       // the other side said when to come again; counts
	ClassUnknown     Class = "unknown_outcome" // it may have happened: the handler must look before it acts; never counts
	ClassPermanent   Class = "permanent"       // trying again does not help: dead letter
	ClassOperator    Class = "operator"        // a person must act: dead letter
	ClassDeadline    Class = "deadline"        // its time is over: dead letter
)

// Failure is an error with a class.
type Failure struct {
	Class Class
	After time.Duration // throttled: when to come again
	Err   error
}

// Error names the class and the cause.
func (f *Failure) Error() string { return fmt.Sprintf("%s: %v", f.Class, f.Err) }

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Err }

// Unavailable marks err: the other side does not answer.
func Unavailable(err error) error { return &Failure{Class: ClassUnavailable, Err: err} }

// Throttled marks err: come again after d.
func Throttled(err error, d time.Duration) error {
	return &Failure{Class: ClassThrottled, After: d, Err: err}
}

// UnknownOutcome marks err: it may have happened all the same.
func UnknownOutcome(err error) error { return &Failure{Class: ClassUnknown, Err: err} }

// Permanent marks err: trying again does not help.
func Permanent(err error) error { return &Failure{Class: ClassPermanent, Err: err} }

// Operator marks err: a person must act.
func Operator(err error) error { return &Failure{Class: ClassOperator, Err: err} }

// ClassOf returns the class of err, transient where it has none.
func ClassOf(err error) Class {
	var f *Failure
	if errors.As(err, &f) {
		return f.Class
	}
	return ClassTransient
}
