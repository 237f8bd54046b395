package collateral

import (
	"encoding/hex"
	"slices"
	"time"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/security/safemath"
)

// octets reads a text of hexadecimal digits into a field of its length.
func (r *reader) octets(into []byte) error {
	s, err := r.text()
	if err != nil {
		return err
	}
	if len(s) != hex.EncodedLen(len(into)) {
		return r.malformed("hexadecimal text of another length")
	}
	if _, err := hex.Decode(into, []byte(s)); err != nil {
		return r.malformed("text is not hexadecimal")
	}
	return nil
}

// instant reads a time as Intel writes it, e.g. 2024-09-02T07:25:12Z.
func (r *reader) instant(into *time.Time) error {
	s, err := r.text()
	if err != nil {
		return err
	}
	t, err := time.Parse("2006-01-02T15:04:05Z", s)
	if err != nil {
		return r.malformed("time is not of the form 2006-01-02T15:04:05Z")
	}
	*into = t
	return nil
}

func (r *reader) u8(into *uint8) error {
	v, err := r.number(255)
	if err == nil {
		*into, err = safemath.To[uint8](v)
	}
	return err
}

func (r *reader) u16(into *uint16) error {
	v, err := r.number(65535)
	if err == nil {
		*into, err = safemath.To[uint16](v)
	}
	return err
}

func (r *reader) u32(into *uint64) (err error) {
	*into, err = r.number(1<<32 - 1)
	return err
}

func (r *reader) words(into *[]string) error {
	*into = []string{}
	return r.list(func() error {
		s, err := r.text()
		*into = append(*into, s)
		return err
	})
}

func (r *reader) word(into *string) (err error) {
	*into, err = r.text()
	return err
}

// need refuses an object that lacks a name.
func need(where string, have []string, want ...string) error {
	for _, w := range want {
		if !slices.Contains(have, w) {
			return attest.Refuse(attest.Malformed, "%s has no %s", where, w)
		}
	}
	return nil
}

// version refuses a document of another version than the one that is read here.
func (r *reader) version(what string, want uint64) error {
	var v uint64
	if err := r.u32(&v); err != nil {
		return err
	}
	if v != want {
		return attest.Refuse(attest.Unsupported, "%s of version %d, read is %d", what, v, want)
	}
	return nil
}
