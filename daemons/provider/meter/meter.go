package meter

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	settletypes "github.com/virtengine/virtengine/chain/x/settlement/types"
	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/chainport"
	"github.com/virtengine/virtengine/daemons/provider/clock"
	"github.com/virtengine/virtengine/daemons/provider/lease"
	"github.com/virtengine/virtengine/daemons/provider/outbox"
	"github.com/virtengine/virtengine/daemons/provider/store"
)

// Chain is what metering asks of the chain. Errors are chainport's.
type Chain interface {
	// LastUsage returns the newest record the chain has of a lease, ErrNotFound where it has none.
	LastUsage(ctx context.Context, lease uint64) (settletypes.UsageRecord, error)
}

// Options of a meter.
type Options struct {
	Store    *store.Store
	Outbox   *outbox.Outbox
	Backend  backend.Backend
	Chain    Chain
	Sender   chainport.Sender
	Clock    clock.Clock
	Log      *slog.Logger
	Metrics  prometheus.Registerer
	ChainID  string
	Provider string
	Interval time.Duration // between readings
	Window   time.Duration // of a record; records end at the first reading past a multiple of it
	MaxGap   time.Duration // between readings that count as continuous; 0: three intervals
	// Settled is told, as part of tx, when a lease's final record is accepted or cannot be any more.
	Settled func(tx *store.Tx, id uint64) error
}

// Meter measures leases. Safe for concurrent use.
type Meter struct {
	o       Options
	metrics *metrics

	mu   sync.Mutex
	live map[uint64]string // leases to sample -> owner
}

var _ lease.Meter = (*Meter)(nil)

const kindSend = "usage.send"

// New makes a meter and registers what it does with the outbox.
func New(o Options) (*Meter, error) {
	if o.Store == nil || o.Outbox == nil || o.Backend == nil || o.Chain == nil || o.Sender == nil || o.Clock == nil || o.Log == nil ||
		o.Metrics == nil || o.Settled == nil || o.ChainID == "" || o.Provider == "" {
		return nil, errors.New("meter: a dependency is missing")
	}
	if o.Interval <= 0 || o.Window < o.Interval {
		return nil, fmt.Errorf("meter: an interval of %s and a window of %s: the window is at least one interval", o.Interval, o.Window)
	}
	if o.MaxGap == 0 {
		o.MaxGap = 3 * o.Interval
	}
	m := &Meter{o: o, live: map[uint64]string{}}
	var err error
	if m.metrics, err = newMetrics(o.Metrics); err != nil {
		return nil, err
	}
	if err := o.Outbox.Register(kindSend, outbox.Kind{Handle: m.send, Persists: true, Timeout: chainport.SendTimeout}); err != nil {
		return nil, err
	}
	return m, o.Store.View(func(tx *store.Tx) error {
		return store.Scan(tx, []byte(headPrefix), func(_ []byte, h head) (bool, error) {
			m.note(h)
			return true, nil
		})
	})
}

func (m *Meter) note(h head) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if h.Final {
		delete(m.live, h.Lease)
	} else {
		m.live[h.Lease] = h.Owner
	}
}

func (m *Meter) write(tx *store.Tx, h head) error {
	tx.AfterCommit(func() { m.note(h) })
	return tx.Set(store.Key(headPrefix, h.Lease), h)
}

// Begin implements lease.Meter.
func (m *Meter) Begin(tx *store.Tx, r lease.Record) error {
	if _, err := readHead(tx, r.ID); !errors.Is(err, ErrUnknownLease) {
		return err
	}
	return m.write(tx, newHead(r, m.o.Clock.Now()))
}

// Run takes readings at multiples of the interval until ctx ends.
func (m *Meter) Run(ctx context.Context) error {
	for {
		now := m.o.Clock.Now()
		fired, stop := m.o.Clock.After(now.Truncate(m.o.Interval).Add(m.o.Interval).Sub(now))
		select {
		case <-ctx.Done():
			stop()
			return nil
		case <-fired:
		}
		if err := m.SampleAll(ctx); err != nil {
			return err
		}
	}
}

// SampleAll takes a reading of every lease.
func (m *Meter) SampleAll(ctx context.Context) error {
	m.mu.Lock()
	live := maps.Clone(m.live)
	m.mu.Unlock()
	var g errgroup.Group
	g.SetLimit(8)
	for _, id := range slices.Sorted(maps.Keys(live)) {
		g.Go(func() error {
			err := m.Sample(ctx, backend.Lease{ChainID: m.o.ChainID, ID: id, Provider: m.o.Provider, Owner: live[id]})
			if errors.Is(err, store.ErrCorrupt) || errors.Is(err, store.ErrClosed) {
				return err
			}
			if err != nil && ctx.Err() == nil {
				m.metrics.failures.Inc()
				m.o.Log.Warn("no reading; the time until the next one may go unbilled", "lease", id, "error", err)
			}
			return nil
		})
	}
	return g.Wait()
}

// Sample implements lease.Meter.
func (m *Meter) Sample(ctx context.Context, l backend.Lease) error {
	var since time.Time
	err := m.o.Store.View(func(tx *store.Tx) error {
		h, err := readHead(tx, l.ID)
		if err == nil && h.Last != nil {
			since = h.Last.At()
		}
		return err
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	readings, err := m.o.Backend.Usage(ctx, l, since)
	if errors.Is(err, backend.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return m.o.Store.Finish(func(tx *store.Tx) error {
		h, err := readHead(tx, l.ID)
		if err != nil || h.Final {
			return err
		}
		for _, r := range readings {
			if err := m.take(tx, &h, fromReading(l.ID, r)); err != nil {
				return err
			}
		}
		return m.write(tx, h)
	})
}

// take appends a reading to the log, and makes a record where one is complete. A reading that is not newer than the last, since
// it was taken twice or the clock went back, is left out, as is one from before the lease.
func (m *Meter) take(tx *store.Tx, h *head, s Sample) error {
	if (h.Last != nil && s.AtMs <= h.Last.AtMs) || s.AtMs < h.begins() {
		return nil
	}
	if h.Last == nil && h.Fresh {
		at := max(h.begins(), s.AtMs-m.o.Interval.Milliseconds())
		if at < s.AtMs {
			if err := m.log(tx, h, Sample{Lease: h.Lease, AtMs: at, Epoch: s.Epoch, Note: "begin"}); err != nil {
				return err
			}
		}
	}
	if h.Last != nil && s.AtMs-h.Last.AtMs > m.o.MaxGap.Milliseconds() {
		gap := lease.Gap{From: h.Last.At(), To: s.At()}
		m.metrics.gaps.Add(gap.To.Sub(gap.From).Seconds())
		m.o.Log.Warn("time that was not measured is not billed", "lease", h.Lease, "from", gap.From, "to", gap.To)
		if err := m.cut(tx, h, false); err != nil {
			return err
		}
		h.Gaps = append(h.Gaps, gap)
		h.Gaps = h.Gaps[max(0, len(h.Gaps)-gapsKept):]
		h.From = nil
	}
	if err := m.log(tx, h, s); err != nil {
		return err
	}
	if w := m.o.Window.Milliseconds(); h.From.AtMs/w != s.AtMs/w {
		return m.cut(tx, h, false)
	}
	return nil
}

// log appends a sample.
func (m *Meter) log(tx *store.Tx, h *head, s Sample) error {
	s.Seq = 1
	if h.Last != nil {
		s.Seq = h.Last.Seq + 1
	}
	h.Last = &s
	if h.From == nil {
		h.From = &s
	}
	m.metrics.samples.Inc()
	return appendSample(tx, s)
}

// cut makes a record of what lies between From and Last, and queues it.
func (m *Meter) cut(tx *store.Tx, h *head, final bool) error {
	if h.From == nil || (h.From.Seq == h.Last.Seq && !final) {
		return nil
	}
	sum := zero()
	var last *Sample
	evidence, err := stretch(tx, h.Lease, h.From.Seq, h.Last.Seq, func(s Sample) {
		if last != nil {
			sum = sum.add(between(*last, s, h.Caps))
		}
		last = &s
	})
	if err != nil {
		return err
	}
	if len(h.Metered) == 0 && !final { // nothing to bill by use: the log is kept, no record is made
		h.Total, h.From = h.Total.add(sum), h.Last
		return nil
	}
	return m.make(tx, h, record{Start: h.From.At(), End: h.Last.At(), Evidence: evidence, Final: final}, sum)
}

// make stores a record and queues it.
func (m *Meter) make(tx *store.Tx, h *head, r record, sum Amounts) error {
	r.Before = *h
	r.Lease, r.Seq, r.Rev = h.Lease, h.Next, h.Rev
	r.Q, h.Rest = h.priced(h.Rest.add(sum))
	h.Total = h.Total.add(sum)
	h.Next, h.From, h.Until, h.Final = h.Next+1, h.Last, r.End.UnixMilli(), r.Final
	if err := tx.Set(store.Key(recordPrefix, r.Lease, r.Seq), r); err != nil {
		return err
	}
	_, err := m.o.Outbox.Put(tx, outbox.Op{ID: fmt.Sprintf("usage/%d/%d/%d", r.Lease, r.Seq, r.Rev), Lane: lease.UsageLane(r.Lease), Kind: kindSend},
		ref{r.Lease, r.Seq, r.Rev})
	return err
}

type ref struct {
	Lease uint64 `json:"lease"`
	Seq   uint64 `json:"seq"`
	Rev   uint64 `json:"rev"`
}
