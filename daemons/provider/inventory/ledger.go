package inventory

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	restypes "github.com/virtengine/virtengine/chain/x/resources/types"
	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/store"
)

const prefix = "i/"

// Hold is what one order or lease holds.
type Hold struct {
	Order     uint64          `json:"order"`
	Allocated bool            `json:"allocated"`         // a lease; else a reservation for a bid
	Expires   int64           `json:"expires,omitempty"` // height after which a reservation is looked at again
	Places    []Placement     `json:"places"`
	Units     []restypes.Unit `json:"units"`
	// Unplaced marks a lease that is on chain and fits no node any more: it counts against nothing until the
	// backend has room again.
	Unplaced bool `json:"unplaced,omitempty"`
}

// Ledger is who holds what. Changes are part of a store transaction. Safe for concurrent use.
type Ledger struct {
	over Overcommit

	mu    sync.RWMutex
	known bool
	nodes []*node
	holds map[uint64]Hold
	// expiring has the reservations by the height they expire at, so that a block looks only at those due.
	expiring map[int64]map[uint64]struct{}
	swept    int64
}

// Open reads the ledger. Nothing can be reserved until Refresh told what the backend has.
func Open(s *store.Store, over Overcommit) (*Ledger, error) {
	if over.CPU == 0 || over.Memory == 0 || over.Storage == 0 {
		return nil, fmt.Errorf("over-commit of %d/%d/%d percent: each kind needs one percent or more", over.CPU, over.Memory, over.Storage)
	}
	l := &Ledger{over: over, holds: map[uint64]Hold{}, expiring: map[int64]map[uint64]struct{}{}}
	err := s.View(func(tx *store.Tx) error {
		return store.Scan(tx, []byte(prefix), func(_ []byte, h Hold) (bool, error) {
			l.holds[h.Order] = h
			l.watch(h)
			return true, nil
		})
	})
	return l, err
}

// Refresh tells what the backend has now, and places what is held on it again. It returns the orders that fit no
// more, newest first: reservations whose bids should be taken back. Leases that fit no more stay, as Unplaced.
func (l *Ledger) Refresh(tx *store.Tx, inv backend.Inventory) (displaced []uint64, err error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	nodes, err := limits(inv, l.over)
	if err != nil {
		return nil, err
	}
	ids := slices.Sorted(maps.Keys(l.holds))
	next := map[uint64]Hold{}
	for _, leases := range []bool{true, false} { // leases first: they are promises kept already
		for _, id := range ids {
			h := l.holds[id]
			if h.Allocated != leases {
				continue
			}
			if h.Unplaced || !seat(nodes, h.Places) {
				places, err := pack(nodes, h.Units)
				switch {
				case err == nil:
					h.Places, h.Unplaced = places, false
				case errors.Is(err, ErrNoRoom):
					h.Places, h.Unplaced = nil, true
					if !h.Allocated {
						displaced = append(displaced, id)
					}
				default:
					return nil, err
				}
				if err := tx.Set(store.Key(prefix, id), h); err != nil {
					return nil, err
				}
			}
			next[id] = h
		}
	}
	tx.AfterCommit(func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.nodes, l.holds, l.known = nodes, next, true
	})
	slices.Reverse(displaced)
	return displaced, nil
}

// seat puts replicas back where they were; false changes nothing: a node is gone or too small now.
func seat(nodes []*node, places []Placement) bool {
	trial := map[string]*node{}
	for _, n := range nodes {
		c := *n
		trial[n.name] = &c
	}
	for _, p := range places {
		n := trial[p.Node]
		if n == nil {
			return false
		}
		if _, kind, _ := n.fit(p.Takes); kind != "" || n.take(p.Takes) != nil {
			return false
		}
	}
	for _, n := range nodes {
		*n = *trial[n.name]
	}
	return true
}

// Fits tells whether the units would fit now, holding nothing. Fails with *Refusal or ErrNodeUnknown.
func (l *Ledger) Fits(units []restypes.Unit) error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if !l.known {
		return ErrNodeUnknown
	}
	_, err := pack(copyNodes(l.nodes), units)
	return err
}

// Reserve holds room for an order until the given height, one order in a transaction. Reserving again what is held
// changes nothing.
// Fails with *Refusal, ErrOverflow or ErrNodeUnknown.
func (l *Ledger) Reserve(tx *store.Tx, order uint64, units []restypes.Unit, expires int64) error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if !l.known {
		return ErrNodeUnknown
	}
	if _, held := l.holds[order]; held {
		return nil
	}
	places, err := pack(copyNodes(l.nodes), units)
	if err != nil {
		return err
	}
	return l.put(tx, Hold{Order: order, Expires: expires, Places: places, Units: units})
}

// Allocate turns an order's reservation into its lease's allocation. A lease that was not reserved for, since the chain
// says it is ours all the same, is placed if it fits and kept as Unplaced if not.
func (l *Ledger) Allocate(tx *store.Tx, order uint64, units []restypes.Unit) error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	h, held := l.holds[order]
	if held && h.Allocated {
		return nil
	}
	if !held {
		h = Hold{Order: order, Units: units, Unplaced: true}
		if l.known {
			if places, err := pack(copyNodes(l.nodes), units); err == nil {
				h.Places, h.Unplaced = places, false
			} else if !errors.Is(err, ErrNoRoom) {
				return err
			}
		}
	}
	h.Allocated, h.Expires = true, 0
	return l.put(tx, h)
}

// Extend holds a reservation until a later height.
func (l *Ledger) Extend(tx *store.Tx, order uint64, expires int64) error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	h, held := l.holds[order]
	if !held {
		return fmt.Errorf("%w: order %d", ErrUnknown, order)
	}
	if h.Allocated {
		return nil
	}
	h.Expires = expires
	return l.put(tx, h)
}

// Release gives back what an order or lease holds. Releasing nothing is no error.
func (l *Ledger) Release(tx *store.Tx, order uint64) error {
	tx.AfterCommit(func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if h, held := l.holds[order]; held {
			l.unwatch(h)
			l.unseat(h)
			delete(l.holds, order)
		}
	})
	return tx.Delete(store.Key(prefix, order))
}

// Due returns the reservations that expire at or before height and were not returned yet. Its cost is that of the
// answer and of the blocks since the last call.
func (l *Ledger) Due(height int64) []uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []uint64
	if height-l.swept > int64(len(l.expiring)) { // far behind: the reservations are fewer than the blocks
		for at := range l.expiring {
			if at <= height {
				out = slices.AppendSeq(out, maps.Keys(l.expiring[at]))
				delete(l.expiring, at)
			}
		}
	} else {
		for at := l.swept; at <= height; at++ {
			out = slices.AppendSeq(out, maps.Keys(l.expiring[at]))
			delete(l.expiring, at)
		}
	}
	l.swept = max(l.swept, height)
	slices.Sort(out)
	return out
}

// Get returns what an order holds. Fails with ErrUnknown.
func (l *Ledger) Get(order uint64) (Hold, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	h, held := l.holds[order]
	if !held {
		return Hold{}, fmt.Errorf("%w: order %d", ErrUnknown, order)
	}
	return h, nil
}

// Orders lists who holds something, by number.
func (l *Ledger) Orders() []uint64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return slices.Sorted(maps.Keys(l.holds))
}

// Total is what may be promised in all, as the chain's capacity ledger writes it. endpoints is the operator's limit of
// published ports.
func (l *Ledger) Total(endpoints uint32) (restypes.Resources, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if !l.known {
		return restypes.Resources{}, ErrNodeUnknown
	}
	var sum node
	for _, n := range l.nodes {
		if err := sum.take(n.limit); err != nil {
			return restypes.Resources{}, err
		}
	}
	u := sum.used
	return restypes.Resources{CpuMilli: u.CPU, MemoryBytes: u.Memory, StorageBytes: u.Storage, Gpus: u.GPUs, Endpoints: endpoints}, nil
}

// put writes a hold and, once durable, seats it.
func (l *Ledger) put(tx *store.Tx, h Hold) error {
	tx.AfterCommit(func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if old, held := l.holds[h.Order]; held {
			l.unwatch(old)
			l.unseat(old)
		}
		l.holds[h.Order] = h
		l.watch(h)
		for _, p := range h.Places {
			if n := l.node(p.Node); n != nil {
				if err := n.take(p.Takes); err != nil {
					panic(fmt.Sprintf("inventory: order %d was packed and overflows: %v", h.Order, err))
				}
			}
		}
	})
	return tx.Set(store.Key(prefix, h.Order), h)
}

func (l *Ledger) node(name string) *node {
	i, found := slices.BinarySearchFunc(l.nodes, name, func(n *node, name string) int {
		if n.name < name {
			return -1
		} else if n.name > name {
			return 1
		}
		return 0
	})
	if !found {
		return nil
	}
	return l.nodes[i]
}

// unseat takes a hold's replicas off their nodes.
func (l *Ledger) unseat(h Hold) {
	for _, p := range h.Places {
		n := l.node(p.Node)
		if n == nil {
			continue
		}
		n.used.CPU -= min(n.used.CPU, p.Takes.CPU)
		n.used.Memory -= min(n.used.Memory, p.Takes.Memory)
		n.used.Storage -= min(n.used.Storage, p.Takes.Storage)
		n.used.GPUs = slices.Clone(n.used.GPUs)
		for _, g := range p.Takes.GPUs {
			for i := range n.used.GPUs {
				if n.used.GPUs[i].Vendor == g.Vendor && n.used.GPUs[i].Model == g.Model {
					n.used.GPUs[i].Count -= min(n.used.GPUs[i].Count, g.Count)
				}
			}
		}
	}
}

func (l *Ledger) watch(h Hold) {
	if h.Allocated || h.Expires == 0 {
		return
	}
	at := max(h.Expires, l.swept+1)
	if l.expiring[at] == nil {
		l.expiring[at] = map[uint64]struct{}{}
	}
	l.expiring[at][h.Order] = struct{}{}
}

func (l *Ledger) unwatch(h Hold) {
	if set := l.expiring[max(h.Expires, l.swept+1)]; set != nil {
		delete(set, h.Order)
	}
	if set := l.expiring[h.Expires]; set != nil {
		delete(set, h.Order)
		if len(set) == 0 {
			delete(l.expiring, h.Expires)
		}
	}
}

func copyNodes(nodes []*node) []*node {
	out := make([]*node, len(nodes))
	for i, n := range nodes {
		c := *n
		out[i] = &c
	}
	return out
}
