package amount

import (
	errorsmod "cosmossdk.io/errors"

	"github.com/virtengine/virtengine/chain/x/resources/types"
)

// Limits of what one message may carry.
const (
	MaxGPUKinds   = 64        // kinds of accelerators in one amount
	MaxGPUPerKind = 1_000_000 // accelerators of one kind in one amount
	MaxEndpoints  = 65_535    // published ports in one amount
	MaxNameBytes  = 64        // a GPU's vendor or model, a unit's, volume's or class's name
	MaxUnits      = 32        // units of one order
	MaxReplicas   = 1_000     // replicas of one unit
	MaxVolumes    = 16        // volumes of one unit
)

// CheckCapacity accepts what a provider may state to have: sorted concrete GPUs, each kind once.
// Fails with ErrInvalidResources.
func CheckCapacity(r types.Resources) error {
	if err := checkCommon(r); err != nil {
		return err
	}
	for _, g := range r.Gpus {
		if g.Vendor == "" || g.Model == "" {
			return errorsmod.Wrapf(types.ErrInvalidResources, "gpu %s: a capacity names vendor and model", name(g))
		}
	}
	return nil
}

// CheckUnits accepts what an order may ask for: 1 to MaxUnits units with unique names, each asking for processor and memory.
// A GPU may leave its model open, or vendor and model, but not the vendor alone: models belong to vendors.
// Fails with ErrInvalidResources, or ErrOverflow where the units together exceed what can be counted.
func CheckUnits(units []types.Unit) error {
	if len(units) == 0 || len(units) > MaxUnits {
		return errorsmod.Wrapf(types.ErrInvalidResources, "%d units, 1 to %d are allowed", len(units), MaxUnits)
	}
	for i, u := range units {
		for _, earlier := range units[:i] {
			if earlier.Name == u.Name {
				return errorsmod.Wrapf(types.ErrInvalidResources, "unit %q is named twice", u.Name)
			}
		}
		if err := checkUnit(u); err != nil {
			return errorsmod.Wrapf(err, "unit %q", u.Name)
		}
	}
	_, err := Total(units)
	return err
}

func checkUnit(u types.Unit) error {
	if !isName(u.Name) {
		return errorsmod.Wrapf(types.ErrInvalidResources, "name: 1 to %d of a-z 0-9 - . _", MaxNameBytes)
	}
	if u.Count == 0 || u.Count > MaxReplicas {
		return errorsmod.Wrapf(types.ErrInvalidResources, "%d replicas, 1 to %d are allowed", u.Count, MaxReplicas)
	}
	if err := checkCommon(u.Resources); err != nil {
		return err
	}
	if u.Resources.CpuMilli == 0 || u.Resources.MemoryBytes == 0 {
		return errorsmod.Wrap(types.ErrInvalidResources, "a replica needs processor and memory")
	}
	for _, g := range u.Resources.Gpus {
		if g.Vendor == "" && g.Model != "" {
			return errorsmod.Wrapf(types.ErrInvalidResources, "gpu %s: a model needs its vendor", name(g))
		}
	}
	return checkVolumes(u)
}

func checkVolumes(u types.Unit) error {
	if len(u.Volumes) > MaxVolumes {
		return errorsmod.Wrapf(types.ErrInvalidResources, "%d volumes, at most %d are allowed", len(u.Volumes), MaxVolumes)
	}
	var sum uint64
	for i, v := range u.Volumes {
		if !isName(v.Name) || !isName(v.Class) {
			return errorsmod.Wrapf(types.ErrInvalidResources, "volume %q of class %q: 1 to %d of a-z 0-9 - . _", v.Name, v.Class, MaxNameBytes)
		}
		if v.Bytes == 0 {
			return errorsmod.Wrapf(types.ErrInvalidResources, "volume %q has no size", v.Name)
		}
		for _, earlier := range u.Volumes[:i] {
			if earlier.Name == v.Name {
				return errorsmod.Wrapf(types.ErrInvalidResources, "volume %q is named twice", v.Name)
			}
		}
		var err error
		if sum, err = add64("volumes", sum, v.Bytes); err != nil {
			return err
		}
	}
	if sum != u.Resources.StorageBytes {
		return errorsmod.Wrapf(types.ErrInvalidResources, "storage_bytes is %d, the volumes have %d", u.Resources.StorageBytes, sum)
	}
	return nil
}

// checkCommon accepts sorted, unique, counted GPUs and a sane number of endpoints.
func checkCommon(r types.Resources) error {
	if len(r.Gpus) > MaxGPUKinds {
		return errorsmod.Wrapf(types.ErrInvalidResources, "%d kinds of gpus, at most %d are allowed", len(r.Gpus), MaxGPUKinds)
	}
	if r.Endpoints > MaxEndpoints {
		return errorsmod.Wrapf(types.ErrInvalidResources, "%d endpoints, at most %d are allowed", r.Endpoints, MaxEndpoints)
	}
	for i, g := range r.Gpus {
		if g.Count == 0 || g.Count > MaxGPUPerKind {
			return errorsmod.Wrapf(types.ErrInvalidResources, "gpu %s: count %d, 1 to %d are allowed", name(g), g.Count, MaxGPUPerKind)
		}
		if (g.Vendor != "" && !isName(g.Vendor)) || (g.Model != "" && !isName(g.Model)) {
			return errorsmod.Wrapf(types.ErrInvalidResources, "gpu %q %q: at most %d of a-z 0-9 - . _", g.Vendor, g.Model, MaxNameBytes)
		}
		if i > 0 && Compare(r.Gpus[i-1], g) >= 0 {
			return errorsmod.Wrapf(types.ErrInvalidResources, "gpu %s: the list must be sorted and name each kind once", name(g))
		}
	}
	return nil
}

func isName(s string) bool {
	if s == "" || len(s) > MaxNameBytes {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '.' && c != '_' {
			return false
		}
	}
	return true
}
