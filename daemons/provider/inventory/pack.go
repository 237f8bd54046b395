package inventory

import (
	"cmp"
	"slices"

	restypes "github.com/virtengine/virtengine/chain/x/resources/types"
)

// demand is one replica that wants a place.
type demand struct {
	unit    string
	replica uint32
	wants   amount
}

// demands lists every replica of the units, the hardest to place first: GPUs, then memory, processor, storage.
func demands(units []restypes.Unit) []demand {
	var out []demand
	for _, u := range units {
		w := amount{CPU: u.Resources.CpuMilli, Memory: u.Resources.MemoryBytes, Storage: u.Resources.StorageBytes, GPUs: slices.Clone(u.Resources.Gpus)}
		slices.SortStableFunc(w.GPUs, func(a, b restypes.Gpu) int { return cmp.Compare(vagueness(a), vagueness(b)) })
		for i := range u.Count {
			out = append(out, demand{u.Name, i + 1, w})
		}
	}
	slices.SortStableFunc(out, func(a, b demand) int {
		return cmp.Or(cmp.Compare(gpuCount(b.wants), gpuCount(a.wants)), cmp.Compare(b.wants.Memory, a.wants.Memory),
			cmp.Compare(b.wants.CPU, a.wants.CPU), cmp.Compare(b.wants.Storage, a.wants.Storage))
	})
	return out
}

// vagueness orders GPU demands so that "any" does not take what a named model needs.
func vagueness(g restypes.Gpu) int {
	n := 0
	if g.Vendor == "" {
		n++
	}
	if g.Model == "" {
		n++
	}
	return n
}

func gpuCount(a amount) (n uint64) {
	for _, g := range a.GPUs {
		n += uint64(g.Count)
	}
	return n
}

// pack places every replica, first fit decreasing, on top of what the nodes hold already. The nodes are changed only
// if everything fits. Fails with *Refusal or ErrOverflow.
func pack(nodes []*node, units []restypes.Unit) ([]Placement, error) {
	trial := make([]node, len(nodes))
	for i, n := range nodes {
		trial[i] = *n
	}
	var out []Placement
	for _, d := range demands(units) {
		var best *Refusal
		var bestShare float64
		placed := false
		for i := range trial {
			n := &trial[i]
			takes, kind, missing := n.fit(d.wants)
			if kind == "" {
				if err := n.take(takes); err != nil {
					return nil, err
				}
				out = append(out, Placement{Unit: d.unit, Replica: d.replica, Node: n.name, Takes: takes})
				placed = true
				break
			}
			// Nodes lack different kinds; the share of the demand that is missing makes them comparable. It only
			// chooses the words of the refusal.
			if share := float64(missing) / float64(max(1, wanted(d.wants, kind))); best == nil || share < bestShare {
				best, bestShare = &Refusal{Unit: d.unit, Replica: d.replica, Kind: kind, Missing: missing, Node: n.name}, share
			}
		}
		if !placed {
			if best == nil {
				best = &Refusal{Unit: d.unit, Replica: d.replica}
			}
			return nil, best
		}
	}
	for i, n := range nodes {
		*n = trial[i]
	}
	return out, nil
}

func wanted(a amount, kind string) uint64 {
	switch kind {
	case "cpu":
		return a.CPU
	case "memory":
		return a.Memory
	case "storage":
		return a.Storage
	default:
		return gpuCount(a)
	}
}
