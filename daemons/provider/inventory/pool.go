// Package inventory knows what the backend has, and which order or lease holds what of it.
//
// A reservation is made before a bid, becomes an allocation with the lease, and goes when either ends. A replica must fit
// on one node, so reservations are packed node by node. The ledger is durable; its arithmetic is checked; it never
// promises more than capacity x over-commit factor.
package inventory

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"strings"

	restypes "github.com/virtengine/virtengine/chain/x/resources/types"
	"github.com/virtengine/virtengine/daemons/provider/backend"
)

// Errors of the ledger.
var (
	// ErrNoRoom says that a replica fits on no node; see Refusal for which, and how much is missing.
	ErrNoRoom = errors.New("no room")
	// ErrOverflow says that quantities do not add up within 64 bits.
	ErrOverflow = errors.New("quantity overflows")
	// ErrUnknown says that the order holds nothing.
	ErrUnknown = errors.New("no such reservation")
	// ErrNodeUnknown says that the backend has not told yet what it has.
	ErrNodeUnknown = errors.New("the backend's inventory is not known yet")
)

// Refusal explains why an order does not fit: which unit, which kind, and how much is missing on the node where
// least is missing. errors.Is(err, ErrNoRoom) holds.
type Refusal struct {
	Unit    string `json:"unit"`
	Replica uint32 `json:"replica"` // counted from 1
	Kind    string `json:"kind"`    // cpu, memory, storage or gpu
	Missing uint64 `json:"missing"` // in the kind's unit: thousandths of a core, bytes, GPUs
	Node    string `json:"node"`    // the best one; empty: there is no node at all
}

// Error names the figures.
func (r *Refusal) Error() string {
	if r.Node == "" {
		return fmt.Sprintf("unit %s: the backend has no node", r.Unit)
	}
	unit := map[string]string{"cpu": "thousandths of a core", "memory": "bytes", "storage": "bytes", "gpu": "GPUs"}[r.Kind]
	return fmt.Sprintf("unit %s: replica %d lacks %d %s of %s on its best node %s", r.Unit, r.Replica, r.Missing, unit, r.Kind, r.Node)
}

// Unwrap makes errors.Is(err, ErrNoRoom) hold.
func (r *Refusal) Unwrap() error { return ErrNoRoom }

// Overcommit is how much of each kind is promised, in percent of what is there. GPUs are never promised twice.
type Overcommit struct {
	CPU     uint32 `json:"cpu"`
	Memory  uint32 `json:"memory"`
	Storage uint32 `json:"storage"`
}

// amount is what a replica takes of a node.
type amount struct {
	CPU     uint64         `json:"cpu"`
	Memory  uint64         `json:"memory"`
	Storage uint64         `json:"storage"`
	GPUs    []restypes.Gpu `json:"gpus,omitempty"` // with vendor and model once they are placed
}

// node is a machine's limit and use.
type node struct {
	name  string
	limit amount
	used  amount
}

// Placement is where one replica goes.
type Placement struct {
	Unit    string `json:"unit"`
	Replica uint32 `json:"replica"`
	Node    string `json:"node"`
	Takes   amount `json:"takes"`
}

// limits turns what the backend has into what may be promised, sorted by name.
func limits(inv backend.Inventory, o Overcommit) ([]*node, error) {
	var out []*node
	for _, n := range inv.Nodes {
		l := &node{name: n.Name}
		var err error
		if l.limit.CPU, err = percent(n.CPUMilli, o.CPU); err != nil {
			return nil, fmt.Errorf("node %s: cpu: %w", n.Name, err)
		}
		if l.limit.Memory, err = percent(n.MemoryBytes, o.Memory); err != nil {
			return nil, fmt.Errorf("node %s: memory: %w", n.Name, err)
		}
		if l.limit.Storage, err = percent(n.StorageBytes, o.Storage); err != nil {
			return nil, fmt.Errorf("node %s: storage: %w", n.Name, err)
		}
		for _, g := range n.GPUs {
			l.limit.GPUs = addGPU(l.limit.GPUs, g.Vendor, g.Model, g.Count)
		}
		out = append(out, l)
	}
	slices.SortFunc(out, func(a, b *node) int { return strings.Compare(a.name, b.name) })
	return out, nil
}

func percent(have uint64, pct uint32) (uint64, error) {
	hi, lo := bits.Mul64(have, uint64(pct))
	if hi >= 100 {
		return 0, fmt.Errorf("%w: %d x %d%%", ErrOverflow, have, pct)
	}
	q, _ := bits.Div64(hi, lo, 100)
	return q, nil
}

func add(a, b uint64) (uint64, error) {
	sum, carry := bits.Add64(a, b, 0)
	if carry != 0 {
		return 0, fmt.Errorf("%w: %d + %d", ErrOverflow, a, b)
	}
	return sum, nil
}

// lack is how much is missing of want; zero: it fits. A node used above its limit has nothing free.
func lack(limit, used, want uint64) uint64 {
	free := uint64(0)
	if limit > used {
		free = limit - used
	}
	if want > free {
		return want - free
	}
	return 0
}

// fit tells whether a replica fits on n. If so, it returns what it would take, GPUs named; else the kind and how much is missing.
func (n *node) fit(want amount) (takes amount, kind string, missing uint64) {
	takes = amount{CPU: want.CPU, Memory: want.Memory, Storage: want.Storage}
	for _, c := range []struct {
		kind              string
		limit, used, want uint64
	}{
		{"cpu", n.limit.CPU, n.used.CPU, want.CPU},
		{"memory", n.limit.Memory, n.used.Memory, want.Memory},
		{"storage", n.limit.Storage, n.used.Storage, want.Storage},
	} {
		if m := lack(c.limit, c.used, c.want); m > 0 {
			return amount{}, c.kind, m
		}
	}
	for _, g := range want.GPUs { // named models come first, see demands
		left := g.Count
		for _, have := range n.limit.GPUs {
			if !matches(g, have) {
				continue
			}
			taken := uint64(countGPU(n.used.GPUs, have)) + uint64(countGPU(takes.GPUs, have))
			if free := uint64(have.Count); taken < free {
				k := uint32(min(uint64(left), free-taken))
				takes.GPUs = addGPU(takes.GPUs, have.Vendor, have.Model, k)
				left -= k
			}
			if left == 0 {
				break
			}
		}
		if left > 0 {
			return amount{}, "gpu", uint64(left)
		}
	}
	return takes, "", 0
}

// take adds what a replica takes to the node's use.
func (n *node) take(a amount) error {
	var err error
	u := n.used
	if u.CPU, err = add(u.CPU, a.CPU); err != nil {
		return err
	}
	if u.Memory, err = add(u.Memory, a.Memory); err != nil {
		return err
	}
	if u.Storage, err = add(u.Storage, a.Storage); err != nil {
		return err
	}
	u.GPUs = slices.Clone(u.GPUs)
	for _, g := range a.GPUs {
		u.GPUs = addGPU(u.GPUs, g.Vendor, g.Model, g.Count)
	}
	n.used = u
	return nil
}

func matches(want, have restypes.Gpu) bool {
	return (want.Vendor == "" || want.Vendor == have.Vendor) && (want.Model == "" || want.Model == have.Model)
}

func countGPU(list []restypes.Gpu, g restypes.Gpu) uint32 {
	for _, h := range list {
		if h.Vendor == g.Vendor && h.Model == g.Model {
			return h.Count
		}
	}
	return 0
}

func addGPU(list []restypes.Gpu, vendor, model string, count uint32) []restypes.Gpu {
	for i := range list {
		if list[i].Vendor == vendor && list[i].Model == model {
			list[i].Count += count
			return list
		}
	}
	list = append(list, restypes.Gpu{Vendor: vendor, Model: model, Count: count})
	slices.SortFunc(list, func(a, b restypes.Gpu) int {
		return strings.Compare(a.Vendor+"\x00"+a.Model, b.Vendor+"\x00"+b.Model)
	})
	return list
}
