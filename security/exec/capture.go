package exec

import (
	"bytes"
	"errors"
	"sync"
)

// tailBytes is how much of standard error an ExitError repeats.
const tailBytes = 4 << 10

var errTooMuch = errors.New("more than its limit")

// capture keeps what a program prints, up to a limit.
type capture struct {
	limit int64 // bytes
	mu    sync.Mutex
	kept  []byte
}

// Write keeps what fits and fails with errTooMuch when that is not all.
func (c *capture) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	room := c.limit - int64(len(c.kept))
	if int64(len(p)) <= room {
		c.kept = append(c.kept, p...)
		return len(p), nil
	}
	c.kept = append(c.kept, p[:room]...)
	return int(room), errTooMuch
}

// bytes is what was kept so far.
func (c *capture) bytes() []byte {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return bytes.Clone(c.kept)
}

// tail is the end of it.
func (c *capture) tail() string {
	b := c.bytes()
	return string(b[max(0, len(b)-tailBytes):])
}
