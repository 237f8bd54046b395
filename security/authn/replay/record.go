package replay

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/virtengine/virtengine/security/hashes"
)

// A record is kind, time (big-endian, Unix seconds), fingerprint, and the first bytes of the SHA-256 of all that.
const (
	recordSize = 1 + 8 + 32 + checkSize
	checkSize  = 8

	kindKey   = 'K' // a key was remembered
	kindFloor = 'F' // what ended then or earlier may have been forgotten; the fingerprint is zero
)

var errRecord = errors.New("no record")

func appendRecord(to []byte, kind byte, e entry) []byte {
	start := len(to)
	to = append(to, kind)
	//ve:allow overflow two's complement there and back, every int64 has one
	to = binary.BigEndian.AppendUint64(to, uint64(e.until))
	to = append(to, e.key[:]...)
	return append(to, check(to[start:])...)
}

func check(body []byte) []byte { return hashes.Of(body).Bytes()[:checkSize] }

func readRecord(raw []byte) (kind byte, e entry, err error) {
	if len(raw) < recordSize {
		return 0, entry{}, errRecord
	}
	body := raw[:recordSize-checkSize]
	if !hashes.Equal(check(body), raw[recordSize-checkSize:recordSize]) {
		return 0, entry{}, errRecord
	}
	//ve:allow overflow two's complement there and back, every int64 has one
	e.until = int64(binary.BigEndian.Uint64(body[1:9]))
	copy(e.key[:], body[9:])
	if body[0] != kindKey && (body[0] != kindFloor || e.key != fingerprint{}) {
		return 0, entry{}, errRecord
	}
	return body[0], e, nil
}

// load reads a store's file into a table. A crash may have torn the last writes, whose callers never got an answer, so an
// end without any good record is dropped. A bad record before a good one may stand for a key that was accepted:
// ErrCorrupt.
func load(data []byte, t *table) error {
	bad := -1
	for at := 0; at < len(data); at += recordSize {
		kind, e, err := readRecord(data[at:])
		switch {
		case err != nil && bad < 0:
			bad = at
		case err != nil:
		case bad >= 0:
			return fmt.Errorf("%w: byte %d of the file; hint: remove it once all that was signed before now has expired", ErrCorrupt, bad)
		case kind == kindFloor:
			t.floor = max(t.floor, e.until)
		default:
			t.put(e)
		}
	}
	return nil
}

// dump is a file that load reads back into the same table.
func dump(t *table) []byte {
	out := make([]byte, 0, (len(t.seen)+1)*recordSize)
	if t.floor != math.MinInt64 {
		out = appendRecord(out, kindFloor, entry{until: t.floor})
	}
	for key, until := range t.seen {
		out = appendRecord(out, kindKey, entry{key, until})
	}
	return out
}
