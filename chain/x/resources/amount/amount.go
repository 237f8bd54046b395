// Package amount is the arithmetic of the capacity ledger: sums, differences and fits of unsigned quantities.
//
// Nothing here wraps. A sum that does not fit its type is ErrOverflow and a difference below zero is
// ErrUnderflow, so a ledger can never come to hold 18,446,744,073,709,504 processors.
package amount

import (
	"cmp"
	"math/bits"
	"slices"

	errorsmod "cosmossdk.io/errors"

	"github.com/virtengine/virtengine/chain/x/resources/types"
	"github.com/virtengine/virtengine/security/safemath"
)

// Add returns a + b. GPUs of one vendor and model are counted together; the result is sorted.
// Fails with ErrOverflow.
func Add(a, b types.Resources) (types.Resources, error) {
	var out types.Resources
	var err error
	if out.CpuMilli, err = add64("cpu_milli", a.CpuMilli, b.CpuMilli); err != nil {
		return types.Resources{}, err
	}
	if out.MemoryBytes, err = add64("memory_bytes", a.MemoryBytes, b.MemoryBytes); err != nil {
		return types.Resources{}, err
	}
	if out.StorageBytes, err = add64("storage_bytes", a.StorageBytes, b.StorageBytes); err != nil {
		return types.Resources{}, err
	}
	if out.Endpoints, err = add32("endpoints", a.Endpoints, b.Endpoints); err != nil {
		return types.Resources{}, err
	}
	if out.Gpus, err = addGPUs(a.Gpus, b.Gpus); err != nil {
		return types.Resources{}, err
	}
	return out, nil
}

// Sub returns a - b. Every GPU of b must be in a under the same vendor and model.
// Fails with ErrUnderflow.
func Sub(a, b types.Resources) (types.Resources, error) {
	var out types.Resources
	var err error
	if out.CpuMilli, err = sub64("cpu_milli", a.CpuMilli, b.CpuMilli); err != nil {
		return types.Resources{}, err
	}
	if out.MemoryBytes, err = sub64("memory_bytes", a.MemoryBytes, b.MemoryBytes); err != nil {
		return types.Resources{}, err
	}
	if out.StorageBytes, err = sub64("storage_bytes", a.StorageBytes, b.StorageBytes); err != nil {
		return types.Resources{}, err
	}
	endpoints, err := sub64("endpoints", uint64(a.Endpoints), uint64(b.Endpoints))
	if err != nil {
		return types.Resources{}, err
	}
	if out.Endpoints, err = safemath.To[uint32](endpoints); err != nil {
		return types.Resources{}, err
	}
	if out.Gpus, err = subGPUs(a.Gpus, b.Gpus); err != nil {
		return types.Resources{}, err
	}
	return out, nil
}

// Times returns n replicas of r. Fails with ErrOverflow.
func Times(r types.Resources, n uint32) (types.Resources, error) {
	var out types.Resources
	var err error
	if out.CpuMilli, err = mul64("cpu_milli", r.CpuMilli, n); err != nil {
		return types.Resources{}, err
	}
	if out.MemoryBytes, err = mul64("memory_bytes", r.MemoryBytes, n); err != nil {
		return types.Resources{}, err
	}
	if out.StorageBytes, err = mul64("storage_bytes", r.StorageBytes, n); err != nil {
		return types.Resources{}, err
	}
	if out.Endpoints, err = mul32("endpoints", r.Endpoints, n); err != nil {
		return types.Resources{}, err
	}
	gpus := make([]types.Gpu, 0, len(r.Gpus))
	for _, g := range r.Gpus {
		count, err := mul32("gpus", g.Count, n)
		if err != nil {
			return types.Resources{}, err
		}
		gpus = append(gpus, types.Gpu{Vendor: g.Vendor, Model: g.Model, Count: count})
	}
	if out.Gpus, err = addGPUs(gpus, nil); err != nil {
		return types.Resources{}, err
	}
	return out, nil
}

// Total returns what all replicas of all units need together. Fails with ErrOverflow.
func Total(units []types.Unit) (types.Resources, error) {
	var sum types.Resources
	for _, u := range units {
		all, err := Times(u.Resources, u.Count)
		if err != nil {
			return types.Resources{}, errorsmod.Wrapf(err, "unit %q", u.Name)
		}
		if sum, err = Add(sum, all); err != nil {
			return types.Resources{}, errorsmod.Wrapf(err, "unit %q", u.Name)
		}
	}
	return sum, nil
}

// IsZero tells whether r is nothing at all.
func IsZero(r types.Resources) bool {
	return r.CpuMilli == 0 && r.MemoryBytes == 0 && r.StorageBytes == 0 && r.Endpoints == 0 && len(r.Gpus) == 0
}

func add64(what string, a, b uint64) (uint64, error) {
	sum, carry := bits.Add64(a, b, 0)
	if carry != 0 {
		return 0, errorsmod.Wrapf(types.ErrOverflow, "%s: %d + %d", what, a, b)
	}
	return sum, nil
}

func sub64(what string, a, b uint64) (uint64, error) {
	if b > a {
		return 0, errorsmod.Wrapf(types.ErrUnderflow, "%s: %d - %d", what, a, b)
	}
	return a - b, nil
}

func mul64(what string, a uint64, n uint32) (uint64, error) {
	hi, lo := bits.Mul64(a, uint64(n))
	if hi != 0 {
		return 0, errorsmod.Wrapf(types.ErrOverflow, "%s: %d x %d", what, a, n)
	}
	return lo, nil
}

func add32(what string, a, b uint32) (uint32, error) {
	sum, carry := bits.Add32(a, b, 0)
	if carry != 0 {
		return 0, errorsmod.Wrapf(types.ErrOverflow, "%s: %d + %d", what, a, b)
	}
	return sum, nil
}

func mul32(what string, a, n uint32) (uint32, error) {
	hi, lo := bits.Mul32(a, n)
	if hi != 0 {
		return 0, errorsmod.Wrapf(types.ErrOverflow, "%s: %d x %d", what, a, n)
	}
	return lo, nil
}

// Compare orders GPUs by vendor, then model. Every list of GPUs in the ledger is sorted by it.
func Compare(a, b types.Gpu) int {
	return cmp.Or(cmp.Compare(a.Vendor, b.Vendor), cmp.Compare(a.Model, b.Model))
}

// sorted returns a sorted copy of list; the caller's stays as it is.
func sorted(list []types.Gpu) []types.Gpu {
	out := slices.Clone(list)
	slices.SortFunc(out, Compare)
	return out
}
