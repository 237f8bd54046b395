package measure

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/virtengine/virtengine/security/hashes"
)

// Extend gives a register's value after one extension: H(old ‖ digest).
func Extend(bank hashes.Algorithm, old, digest []byte) ([]byte, error) {
	if len(old) != bank.Size() || len(digest) != bank.Size() || bank.Size() == 0 {
		return nil, fmt.Errorf("register of %d bytes extended by %d in bank %q: %w", len(old), len(digest), bank, ErrFormat)
	}
	sum, err := bank.Of(append(bytes.Clone(old), digest...))
	if err != nil {
		return nil, err
	}
	return sum.Bytes(), nil
}

// Replay gives what a register holds after the log. PCRs 17 to 22 begin with ones after a reset, and are refused.
func (l *Log) Replay(register int) ([]byte, error) {
	if register >= 17 && register <= 22 {
		return nil, fmt.Errorf("PCR %d is of a dynamic launch: %w", register, ErrFormat)
	}
	value := make([]byte, l.Bank.Size())
	if register == 0 && len(value) > 0 {
		value[len(value)-1] = l.Locality
	}
	for _, e := range l.Events {
		if e.Register != register {
			continue
		}
		var err error
		if value, err = Extend(l.Bank, value, e.Digest); err != nil {
			return nil, err
		}
	}
	return value, nil
}

// RTMRs replays the four registers of a TD from a log that counts them from 1, as CCEL does.
func (l *Log) RTMRs() ([4][]byte, error) {
	var out [4][]byte
	for i := range out {
		var err error
		if out[i], err = l.Replay(i + 1); err != nil {
			return out, err
		}
	}
	return out, nil
}

const dstackRuntime = 0x08000001 // events that dstack extends itself, whose digest covers name and payload

// ParseDstack reads an event log as dstack writes it: a JSON list of {imr, event_type, digest, event, event_payload}, with
// RTMR0 as imr 0. Digests of runtime events are recomputed: ErrDigest. Registers are counted as in a CCEL.
func ParseDstack(raw []byte) (*Log, error) {
	if len(raw) > MaxLog {
		return nil, fmt.Errorf("event log of %d bytes, at most %d: %w", len(raw), MaxLog, ErrTooLarge)
	}
	var list []struct {
		Register int    `json:"imr"`
		Type     uint32 `json:"event_type"`
		Digest   string `json:"digest"`
		Event    string `json:"event"`
		Payload  string `json:"event_payload"`
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, fmt.Errorf("event log is no list of events: %w", ErrFormat)
	}
	if len(list) > MaxEvents {
		return nil, fmt.Errorf("more than %d events: %w", MaxEvents, ErrTooLarge)
	}
	log := &Log{Bank: hashes.SHA384}
	for i, e := range list {
		digest, err1 := hex.DecodeString(e.Digest)
		payload, err2 := hex.DecodeString(e.Payload)
		if err1 != nil || err2 != nil || len(digest) != log.Bank.Size() || e.Register < 0 || e.Register > 3 {
			return nil, fmt.Errorf("event %d: %w", i, ErrFormat)
		}
		if e.Type == dstackRuntime {
			text := binary.LittleEndian.AppendUint32(nil, e.Type)
			text = append(append(append(text, ':'), e.Event...), ':')
			sum, err := log.Bank.Of(append(text, payload...))
			if err != nil {
				return nil, err
			}
			if !hashes.Equal(sum.Bytes(), digest) {
				return nil, fmt.Errorf("event %d: %w", i, ErrDigest)
			}
		}
		log.Events = append(log.Events, Event{Register: e.Register + 1, Type: e.Type, Digest: digest, Data: payload})
	}
	return log, nil
}
