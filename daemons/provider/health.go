package provider

import (
	"fmt"
	"time"

	"github.com/virtengine/virtengine/daemons/provider/follow"
	"github.com/virtengine/virtengine/daemons/provider/outbox"
)

// Status is how the daemon does.
type Status struct {
	ChainID  string            `json:"chain_id"`
	Provider string            `json:"provider"`
	Uptime   string            `json:"uptime"`
	Chain    follow.Checkpoint `json:"chain"`
	Backend  time.Time         `json:"backend"` // when it answered last
	Bids     uint32            `json:"open_bids"`
	Leases   map[string]int    `json:"leases"` // by state
	Queue    int               `json:"queue"`
	Waiting  string            `json:"waiting"` // how long the oldest operation has been due
	Dead     int               `json:"dead_letters"`
	NotReady []string          `json:"not_ready,omitempty"`
}

// NotReady says why no new work can be taken; empty: it can.
func (d *Daemon) NotReady() (why []string) {
	now := d.deps.Clock.Now()
	at, seen := d.Follow.At()
	if stall := d.deps.Config.Chain.StallAfter; seen.IsZero() {
		why = append(why, "chain: no block was seen yet")
	} else if idle := now.Sub(seen); idle > stall {
		why = append(why, fmt.Sprintf("chain: no block for %s since height %d", idle.Round(time.Second), at.Height))
	}
	d.mu.Lock()
	backend := d.seen
	d.mu.Unlock()
	if backend.IsZero() {
		why = append(why, "backend: it has not answered yet")
	} else if idle := now.Sub(backend); idle > 3*d.deps.Config.Inventory.RefreshEvery {
		why = append(why, fmt.Sprintf("backend: no answer for %s", idle.Round(time.Second)))
	}
	if err := d.deps.Store.Room(); err != nil {
		why = append(why, "queue: "+err.Error())
	}
	return why
}

// Status tells how the daemon does.
func (d *Daemon) Status() (Status, error) {
	at, _ := d.Follow.At()
	d.mu.Lock()
	seen := d.seen
	d.mu.Unlock()
	leases, err := d.Leases.List()
	if err != nil {
		return Status{}, err
	}
	dead, err := d.Outbox.List(outbox.Query{Status: outbox.Dead})
	if err != nil {
		return Status{}, err
	}
	out := Status{ChainID: d.deps.Config.Chain.ID, Provider: d.deps.Provider, Uptime: d.deps.Clock.Now().Sub(d.started).Round(time.Second).String(), Chain: at,
		Backend: seen, Bids: d.Bids.OpenBids(), Leases: map[string]int{}, Queue: d.Outbox.Depth(), Waiting: d.Outbox.OldestDue().Round(time.Millisecond).String(),
		Dead: len(dead), NotReady: d.NotReady()}
	for _, r := range leases {
		out.Leases[string(r.State)]++
	}
	return out, nil
}
