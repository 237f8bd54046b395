package amount_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/chain/x/resources/amount"
	"github.com/virtengine/virtengine/chain/x/resources/types"
)

func gpu(vendor, model string, count uint32) types.Gpu {
	return types.Gpu{Vendor: vendor, Model: model, Count: count}
}

// A provider that gave back more than it had used to show 18,446,744,073,709,504 processors free.
func TestNever18446744073709504CPUs(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		a, b   types.Resources
	}{
		"CPU":       {"one thousandth too many is refused, not wrapped", types.Resources{CpuMilli: 47_999}, types.Resources{CpuMilli: 48_000}},
		"Memory":    {"negative memory does not exist", types.Resources{}, types.Resources{MemoryBytes: 1}},
		"Storage":   {"nor negative storage", types.Resources{StorageBytes: 7}, types.Resources{StorageBytes: 8}},
		"Endpoints": {"nor negative ports", types.Resources{Endpoints: 1}, types.Resources{Endpoints: 2}},
		"GPU":       {"nor fewer than no GPUs", types.Resources{Gpus: []types.Gpu{gpu("nvidia", "a100", 1)}}, types.Resources{Gpus: []types.Gpu{gpu("nvidia", "a100", 2)}}},
		"OtherGPU":  {"a GPU that is not there cannot be given away", types.Resources{Gpus: []types.Gpu{gpu("nvidia", "a100", 1)}}, types.Resources{Gpus: []types.Gpu{gpu("nvidia", "h100", 1)}}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := amount.Sub(tc.a, tc.b)
			require.ErrorIs(t, err, types.ErrUnderflow, tc.reason)
		})
	}
}

func TestSumsThatDoNotFitAreRefused(t *testing.T) {
	most := types.Resources{CpuMilli: math.MaxUint64}
	_, err := amount.Add(most, types.Resources{CpuMilli: 1})
	require.ErrorIs(t, err, types.ErrOverflow)
	_, err = amount.Times(types.Resources{MemoryBytes: 1 << 63}, 2)
	require.ErrorIs(t, err, types.ErrOverflow)
	_, err = amount.Times(types.Resources{Gpus: []types.Gpu{gpu("amd", "mi300", 1<<31)}}, 2)
	require.ErrorIs(t, err, types.ErrOverflow)
	_, err = amount.Total([]types.Unit{
		{Name: "a", Count: 1, Resources: types.Resources{Endpoints: math.MaxUint32}},
		{Name: "b", Count: 1, Resources: types.Resources{Endpoints: 1}},
	})
	require.ErrorIs(t, err, types.ErrOverflow)
}

func TestTotalCountsEveryReplica(t *testing.T) {
	sum, err := amount.Total([]types.Unit{
		{Name: "web", Count: 3, Resources: types.Resources{CpuMilli: 500, MemoryBytes: 10, Endpoints: 1, Gpus: []types.Gpu{gpu("nvidia", "", 1)}}},
		{Name: "db", Count: 2, Resources: types.Resources{CpuMilli: 1000, MemoryBytes: 20, StorageBytes: 5, Gpus: []types.Gpu{gpu("nvidia", "", 2), gpu("nvidia", "a100", 1)}}},
	})
	require.NoError(t, err)
	require.Equal(t, types.Resources{CpuMilli: 3500, MemoryBytes: 70, StorageBytes: 10, Endpoints: 3,
		Gpus: []types.Gpu{gpu("nvidia", "", 7), gpu("nvidia", "a100", 2)}}, sum)
}

func TestResolve(t *testing.T) {
	free := []types.Gpu{gpu("amd", "mi300", 1), gpu("nvidia", "a100", 2), gpu("nvidia", "h100", 1)}
	for name, tc := range map[string]struct {
		reason     string
		want, took []types.Gpu
		err        error
	}{
		"Nothing":      {"no wish, no GPU", nil, nil, nil},
		"Exact":        {"the model that was asked for", []types.Gpu{gpu("nvidia", "h100", 1)}, []types.Gpu{gpu("nvidia", "h100", 1)}, nil},
		"AnyModel":     {"the vendor's first in order", []types.Gpu{gpu("nvidia", "", 1)}, []types.Gpu{gpu("nvidia", "a100", 1)}, nil},
		"Any":          {"the first in order, then the next", []types.Gpu{gpu("", "", 2)}, []types.Gpu{gpu("amd", "mi300", 1), gpu("nvidia", "a100", 1)}, nil},
		"ExactFirst":   {"who needs a model chooses before who does not", []types.Gpu{gpu("", "", 1), gpu("amd", "mi300", 1)}, []types.Gpu{gpu("amd", "mi300", 1), gpu("nvidia", "a100", 1)}, nil},
		"All":          {"everything can be taken", []types.Gpu{gpu("", "", 1), gpu("nvidia", "", 3)}, free, nil},
		"OneTooMany":   {"what is not there is not given", []types.Gpu{gpu("", "", 5)}, nil, types.ErrNoCapacity},
		"UnknownModel": {"nor something else instead", []types.Gpu{gpu("nvidia", "b200", 1)}, nil, types.ErrNoCapacity},
	} {
		t.Run(name, func(t *testing.T) {
			took, err := amount.Resolve(free, tc.want)
			require.ErrorIs(t, err, tc.err, tc.reason)
			require.Equal(t, tc.took, took, tc.reason)
		})
	}
}

func TestCheckUnits(t *testing.T) {
	good := func() []types.Unit {
		return []types.Unit{{Name: "web", Count: 1, Resources: types.Resources{CpuMilli: 100, MemoryBytes: 1 << 20, StorageBytes: 9},
			Volumes: []types.Volume{{Name: "data", Class: "default", Bytes: 9}}}}
	}
	for name, tc := range map[string]struct {
		reason string
		change func([]types.Unit) []types.Unit
		want   error
	}{
		"Good":          {"a plain unit", func(u []types.Unit) []types.Unit { return u }, nil},
		"None":          {"an order wants something", func([]types.Unit) []types.Unit { return nil }, types.ErrInvalidResources},
		"Twice":         {"a name means one unit", func(u []types.Unit) []types.Unit { return append(u, u[0]) }, types.ErrInvalidResources},
		"NoReplica":     {"no replica is no unit", func(u []types.Unit) []types.Unit { u[0].Count = 0; return u }, types.ErrInvalidResources},
		"NoCPU":         {"nothing runs without a processor", func(u []types.Unit) []types.Unit { u[0].Resources.CpuMilli = 0; return u }, types.ErrInvalidResources},
		"VolumesDiffer": {"storage is what the volumes have", func(u []types.Unit) []types.Unit { u[0].Resources.StorageBytes = 10; return u }, types.ErrInvalidResources},
		"EmptyVolume":   {"a volume has a size", func(u []types.Unit) []types.Unit { u[0].Volumes[0].Bytes = 0; return u }, types.ErrInvalidResources},
		"ModelAlone":    {"models belong to vendors", func(u []types.Unit) []types.Unit { u[0].Resources.Gpus = []types.Gpu{gpu("", "a100", 1)}; return u }, types.ErrInvalidResources},
		"Unsorted": {"lists are sorted", func(u []types.Unit) []types.Unit {
			u[0].Resources.Gpus = []types.Gpu{gpu("nvidia", "", 1), gpu("amd", "", 1)}
			return u
		}, types.ErrInvalidResources},
		"TooMuch": {"replicas are counted, not wrapped", func(u []types.Unit) []types.Unit {
			u[0].Count, u[0].Resources.MemoryBytes = 1000, 1<<60
			return u
		}, types.ErrOverflow},
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorIs(t, amount.CheckUnits(tc.change(good())), tc.want, tc.reason)
		})
	}
}

var kinds = []types.Gpu{gpu("amd", "mi300", 0), gpu("intel", "max", 0), gpu("nvidia", "a100", 0), gpu("nvidia", "h100", 0)}

func drawResources(t *rapid.T, label string) types.Resources {
	r := types.Resources{
		CpuMilli:     rapid.Uint64().Draw(t, label+" cpu"),
		MemoryBytes:  rapid.Uint64().Draw(t, label+" memory"),
		StorageBytes: rapid.Uint64().Draw(t, label+" storage"),
		Endpoints:    rapid.Uint32().Draw(t, label+" endpoints"),
	}
	for _, k := range kinds {
		if n := rapid.Uint32().Draw(t, label+" gpus"); n > 0 {
			r.Gpus = append(r.Gpus, gpu(k.Vendor, k.Model, n))
		}
	}
	return r
}

func TestWhatIsAddedCanBeTakenAway(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawResources(t, "a"), drawResources(t, "b")
		sum, err := amount.Add(a, b)
		if err != nil {
			require.ErrorIs(t, err, types.ErrOverflow)
			return
		}
		if sum.CpuMilli < a.CpuMilli || sum.MemoryBytes < b.MemoryBytes || amount.GPUs(sum) != amount.GPUs(a)+amount.GPUs(b) {
			t.Fatalf("%v + %v = %v", a, b, sum)
		}
		rest, err := amount.Sub(sum, b)
		require.NoError(t, err)
		require.True(t, rest.Equal(a), "%v - %v = %v, want %v", sum, b, rest, a)
	})
}

// Resolve finds a pick exactly when one exists: by counting, a pick exists when no vendor's wishes exceed its GPUs
// and all wishes together do not exceed all GPUs (wishes for models subtracted first).
func TestResolveFindsAPickWheneverThereIsOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var free, want []types.Gpu
		left := map[string]uint32{} // vendor -> left after wishes for models
		possible, all, asked := true, uint32(0), uint32(0)
		for _, k := range kinds {
			n := rapid.Uint32Range(0, 4).Draw(t, "free")
			exact := rapid.Uint32Range(0, 3).Draw(t, "exact")
			if n > 0 {
				free = append(free, gpu(k.Vendor, k.Model, n))
			}
			if exact > 0 {
				want = append(want, gpu(k.Vendor, k.Model, exact))
			}
			possible = possible && exact <= n
			all, asked = all+n, asked+exact
			left[k.Vendor] += n - min(n, exact)
		}
		for _, vendor := range []string{"amd", "intel", "nvidia"} {
			n := rapid.Uint32Range(0, 3).Draw(t, "of vendor")
			if n > 0 {
				want = append(want, gpu(vendor, "", n))
			}
			possible = possible && n <= left[vendor]
			asked += n
		}
		if n := rapid.Uint32Range(0, 6).Draw(t, "any"); n > 0 {
			want = append(want, gpu("", "", n))
			asked += n
		}
		possible = possible && asked <= all
		want = rapid.Permutation(want).Draw(t, "order of wishes")

		took, err := amount.Resolve(free, want)
		if (err == nil) != possible {
			t.Fatalf("free %v, want %v: possible %v, got %v, %v", free, want, possible, took, err)
		}
		if err != nil {
			require.ErrorIs(t, err, types.ErrNoCapacity)
			return
		}
		if amount.GPUs(types.Resources{Gpus: took}) != uint64(asked) {
			t.Fatalf("took %v for %v", took, want)
		}
		_, err = amount.Sub(types.Resources{Gpus: free}, types.Resources{Gpus: took})
		require.NoError(t, err, "what was picked is there")
	})
}
