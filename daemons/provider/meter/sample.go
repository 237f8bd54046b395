// Package meter turns the platform's counters into usage records.
//
// Readings go into an append-only log with a checksum per entry. A record covers whole intervals between readings, so the sum over
// all records is the sum over all intervals: nothing is rounded away, and what is too small for the chain's unit is carried to the
// next record. Time between readings that lie too far apart was not measured; no record covers it. A record's evidence hash is that of
// its stretch of the log, so whoever holds the log can check the record.
package meter

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"time"

	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/store"
)

// Sample is one entry of a lease's log. Its JSON is its canonical form.
type Sample struct {
	Lease   uint64 `json:"lease"`
	Seq     uint64 `json:"seq"`    // 1, 2, 3 within the lease
	AtMs    int64  `json:"at_ms"`  // since 1970, UTC
	Epoch   string `json:"epoch"`  // changes when the counters began again
	CPU     uint64 `json:"cpu"`    // milli-CPU milliseconds since the epoch began
	Memory  uint64 `json:"memory"` // bytes held from now on, until the next sample
	Storage uint64 `json:"storage"`
	GPUs    uint32 `json:"gpus"`
	Note    string `json:"note,omitempty"` // begin or end: not a reading, but where a lease's use began or ended
}

// At is the sample's time.
func (s Sample) At() time.Time { return time.UnixMilli(s.AtMs).UTC() }

func fromReading(lease uint64, r backend.Reading) Sample {
	return Sample{Lease: lease, AtMs: r.At.UnixMilli(), Epoch: r.Epoch, CPU: r.CPUMilliMs, Memory: r.MemoryBytes, Storage: r.StorageBytes, GPUs: r.GPUs}
}

const samplePrefix = "m/s/" // lease, place -> checksum, JSON

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// append writes a sample to the log.
func appendSample(tx *store.Tx, s Sample) error {
	raw, err := json.Marshal(s)
	if err != nil {
		return err
	}
	entry := binary.BigEndian.AppendUint32(nil, crc32.Checksum(raw, castagnoli))
	return tx.SetBytes(store.Key(samplePrefix, s.Lease, s.Seq), append(entry, raw...))
}

// stretch calls fn with the samples first to last and returns the evidence hash: SHA-256 over their canonical lines.
// Fails with store.ErrCorrupt when an entry's checksum is wrong or one is missing.
func stretch(tx *store.Tx, lease, first, last uint64, fn func(s Sample)) ([]byte, error) {
	h := sha256.New()
	next := first
	err := tx.Scan(store.Key(samplePrefix, lease), store.Key(samplePrefix, lease, first), func(key, entry []byte) (bool, error) {
		s, raw, err := decode(key, entry)
		if err != nil {
			return false, err
		}
		if s.Seq > last {
			return false, nil
		}
		if s.Seq != next {
			return false, fmt.Errorf("%w: sample %d of lease %d is missing", store.ErrCorrupt, next, lease)
		}
		next++
		h.Write(raw)
		h.Write([]byte{'\n'})
		fn(s)
		return true, nil
	})
	if err == nil && next != last+1 {
		err = fmt.Errorf("%w: sample %d of lease %d is missing", store.ErrCorrupt, next, lease)
	}
	return h.Sum(nil), err
}

func decode(key, entry []byte) (s Sample, raw []byte, err error) {
	if len(entry) < 4 || binary.BigEndian.Uint32(entry) != crc32.Checksum(entry[4:], castagnoli) {
		return s, nil, fmt.Errorf("%w: sample %x fails its checksum", store.ErrCorrupt, key)
	}
	raw = entry[4:]
	if err := json.Unmarshal(raw, &s); err != nil {
		return s, nil, fmt.Errorf("%w: sample %x: %w", store.ErrCorrupt, key, err)
	}
	return s, raw, nil
}
