package amount

import (
	"slices"

	errorsmod "cosmossdk.io/errors"

	"github.com/virtengine/virtengine/chain/x/resources/types"
)

// Resolve picks the GPUs that serve want out of what is free. A wish may leave the model, or vendor and model, open;
// what is picked never does. It returns ErrNoCapacity where the wish cannot be met.
//
// The most particular wishes choose first: those with a model, then those with a vendor, then the rest; each takes
// from the free list in its order. Because a wish for a model lies within the wish for its vendor, and that within
// the wish for any, choosing this way finds a pick whenever there is one, and always the same.
func Resolve(free, want []types.Gpu) ([]types.Gpu, error) {
	if len(want) == 0 {
		return nil, nil
	}
	left := sorted(free)
	var picked []types.Gpu
	for _, choosesNow := range []func(types.Gpu) bool{
		func(g types.Gpu) bool { return g.Model != "" },
		func(g types.Gpu) bool { return g.Model == "" && g.Vendor != "" },
		func(g types.Gpu) bool { return g.Model == "" && g.Vendor == "" },
	} {
		for _, w := range sorted(want) {
			if !choosesNow(w) {
				continue
			}
			need := w.Count
			for i := range left {
				if need == 0 {
					break
				}
				if left[i].Count == 0 || !matches(left[i], w) {
					continue
				}
				take := min(need, left[i].Count)
				left[i].Count -= take
				need -= take
				picked = append(picked, types.Gpu{Vendor: left[i].Vendor, Model: left[i].Model, Count: take})
			}
			if need > 0 {
				return nil, errorsmod.Wrapf(types.ErrNoCapacity, "gpu %s: %d of %d are missing", name(w), need, w.Count)
			}
		}
	}
	return addGPUs(picked, nil)
}

// Fit returns r with its open GPU wishes made concrete, as it would be taken out of free.
// Fails with ErrNoCapacity, naming what is short.
func Fit(free, r types.Resources) (types.Resources, error) {
	for _, q := range []struct {
		what       string
		free, want uint64
	}{
		{"cpu_milli", free.CpuMilli, r.CpuMilli},
		{"memory_bytes", free.MemoryBytes, r.MemoryBytes},
		{"storage_bytes", free.StorageBytes, r.StorageBytes},
		{"endpoints", uint64(free.Endpoints), uint64(r.Endpoints)},
	} {
		if q.want > q.free {
			return types.Resources{}, errorsmod.Wrapf(types.ErrNoCapacity, "%s: %d wanted, %d free", q.what, q.want, q.free)
		}
	}
	gpus, err := Resolve(free.Gpus, r.Gpus)
	if err != nil {
		return types.Resources{}, err
	}
	r.Gpus = gpus
	return r, nil
}

// GPUs returns how many accelerators r holds, of any kind. Counts have 32 bits, so 64 hold any list's sum.
func GPUs(r types.Resources) uint64 {
	var n uint64
	for _, g := range r.Gpus {
		n += uint64(g.Count)
	}
	return n
}

func matches(have, want types.Gpu) bool {
	return (want.Vendor == "" || have.Vendor == want.Vendor) && (want.Model == "" || have.Model == want.Model)
}

func name(g types.Gpu) string {
	vendor, model := g.Vendor, g.Model
	if vendor == "" {
		vendor = "any"
	}
	if model == "" {
		model = "any"
	}
	return vendor + "/" + model
}

// addGPUs merges two lists: one entry per vendor and model, sorted, none of count zero.
func addGPUs(a, b []types.Gpu) ([]types.Gpu, error) {
	var out []types.Gpu
	for _, g := range sorted(append(slices.Clone(a), b...)) {
		if g.Count == 0 {
			continue
		}
		if last := len(out) - 1; last >= 0 && Compare(out[last], g) == 0 {
			count, err := add32("gpu "+name(g), out[last].Count, g.Count)
			if err != nil {
				return nil, err
			}
			out[last].Count = count
			continue
		}
		out = append(out, g)
	}
	return out, nil
}

// subGPUs takes b out of a, kind by kind.
func subGPUs(a, b []types.Gpu) ([]types.Gpu, error) {
	have, err := addGPUs(a, nil)
	if err != nil {
		return nil, err
	}
	take, err := addGPUs(b, nil)
	if err != nil {
		return nil, err
	}
	for _, g := range take {
		i, found := slices.BinarySearchFunc(have, g, Compare)
		if !found {
			return nil, errorsmod.Wrapf(types.ErrUnderflow, "gpu %s: 0 - %d", name(g), g.Count)
		}
		if have[i].Count < g.Count {
			return nil, errorsmod.Wrapf(types.ErrUnderflow, "gpu %s: %d - %d", name(g), have[i].Count, g.Count)
		}
		have[i].Count -= g.Count
	}
	return addGPUs(have, nil)
}
