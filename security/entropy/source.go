package entropy

import (
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
)

// MaxBytes is the most that one call of Bytes returns: far above any key, far below what a mistake could ask for.
const MaxBytes = 1 << 20

// TokenBytes is how much randomness a Token holds: 160 bits, a multiple of base32's 5, so that every character counts.
const TokenBytes = 20

// Errors of this package.
var (
	// ErrSource says that a reader given to From failed, ended early or cannot be random.
	ErrSource = errors.New("no randomness")
	// ErrRange says that a caller asked for what there is not: a pick out of nothing, a negative or huge number of bytes.
	ErrRange = errors.New("out of range")
)

// Source draws values from one reader. Its zero value draws from the operating system. As safe for concurrent use as
// its reader is; the operating system's and entropytest's are.
type Source struct{ r io.Reader }

// From draws from r: outside tests Reader(), or a hardware generator. Fails with ErrSource if r is nil.
func From(r io.Reader) (Source, error) {
	if r == nil {
		return Source{}, fmt.Errorf("%w: the reader is nil; hint: pass entropy.Reader()", ErrSource)
	}
	return Source{r}, nil
}

// Reader is the operating system's generator, safe for concurrent use. It never fails: Go ends the process instead.
func Reader() io.Reader { return rand.Reader }

func (s Source) fill(p []byte) error {
	r := s.r
	if r == nil {
		r = Reader()
	}
	if _, err := io.ReadFull(r, p); err != nil {
		clear(p)
		return fmt.Errorf("%w: %w", ErrSource, err)
	}
	return nil
}

// Bytes returns n random bytes. Fails with ErrRange when n is negative or above MaxBytes.
func (s Source) Bytes(n int) ([]byte, error) {
	if n < 0 || n > MaxBytes {
		return nil, fmt.Errorf("%w: %d random bytes, at most %d", ErrRange, n, MaxBytes)
	}
	p := make([]byte, n)
	if err := s.fill(p); err != nil {
		return nil, err
	}
	return p, nil
}

// Token returns 160 random bits as 32 characters of A-Z and 2-7 (RFC 4648 base32): safe in URLs, file names, headers and
// a shell, and not confused when read aloud, as case does not matter.
func (s Source) Token() (string, error) {
	var raw [TokenBytes]byte
	if err := s.fill(raw[:]); err != nil {
		return "", err
	}
	return base32.StdEncoding.EncodeToString(raw[:]), nil
}

// Bytes is Source.Bytes of the operating system.
func Bytes(n int) ([]byte, error) { return Source{}.Bytes(n) }

// Token is Source.Token of the operating system.
func Token() (string, error) { return Source{}.Token() }
