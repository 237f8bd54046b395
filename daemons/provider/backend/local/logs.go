package local

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/leasedir"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/logfile"
)

// followEvery is how often a followed log is looked at.
const followEvery = 100 * time.Millisecond

// source is the log of one replica.
type source struct {
	service string
	replica uint32
	reader  *logfile.Reader
}

// Logs implements backend.Logger. Lines of several replicas come in the order of their times.
func (b *Backend) Logs(ctx context.Context, lease backend.Lease, q backend.LogQuery, yield func(backend.LogLine) error) error {
	key := leasedir.Key(lease)
	plan, err := b.plan(key)
	if err != nil {
		return err
	}
	dir, err := b.store.Dir(key)
	if err != nil {
		return err
	}
	defer dir.Close()
	logs, err := dir.OpenRoot(leasedir.LogsDir)
	if err != nil {
		return err
	}
	defer logs.Close()
	var sources []source
	for _, s := range plan.Services {
		if q.Service != "" && q.Service != s.Name {
			continue
		}
		for i := range s.Count {
			r := logfile.NewReader(logs, logfile.Name(s.Name, i))
			defer r.Close()
			sources = append(sources, source{s.Name, i, r})
		}
	}
	if len(sources) == 0 {
		return fmt.Errorf("%w: lease %s has no service %q", backend.ErrNotFound, key, q.Service)
	}
	if err := send(sources, func(r *logfile.Reader) ([]logfile.Line, error) { return r.Last(q.Tail) }, yield); err != nil {
		return err
	}
	if !q.Follow {
		return nil
	}
	t := time.NewTicker(followEvery)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		}
		if err := send(sources, (*logfile.Reader).Next, yield); err != nil {
			return err
		}
		if _, err := b.store.Plan(key); errors.Is(err, fs.ErrNotExist) {
			return nil // the lease went away
		}
	}
}

func send(from []source, read func(*logfile.Reader) ([]logfile.Line, error), yield func(backend.LogLine) error) error {
	var all []backend.LogLine
	for _, s := range from {
		lines, err := read(s.reader)
		if err != nil {
			return err
		}
		for _, l := range lines {
			all = append(all, backend.LogLine{Service: s.service, Replica: s.replica, At: l.At, Stream: l.Stream, Text: l.Text})
		}
	}
	slices.SortStableFunc(all, func(a, b backend.LogLine) int { return a.At.Compare(b.At) })
	for _, l := range all {
		if err := yield(l); err != nil {
			return err
		}
	}
	return nil
}
