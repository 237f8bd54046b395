package local

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"strings"
	"time"

	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/leasedir"
)

// Events implements backend.Eventer.
func (b *Backend) Events(_ context.Context, lease backend.Lease, since time.Time) ([]backend.Event, error) {
	key := leasedir.Key(lease)
	if _, err := b.plan(key); err != nil {
		return nil, err
	}
	dir, err := b.store.Dir(key)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	var out []backend.Event
	for _, name := range []string{leasedir.EventsFile + ".1", leasedir.EventsFile} {
		data, err := dir.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(data)) {
			var e backend.Event
			if json.Unmarshal([]byte(line), &e) != nil {
				continue // a crash cut it short
			}
			if e.At.After(since) {
				out = append(out, e)
			}
		}
	}
	return out, nil
}
