package httpx

import (
	"fmt"
	"time"
)

// What a zero stands for in the settings of servers and clients.
const (
	DefaultReadHeader     = 10 * time.Second
	DefaultRead           = 30 * time.Second
	DefaultWrite          = 30 * time.Second
	DefaultIdle           = time.Minute
	DefaultGrace          = 10 * time.Second
	DefaultTimeout        = 30 * time.Second
	DefaultDial           = 5 * time.Second
	DefaultHandshake      = 10 * time.Second
	DefaultResponseHeader = 30 * time.Second

	DefaultHeaderBytes    = 32 << 10
	DefaultRequestBytes   = 1 << 20
	DefaultResponseBytes  = 16 << 20
	DefaultMaxConnections = 512
)

// limit is one number of the settings.
type limit struct {
	name  string
	value *int64
	zero  int64 // what 0 stands for
}

func duration(name string, d *time.Duration, zero time.Duration) limit {
	return limit{name, (*int64)(d), int64(zero)}
}

// settle puts defaults where zeros are. There is no way to say "no limit".
func settle(limits ...limit) error {
	for _, l := range limits {
		if *l.value < 0 {
			return fmt.Errorf("%w: %s is %d; hint: 0 is the default, and there is no way to be without a limit", ErrConfig, l.name, *l.value)
		}
		if *l.value == 0 {
			*l.value = l.zero
		}
	}
	return nil
}
