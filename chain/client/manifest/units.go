package manifest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/virtengine/virtengine/chain/x/resources/amount"
	resourcestypes "github.com/virtengine/virtengine/chain/x/resources/types"
)

// ErrMismatch says that a manifest asks for other resources than its order did.
var ErrMismatch = errors.New("the manifest does not ask for what was ordered")

// Units is what the chain's order says of a valid group: one unit for each service, sorted by name.
// Every port open to the internet is an endpoint of each replica.
func (g Group) Units() []resourcestypes.Unit {
	var units []resourcestypes.Unit
	for _, s := range g.Sorted().Services {
		units = append(units, s.unit())
	}
	return units
}

// Matches fails with ErrMismatch and the first difference, unless the order's units are the group's, in any order;
// with a ValidationError where the group is not valid.
func (g Group) Matches(ordered []resourcestypes.Unit) error {
	if err := g.Validate(); err != nil {
		return err
	}
	units := g.Units()
	if len(units) != len(ordered) {
		return fmt.Errorf("%w: %d services, %d units were ordered", ErrMismatch, len(units), len(ordered))
	}
	for _, u := range units {
		i := slices.IndexFunc(ordered, func(o resourcestypes.Unit) bool { return o.Name == u.Name })
		if i < 0 {
			return fmt.Errorf("%w: no unit %q was ordered", ErrMismatch, u.Name)
		}
		if err := compare(u, ordered[i]); err != nil {
			return fmt.Errorf("%w: service %q: %w", ErrMismatch, u.Name, err)
		}
	}
	return nil
}

// unit is of a sorted service.
func (s Service) unit() resourcestypes.Unit {
	u := resourcestypes.Unit{
		Name:  s.Name,
		Count: s.Count,
		Resources: resourcestypes.Resources{
			CpuMilli:    s.Resources.CPUMilli,
			MemoryBytes: s.Resources.MemoryBytes,
		},
	}
	for _, g := range s.Resources.GPUs {
		u.Resources.Gpus = append(u.Resources.Gpus, resourcestypes.Gpu{Vendor: g.Vendor, Model: g.Model, Count: g.Count})
	}
	for _, e := range s.Expose {
		if e.Global {
			u.Resources.Endpoints++
		}
	}
	for _, v := range s.Volumes {
		u.Resources.StorageBytes += v.Bytes // Validate refuses sums that wrap
		u.Volumes = append(u.Volumes, resourcestypes.Volume{Name: v.Name, Class: v.Class, Bytes: v.Bytes, Persistent: v.Persistent})
	}
	return u
}

func compare(u, ordered resourcestypes.Unit) error {
	gpus := slices.Clone(ordered.Resources.Gpus)
	slices.SortFunc(gpus, amount.Compare)
	volumes := slices.Clone(ordered.Volumes)
	slices.SortFunc(volumes, func(a, b resourcestypes.Volume) int { return cmp.Compare(a.Name, b.Name) })
	for _, c := range []struct {
		what          string
		have, ordered uint64
	}{
		{"replicas", uint64(u.Count), uint64(ordered.Count)},
		{"cpu_milli", u.Resources.CpuMilli, ordered.Resources.CpuMilli},
		{"memory_bytes", u.Resources.MemoryBytes, ordered.Resources.MemoryBytes},
		{"storage_bytes", u.Resources.StorageBytes, ordered.Resources.StorageBytes},
		{"endpoints", uint64(u.Resources.Endpoints), uint64(ordered.Resources.Endpoints)},
	} {
		if c.have != c.ordered {
			return fmt.Errorf("%s is %d, ordered were %d", c.what, c.have, c.ordered)
		}
	}
	if !slices.Equal(u.Resources.Gpus, gpus) {
		return fmt.Errorf("gpus are %v, ordered were %v", u.Resources.Gpus, gpus)
	}
	if !slices.Equal(u.Volumes, volumes) {
		return fmt.Errorf("volumes are %v, ordered were %v", u.Volumes, volumes)
	}
	return nil
}
