package hashes

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
)

// Transcript is a SHA-256 digest of named fields for one purpose. Each name and value goes in behind its length, so no
// two lists of fields give the same bytes. Not for concurrent use.
type Transcript struct{ h hash.Hash }

// NewTranscript begins one. label says what for and which version: "virtengine/artifact/v1". Digests under different
// labels never meet. Fails with ErrLabel if it is empty.
func NewTranscript(label string) (*Transcript, error) {
	if label == "" {
		return nil, fmt.Errorf("%w: a transcript says what it is for; hint: virtengine/PURPOSE/v1", ErrLabel)
	}
	t := &Transcript{sha256.New()}
	t.put([]byte(label))
	return t, nil
}

// Add appends a field. The order of fields counts, and an empty value is not a missing one.
func (t *Transcript) Add(name string, value []byte) *Transcript {
	t.put([]byte(name))
	t.put(value)
	return t
}

// AddUint64 appends a number as 8 bytes, big-endian.
func (t *Transcript) AddUint64(name string, v uint64) *Transcript {
	return t.Add(name, binary.BigEndian.AppendUint64(nil, v))
}

// Sum is the digest of the fields so far. More may follow.
func (t *Transcript) Sum() Digest { return Digest{SHA256, string(t.h.Sum(nil))} }

// put writes a length of 8 bytes, big-endian, and then the bytes. A hash does not fail.
func (t *Transcript) put(p []byte) {
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(len(p)))
	t.h.Write(n[:])
	t.h.Write(p)
}
