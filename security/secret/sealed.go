package secret

import (
	"crypto/subtle"
	"fmt"
	"io"
	"log/slog"
	"sync"
)

// mask is what is printed in the place of a secret.
const mask = "[redacted]"

// sealed holds the content and refuses to show it. It is a function because reflection does not look into one, whatever
// printer uses it, and because a struct with a function in it cannot be compared with ==.
type sealed struct{ open func() *content }

type content struct {
	mu    sync.RWMutex
	data  []byte
	wiped bool
}

// seal takes data over. No data is the zero value.
func seal(data []byte) sealed {
	if len(data) == 0 {
		return sealed{}
	}
	c := &content{data: data}
	return sealed{func() *content { return c }}
}

// Use lets act see the content, which act must neither keep nor change, nor may it wipe this secret. Fails with ErrEmpty
// for a zero value, with ErrWiped, or with the error of act.
func (s sealed) Use(act func(content []byte) error) error {
	if s.open == nil {
		return ErrEmpty
	}
	c := s.open()
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.wiped {
		return ErrWiped
	}
	return act(c.data)
}

// Wipe overwrites the content, for all copies of this value, once nobody is using it. Wiping again does nothing.
func (s sealed) Wipe() {
	if s.open == nil {
		return
	}
	c := s.open()
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.data)
	c.data, c.wiped = nil, true
}

// Len is the content's length in bytes; 0 for a zero or wiped value.
func (s sealed) Len() int {
	n := 0
	if err := s.Use(func(p []byte) error { n = len(p); return nil }); err != nil {
		return 0
	}
	return n
}

// IsZero says whether there never was content.
func (s sealed) IsZero() bool { return s.open == nil }

// Matches says whether candidate is the content, in time that depends on the lengths only. A zero or wiped value
// matches nothing, not even an empty candidate.
func (s sealed) Matches(candidate []byte) bool {
	same := false
	err := s.Use(func(p []byte) error {
		same = subtle.ConstantTimeCompare(p, candidate) == 1
		return nil
	})
	return err == nil && same
}

// equal copies one side, since locks of two values that others compare the other way round could wait for each other.
func (s sealed) equal(other sealed) bool {
	var copied []byte
	if err := other.Use(func(p []byte) error { copied = append(copied, p...); return nil }); err != nil {
		return false
	}
	defer clear(copied)
	return s.Matches(copied)
}

// Format prints [redacted] for every verb and flag.
func (sealed) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, mask) // fmt keeps the error of its own writer
}

// String is [redacted].
func (sealed) String() string { return mask }

// GoString is [redacted].
func (sealed) GoString() string { return mask }

// LogValue is [redacted].
func (sealed) LogValue() slog.Value { return slog.StringValue(mask) }

func refuse(what string) error {
	return fmt.Errorf("%w (%s); hint: write a reference such as file:/run/keys/name", ErrSealed, what)
}

// MarshalJSON fails with ErrSealed.
func (sealed) MarshalJSON() ([]byte, error) { return nil, refuse("JSON") }

// MarshalYAML fails with ErrSealed.
func (sealed) MarshalYAML() (any, error) { return nil, refuse("YAML") }

// MarshalText fails with ErrSealed; encoding/xml asks for it too.
func (sealed) MarshalText() ([]byte, error) { return nil, refuse("text") }

// MarshalBinary fails with ErrSealed.
func (sealed) MarshalBinary() ([]byte, error) { return nil, refuse("binary") }

// GobEncode fails with ErrSealed.
func (sealed) GobEncode() ([]byte, error) { return nil, refuse("gob") }

// UnmarshalJSON fails with ErrSealed: configuration holds references.
func (*sealed) UnmarshalJSON([]byte) error { return refuse("from JSON") }

// UnmarshalYAML fails with ErrSealed.
func (*sealed) UnmarshalYAML(func(any) error) error { return refuse("from YAML") }

// UnmarshalText fails with ErrSealed.
func (*sealed) UnmarshalText([]byte) error { return refuse("from text") }

// UnmarshalBinary fails with ErrSealed.
func (*sealed) UnmarshalBinary([]byte) error { return refuse("from binary") }

// GobDecode fails with ErrSealed.
func (*sealed) GobDecode([]byte) error { return refuse("from gob") }
