package meter

import (
	"crypto/sha256"
	"errors"
	"time"

	"cosmossdk.io/math"

	"github.com/virtengine/virtengine/daemons/provider/lease"
	"github.com/virtengine/virtengine/daemons/provider/store"
)

// Finalize implements lease.Meter. The last record ends with the lease: readings taken later do not count, and what was held at
// the last reading before is held until then.
func (m *Meter) Finalize(tx *store.Tx, id uint64, closed time.Time) error {
	h, err := readHead(tx, id)
	if err != nil || h.Final {
		return err
	}
	end := closed.UnixMilli()
	h.Closed = closed
	if h, err = m.rewind(tx, h, func(r record) bool { return !r.Accepted && r.End.After(closed) }); err != nil {
		return err
	}
	last, err := newestUntil(tx, h, end)
	if err != nil {
		return err
	}
	if h.From != nil && h.From.AtMs <= end && last != nil {
		h.Last = last
		if end > last.AtMs && end-last.AtMs <= m.o.MaxGap.Milliseconds() {
			// The place behind the last counted sample is taken by a reading that came too late, if there was one.
			s := *last
			s.AtMs, s.Note = end, "end"
			if err := m.log(tx, &h, s); err != nil {
				return err
			}
		}
		if h.From.AtMs < h.Last.AtMs {
			if err := m.cut(tx, &h, true); err != nil {
				return err
			}
			return m.write(tx, h)
		}
	}
	// Nothing was measured since the last record, or at all: an empty period ends the lease.
	none := sha256.Sum256(nil)
	if h.Last == nil {
		h.Last = &Sample{Lease: id, AtMs: end, Note: "end"}
	}
	if err := m.make(tx, &h, record{Start: closed, End: closed, Evidence: none[:], Final: true}, zero()); err != nil {
		return err
	}
	return m.write(tx, h)
}

// rewind unmakes the first record that is wrong and all after it, as if they had never been made. Their samples stay.
func (m *Meter) rewind(tx *store.Tx, h head, wrong func(r record) bool) (head, error) {
	var first *record
	err := store.Scan(tx, store.Key(recordPrefix, h.Lease), func(_ []byte, r record) (bool, error) {
		if wrong(r) {
			first = &r
		}
		return first == nil, nil
	})
	if err != nil || first == nil {
		return h, err
	}
	for seq := first.Seq; seq < h.Next; seq++ {
		if err := tx.Delete(store.Key(recordPrefix, h.Lease, seq)); err != nil {
			return h, err
		}
	}
	back := first.Before
	back.Last, back.Gaps, back.Done, back.Closed, back.Rev = h.Last, h.Gaps, h.Done, h.Closed, h.Rev+1
	return back, nil
}

// newestUntil returns the newest sample of the next record that is not after end; nil where there is none.
func newestUntil(tx *store.Tx, h head, end int64) (*Sample, error) {
	if h.From == nil || h.Last == nil {
		return nil, nil
	}
	var newest *Sample
	_, err := stretch(tx, h.Lease, h.From.Seq, h.Last.Seq, func(s Sample) {
		if s.AtMs <= end {
			newest = &s
		}
	})
	return newest, err
}

// Status implements lease.Meter.
func (m *Meter) Status(id uint64) (lease.UsageStatus, error) {
	var h head
	err := m.o.Store.View(func(tx *store.Tx) (err error) { h, err = readHead(tx, id); return err })
	if errors.Is(err, ErrUnknownLease) {
		return lease.UsageStatus{}, nil // adopted a moment ago
	}
	if err != nil {
		return lease.UsageStatus{}, err
	}
	q, _ := inUnits(h.Total)
	out := lease.UsageStatus{Records: h.Next - 1, Accepted: h.Done, Total: map[string]math.Int{}, Gaps: h.Gaps}
	for c, amount := range q {
		out.Total[names[c]] = amount
	}
	if h.Until > 0 {
		out.Until = time.UnixMilli(h.Until).UTC()
	}
	if h.Last != nil {
		r := h.Last.reading()
		out.LastSample = &r
	}
	return out, nil
}
