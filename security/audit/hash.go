package audit

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/security/secret"
)

// hashSize is the length of SHA-256 and of HMAC-SHA256 in bytes.
const hashSize = 32

// What stands before the colon of a hash's text.
const (
	unkeyedPrefix = "sha256:"
	keyedPrefix   = "hmac-sha256:"
)

// Domains of the digests: a digest made for an unkeyed record is never one for a keyed record, nor for anything else.
const (
	unkeyedLabel = "virtengine/audit/record/v1"
	keyedLabel   = "virtengine/audit/record/hmac/v1"
)

// Hash is what one record hands on to the next. Hashes can be compared with ==. The zero Hash is what the first record of
// an unkeyed chain names as the one before it.
type Hash struct {
	sum   [hashSize]byte
	keyed bool
}

// Keyed says whether only holders of a key can make this hash.
func (h Hash) Keyed() bool { return h.keyed }

// String is sha256:HEX, or hmac-sha256:HEX for a keyed hash, in lower case.
func (h Hash) String() string {
	prefix := unkeyedPrefix
	if h.keyed {
		prefix = keyedPrefix
	}
	return prefix + hex.EncodeToString(h.sum[:])
}

// ParseHash reads a hash's text. Fails with ErrFormat; upper-case letters are refused, since one hash has one text.
func ParseHash(s string) (Hash, error) {
	var h Hash
	digits, unkeyed := strings.CutPrefix(s, unkeyedPrefix)
	if !unkeyed {
		if digits, h.keyed = strings.CutPrefix(s, keyedPrefix); !h.keyed {
			return Hash{}, fmt.Errorf("%w hash; hint: sha256: or hmac-sha256: and 64 digits of 0-9 and a-f", ErrFormat)
		}
	}
	if len(digits) != 2*hashSize || strings.ToLower(digits) != digits {
		return Hash{}, fmt.Errorf("%w hash: %d characters behind the colon; hint: 64 digits of 0-9 and a-f", ErrFormat, len(digits))
	}
	if _, err := hex.Decode(h.sum[:], []byte(digits)); err != nil {
		return Hash{}, fmt.Errorf("%w hash: %w", ErrFormat, err)
	}
	return h, nil
}

// Head names the last record of a log: what an operator keeps elsewhere to find out later that the end was cut off.
// The zero Head is none.
type Head struct {
	Seq  uint64 // 0: no record yet
	Hash Hash
}

// IsZero says whether this is no head.
func (h Head) IsZero() bool { return h == Head{} }

// String is SEQ:HASH, as in 42:sha256:5f1c...
func (h Head) String() string { return strconv.FormatUint(h.Seq, 10) + ":" + h.Hash.String() }

// ParseHead reads a head's text. Fails with ErrFormat.
func ParseHead(s string) (Head, error) {
	number, text, _ := strings.Cut(s, ":")
	seq, err := strconv.ParseUint(number, 10, 64)
	if err != nil || strconv.FormatUint(seq, 10) != number {
		return Head{}, fmt.Errorf("%w head: no sequence number before the colon; hint: SEQ:HASH as verify prints it", ErrFormat)
	}
	hash, err := ParseHash(text)
	if err != nil {
		return Head{}, fmt.Errorf("head: %w", err)
	}
	return Head{Seq: seq, Hash: hash}, nil
}

// sealer makes the hashes of one chain.
type sealer struct {
	key secret.Bytes // zero: unkeyed
}

// newSealer fails with hashes.ErrKey for a key that is too short, and as secret.Bytes.Use does for a wiped one.
func newSealer(key secret.Bytes) (sealer, error) {
	s := sealer{key: key}
	if _, err := s.seal(nil); err != nil {
		return sealer{}, fmt.Errorf("key of the audit log: %w", err)
	}
	return s, nil
}

func (s sealer) keyed() bool { return !s.key.IsZero() }

// genesis is what the first record names as the one before it.
func (s sealer) genesis() Hash { return Hash{keyed: s.keyed()} }

// seal returns the hash of a record's body.
func (s sealer) seal(body []byte) (Hash, error) {
	label := unkeyedLabel
	if s.keyed() {
		label = keyedLabel
	}
	t, err := hashes.NewTranscript(label)
	if err != nil {
		return Hash{}, err
	}
	sum := t.Add("body", body).Sum().Bytes()
	if s.keyed() {
		err = s.key.Use(func(key []byte) error {
			sum, err = hashes.MAC(key, sum)
			return err
		})
		if err != nil {
			return Hash{}, err
		}
	}
	h := Hash{keyed: s.keyed()}
	copy(h.sum[:], sum)
	return h, nil
}
