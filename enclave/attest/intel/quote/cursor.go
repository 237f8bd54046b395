package quote

import (
	"encoding/binary"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/security/safemath"
)

// cursor reads fields from front to back. After the first one that is cut off, all are empty and short is true.
type cursor struct {
	rest  []byte
	short bool
}

// take gives the next n bytes, or n zero bytes at the end: a caller that forgets to look at short still does not panic.
func (c *cursor) take(n int) []byte {
	if c.short || n > len(c.rest) {
		c.short = true
		return make([]byte, n)
	}
	out := c.rest[:n:n]
	c.rest = c.rest[n:]
	return out
}

func (c *cursor) u16() uint16 { return binary.LittleEndian.Uint16(c.take(2)) }
func (c *cursor) u32() uint32 { return binary.LittleEndian.Uint32(c.take(4)) }
func (c *cursor) u64() uint64 { return binary.LittleEndian.Uint64(c.take(8)) }

// sized gives the n bytes that a length field announced, which need not be there.
func (c *cursor) sized(n uint32) []byte {
	size, err := safemath.To[int](n)
	if c.short || err != nil || size > len(c.rest) {
		c.short = true
		return nil
	}
	return c.take(size)
}

// done refuses a part that was cut off, or that goes on behind its end.
func (c *cursor) done(what string) error {
	if c.short {
		return attest.Refuse(attest.Malformed, "%s is cut off", what)
	}
	if len(c.rest) > 0 {
		return attest.Refuse(attest.TrailingBytes, "%d bytes behind the end of %s", len(c.rest), what)
	}
	return nil
}
