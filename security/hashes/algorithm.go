package hashes

import (
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"errors"
	"fmt"
	"hash"
	"io"
	"math"
)

// Errors of this package.
var (
	// ErrAlgorithm says that an algorithm is unknown here, or too weak to be.
	ErrAlgorithm = errors.New("digest algorithm is not allowed")
	// ErrFormat says that a text is not ALGORITHM:HEX in lower case.
	ErrFormat = errors.New("not a digest")
	// ErrLength says that a digest has more or fewer bytes than its algorithm makes.
	ErrLength = errors.New("digest has the wrong length")
	// ErrMismatch says that content has another digest, or another MAC, than expected.
	ErrMismatch = errors.New("digest differs")
	// ErrTooLong says that a stream holds more bytes than its limit.
	ErrTooLong = errors.New("stream is longer than its limit")
	// ErrKey says that a MAC's key is too short.
	ErrKey = errors.New("key is too short")
	// ErrLabel says that a Transcript has no label.
	ErrLabel = errors.New("no label")
)

// Algorithm is the name of a hash function as it stands before the colon of a digest.
type Algorithm string

// The algorithms. SHA256 unless something outside wants another: it is the fastest on processors that know it.
const (
	SHA256  Algorithm = "sha256"
	SHA384  Algorithm = "sha384"
	SHA512  Algorithm = "sha512"
	SHA3256 Algorithm = "sha3-256"
	SHA3512 Algorithm = "sha3-512"
)

// Size is the length of the algorithm's digests in bytes; 0 for one that is not allowed.
func (a Algorithm) Size() int {
	switch a {
	case SHA256, SHA3256:
		return 32
	case SHA384:
		return 48
	case SHA512, SHA3512:
		return 64
	}
	return 0
}

// New returns an empty hash. Fails with ErrAlgorithm.
func (a Algorithm) New() (hash.Hash, error) {
	switch a {
	case SHA256:
		return sha256.New(), nil
	case SHA384:
		return sha512.New384(), nil
	case SHA512:
		return sha512.New(), nil
	case SHA3256:
		return sha3.New256(), nil
	case SHA3512:
		return sha3.New512(), nil
	}
	return nil, unknown(string(a))
}

// Of returns the digest of data. Fails with ErrAlgorithm.
func (a Algorithm) Of(data []byte) (Digest, error) {
	h, err := a.New()
	if err != nil {
		return Digest{}, err
	}
	_, err = h.Write(data)
	return Digest{a, string(h.Sum(nil))}, err
}

// Sum returns the digest of r up to its end, and its length, which is at most limit bytes. Fails with ErrTooLong after
// reading one byte more than that, with ErrAlgorithm, or with the error of r.
func (a Algorithm) Sum(r io.Reader, limit int64) (Digest, int64, error) {
	if r == nil {
		return Digest{}, 0, errors.New("no stream to make a digest of")
	}
	if limit < 0 {
		return Digest{}, 0, fmt.Errorf("%w of %d bytes", ErrTooLong, limit)
	}
	h, err := a.New()
	if err != nil {
		return Digest{}, 0, err
	}
	n, err := io.Copy(h, io.LimitReader(r, min(limit, math.MaxInt64-1)+1))
	if err != nil {
		return Digest{}, n, err
	}
	if n > limit {
		return Digest{}, n, fmt.Errorf("%w of %d bytes", ErrTooLong, limit)
	}
	return Digest{a, string(h.Sum(nil))}, n, nil
}

// Of returns the SHA-256 digest of data.
func Of(data []byte) Digest {
	sum := sha256.Sum256(data)
	return Digest{SHA256, string(sum[:])}
}

func unknown(name string) error {
	return fmt.Errorf("%w: %.40q; hint: use one of %s, %s, %s, %s, %s", ErrAlgorithm, name, SHA256, SHA384, SHA512, SHA3256, SHA3512)
}
