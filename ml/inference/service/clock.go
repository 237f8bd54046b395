package service

import "time"

// Clock is the time, passed in. Results never depend on it; deadlines and metrics do.
type Clock interface {
	Now() time.Time
	// After returns what receives once d has passed, and what stops it.
	After(d time.Duration) (<-chan time.Time, func())
}

// System is the machine's clock.
type System struct{}

// Now is time.Now.
func (System) Now() time.Time { return time.Now() }

// After is a timer.
func (System) After(d time.Duration) (<-chan time.Time, func()) {
	t := time.NewTimer(d)
	return t.C, func() { t.Stop() }
}
