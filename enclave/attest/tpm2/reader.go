package tpm2

import (
	"encoding/binary"

	"github.com/virtengine/virtengine/enclave/attest"
)

// reader walks over big-endian structures. The first thing that is missing ends it; what is read after that is zero.
type reader struct {
	rest   []byte
	broken bool
}

func (r *reader) take(n int) []byte {
	if r.broken || n > len(r.rest) {
		r.broken = true
		return nil
	}
	out := r.rest[:n:n]
	r.rest = r.rest[n:]
	return out
}

func (r *reader) u8() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) u16() uint16 {
	if b := r.take(2); b != nil {
		return binary.BigEndian.Uint16(b)
	}
	return 0
}

func (r *reader) u32() uint32 {
	if b := r.take(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

func (r *reader) u64() uint64 {
	if b := r.take(8); b != nil {
		return binary.BigEndian.Uint64(b)
	}
	return 0
}

// sized reads a TPM2B: two bytes of length and that many bytes.
func (r *reader) sized() []byte { return r.take(int(r.u16())) }

// end refuses what is cut short or goes on.
func (r *reader) end(what string) error {
	if r.broken {
		return attest.Refuse(attest.Malformed, "%s is cut short", what)
	}
	if len(r.rest) > 0 {
		return attest.Refuse(attest.TrailingBytes, "%d bytes behind %s", len(r.rest), what)
	}
	return nil
}
