package measure

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/virtengine/virtengine/security/hashes"
)

// Caps of an event log.
const (
	MaxLog    = 1 << 20
	MaxEvents = 8192
	maxAlgs   = 8
)

// Errors of this package.
var (
	ErrFormat   = errors.New("format is not read here")
	ErrTooLarge = errors.New("larger than its cap")
	ErrDigest   = errors.New("event has another digest than its content")
)

const noAction = 3 // EV_NO_ACTION: recorded, not extended

// Event is one extension of a register.
type Event struct {
	Register int // PCR index; of a CCEL its measurement register, where 1 is RTMR0
	Type     uint32
	Digest   []byte
	Data     []byte
}

// Log is the part of an event log that is of one bank.
type Log struct {
	Bank     hashes.Algorithm
	Events   []Event // extensions only
	Locality byte    // of the startup, with which PCR 0 begins
}

type walk struct {
	rest   []byte
	broken bool
}

func (w *walk) take(n uint64) []byte {
	if w.broken || n > uint64(len(w.rest)) {
		w.broken = true
		return nil
	}
	out := w.rest[:n:n]
	w.rest = w.rest[n:]
	return out
}

func (w *walk) u16() uint16 {
	if b := w.take(2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

func (w *walk) u32() uint32 {
	if b := w.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

// ParseLog reads a crypto-agile event log, as firmware leaves it in binary_bios_measurements or in the ACPI table CCEL, and
// keeps one bank. A tail of only 0x00 or only 0xff behind the last event is the table's empty rest.
// Source: TCG PC Client Platform Firmware Profile, sections 9.4 and 10.2. Errors: ErrFormat, ErrTooLarge.
func ParseLog(raw []byte, bank hashes.Algorithm) (*Log, error) {
	id, ok := map[hashes.Algorithm]uint16{hashes.SHA256: 0x0b, hashes.SHA384: 0x0c, hashes.SHA512: 0x0d}[bank]
	if !ok {
		return nil, fmt.Errorf("bank %q: %w", bank, ErrFormat)
	}
	if len(raw) > MaxLog {
		return nil, fmt.Errorf("event log of %d bytes, at most %d: %w", len(raw), MaxLog, ErrTooLarge)
	}
	w := &walk{rest: raw}
	sizes, err := header(w)
	if err != nil {
		return nil, err
	}
	log := &Log{Bank: bank}
	for n := 0; !empty(w.rest); n++ {
		if n == MaxEvents {
			return nil, fmt.Errorf("more than %d events: %w", MaxEvents, ErrTooLarge)
		}
		if err := log.next(w, sizes, id, n); err != nil {
			return nil, err
		}
	}
	return log, nil
}

// header reads the first event, which has the old form and says which algorithms the others have.
func header(w *walk) (map[uint16]uint64, error) {
	w.take(4)
	kind := w.u32()
	w.take(20)
	spec := &walk{rest: w.take(uint64(w.u32()))}
	signature := spec.take(16)
	spec.take(8) // platform class, version, errata, size of addresses
	count := spec.u32()
	if w.broken || spec.broken || kind != noAction || !bytes.Equal(signature, []byte("Spec ID Event03\x00")) || count > maxAlgs {
		return nil, fmt.Errorf("event log does not begin with Spec ID Event03: %w", ErrFormat)
	}
	sizes := make(map[uint16]uint64, count)
	for range count {
		id := spec.u16()
		sizes[id] = uint64(spec.u16())
	}
	if spec.broken {
		return nil, fmt.Errorf("list of algorithms is cut short: %w", ErrFormat)
	}
	return sizes, nil
}

func (l *Log) next(w *walk, sizes map[uint16]uint64, bank uint16, n int) error {
	register, kind, count := w.u32(), w.u32(), w.u32()
	if register > 64 || count > maxAlgs {
		return fmt.Errorf("event %d: register %d, %d digests: %w", n, register, count, ErrFormat)
	}
	var digest []byte
	for range count {
		id := w.u16()
		size, known := sizes[id]
		if !w.broken && !known {
			return fmt.Errorf("event %d: algorithm %#04x is not in the log's list: %w", n, id, ErrFormat)
		}
		if d := w.take(size); id == bank {
			digest = d
		}
	}
	data := w.take(uint64(w.u32()))
	if w.broken {
		return fmt.Errorf("event %d is cut short: %w", n, ErrFormat)
	}
	if kind == noAction {
		if register == 0 && len(data) == 17 && bytes.HasPrefix(data, []byte("StartupLocality\x00")) {
			l.Locality = data[16]
		}
		return nil
	}
	if len(digest) != l.Bank.Size() {
		return fmt.Errorf("event %d has no digest of %s: %w", n, l.Bank, ErrFormat)
	}
	l.Events = append(l.Events, Event{Register: int(register), Type: kind, Digest: digest, Data: data})
	return nil
}

func empty(rest []byte) bool {
	if len(rest) == 0 || rest[0] != 0 && rest[0] != 0xff {
		return len(rest) == 0
	}
	for _, b := range rest {
		if b != rest[0] {
			return false
		}
	}
	return true
}
