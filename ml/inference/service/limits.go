package service

import (
	"errors"
	"fmt"
	"time"
)

// ErrConfig says that something is missing or out of range.
var ErrConfig = errors.New("inference service settings")

// Limits bound what requests may ask for. All are needed; DefaultLimits has good ones.
type Limits struct {
	RequestBytes int64         // of one request, as protobuf
	MACs         int64         // multiplications of one request, over all the models that it runs
	Timeout      time.Duration // of one request once it runs
	Wait         time.Duration // of one request in the queue
	Parallel     int64         // requests that run at a time
	Queue        int64         // requests that wait for one of these to end; 0: none waits
}

// DefaultLimits are the protocol's: ten megabytes, a second, four at a time.
func DefaultLimits() Limits {
	return Limits{RequestBytes: 10 << 20, MACs: 4_000_000_000, Timeout: time.Second, Wait: 5 * time.Second, Parallel: 4, Queue: 32}
}

// Validate fails with ErrConfig, naming every limit that is out of range.
func (l Limits) Validate() error {
	var errs []error
	in := func(name string, have, from, to int64) {
		if have < from || have > to {
			errs = append(errs, fmt.Errorf("%w: %s is %d, want %d to %d", ErrConfig, name, have, from, to))
		}
	}
	in("request bytes", l.RequestBytes, 1<<10, 256<<20)
	in("multiplications", l.MACs, 1, 1<<50)
	in("timeout in milliseconds", l.Timeout.Milliseconds(), 1, 600_000)
	in("wait in milliseconds", l.Wait.Milliseconds(), 1, 600_000)
	in("requests at a time", l.Parallel, 1, 1024)
	in("queue", l.Queue, 0, 65536)
	return errors.Join(errs...)
}
