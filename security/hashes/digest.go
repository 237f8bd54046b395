package hashes

import (
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
)

// Digest is the result of one algorithm. Digests can be compared with == and be keys of maps. The zero Digest is none:
// it has no text and equals nothing.
type Digest struct {
	algorithm Algorithm
	sum       string // raw bytes; a string, so that nobody changes them and == works
}

// FromBytes makes a digest of what an algorithm returned elsewhere. Fails with ErrAlgorithm or ErrLength.
func FromBytes(a Algorithm, sum []byte) (Digest, error) {
	if a.Size() == 0 {
		return Digest{}, unknown(string(a))
	}
	if len(sum) != a.Size() {
		return Digest{}, fmt.Errorf("%w: %d bytes, %s has %d", ErrLength, len(sum), a, a.Size())
	}
	return Digest{a, string(sum)}, nil
}

// Parse reads a digest's text. Fails with ErrFormat, ErrAlgorithm or ErrLength. Upper-case letters and spaces are
// refused: one digest has one text.
func Parse(s string) (Digest, error) {
	name, digits, found := strings.Cut(s, ":")
	if !found {
		return Digest{}, fmt.Errorf("%w: %.80q has no colon; hint: write sha256: and 64 hexadecimal digits", ErrFormat, s)
	}
	a := Algorithm(name)
	if a.Size() == 0 {
		return Digest{}, unknown(name)
	}
	if len(digits) != 2*a.Size() {
		return Digest{}, fmt.Errorf("%w: %d digits, %s has %d", ErrLength, len(digits), a, 2*a.Size())
	}
	sum, err := hex.DecodeString(digits)
	if err != nil {
		return Digest{}, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if digits != strings.ToLower(digits) {
		return Digest{}, fmt.Errorf("%w: %q has upper-case digits", ErrFormat, s)
	}
	return Digest{a, string(sum)}, nil
}

// Algorithm is what made the digest; "" for the zero Digest.
func (d Digest) Algorithm() Algorithm { return d.algorithm }

// Bytes are the digest without its algorithm.
func (d Digest) Bytes() []byte { return []byte(d.sum) }

// IsZero says whether this is the zero Digest.
func (d Digest) IsZero() bool { return d == Digest{} }

// String is the digest's text, as in sha256:e3b0...; "" for the zero Digest.
func (d Digest) String() string {
	if d.IsZero() {
		return ""
	}
	return string(d.algorithm) + ":" + hex.EncodeToString([]byte(d.sum))
}

// Equal says in constant time whether both are the same digest of the same algorithm. The zero Digest equals none.
func (d Digest) Equal(other Digest) bool {
	return !d.IsZero() && d.algorithm == other.algorithm && Equal([]byte(d.sum), []byte(other.sum))
}

// Check says whether r, of at most limit bytes, has this digest. Fails with ErrMismatch, ErrTooLong, the error of r, or
// ErrAlgorithm for the zero Digest.
func (d Digest) Check(r io.Reader, limit int64) error {
	have, _, err := d.algorithm.Sum(r, limit)
	if err != nil {
		return err
	}
	if !d.Equal(have) {
		return fmt.Errorf("%w: it is %s, expected %s", ErrMismatch, have, d)
	}
	return nil
}

// MarshalText writes String. Fails with ErrFormat for the zero Digest, so that none is ever stored.
func (d Digest) MarshalText() ([]byte, error) {
	if d.IsZero() {
		return nil, fmt.Errorf("%w: it is empty", ErrFormat)
	}
	return []byte(d.String()), nil
}

// UnmarshalText is Parse.
func (d *Digest) UnmarshalText(text []byte) error {
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// Equal compares in time that depends on the lengths only.
func Equal(a, b []byte) bool { return subtle.ConstantTimeCompare(a, b) == 1 }
