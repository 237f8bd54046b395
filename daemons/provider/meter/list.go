package meter

import (
	"encoding/hex"
	"time"

	restypes "github.com/virtengine/virtengine/chain/x/resources/types"
	"github.com/virtengine/virtengine/daemons/provider/store"
)

// Entry is a usage record as an operator sees it.
type Entry struct {
	Lease    uint64              `json:"lease"`
	Sequence uint64              `json:"sequence"`
	Start    time.Time           `json:"start"`
	End      time.Time           `json:"end"`
	Used     []restypes.Quantity `json:"used"`
	Evidence string              `json:"evidence"` // SHA-256, hex
	Final    bool                `json:"final"`
	Accepted bool                `json:"accepted"`
}

// Records lists the usage records of a lease, or of all leases (0), in sequence.
func (m *Meter) Records(id uint64) (out []Entry, err error) {
	prefix := []byte(recordPrefix)
	if id != 0 {
		prefix = store.Key(recordPrefix, id)
	}
	err = m.o.Store.View(func(tx *store.Tx) error {
		return store.Scan(tx, prefix, func(_ []byte, r record) (bool, error) {
			out = append(out, Entry{Lease: r.Lease, Sequence: r.Seq, Start: r.Start, End: r.End,
				Used: r.Q, Evidence: hex.EncodeToString(r.Evidence), Final: r.Final, Accepted: r.Accepted})
			return true, nil
		})
	})
	return out, err
}

// samplesKept is how long the log of a settled lease is kept: evidence, for as long as an invoice may be disputed and beyond.
const samplesKept = 90 * 24 * time.Hour

// Forget removes what is known of leases whose last record was accepted that long ago.
func (m *Meter) Forget() error {
	before := m.o.Clock.Now().Add(-samplesKept).UnixMilli()
	return m.o.Store.Finish(func(tx *store.Tx) error {
		var old []uint64
		err := store.Scan(tx, []byte(headPrefix), func(_ []byte, h head) (bool, error) {
			if h.Settled && h.Until < before {
				old = append(old, h.Lease)
			}
			return len(old) < 100, nil
		})
		if err != nil {
			return err
		}
		for _, id := range old {
			var keys [][]byte
			for _, prefix := range []string{samplePrefix, recordPrefix, headPrefix} {
				err := tx.Scan(store.Key(prefix, id), nil, func(key, _ []byte) (bool, error) {
					keys = append(keys, key)
					return len(keys) < 50_000, nil
				})
				if err != nil {
					return err
				}
			}
			for _, k := range keys {
				if err := tx.Delete(k); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
