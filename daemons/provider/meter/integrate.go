package meter

import (
	"cosmossdk.io/math"

	restypes "github.com/virtengine/virtengine/chain/x/resources/types"
)

// Amounts are what was used, in integers that lose nothing.
type Amounts struct {
	CPU     math.Int `json:"cpu"`     // milli-CPU milliseconds
	Memory  math.Int `json:"memory"`  // byte milliseconds
	Storage math.Int `json:"storage"` // byte milliseconds
	GPU     math.Int `json:"gpu"`     // GPU milliseconds
}

func zero() Amounts {
	return Amounts{CPU: math.ZeroInt(), Memory: math.ZeroInt(), Storage: math.ZeroInt(), GPU: math.ZeroInt()}
}

func (a Amounts) add(b Amounts) Amounts {
	return Amounts{CPU: a.CPU.Add(b.CPU), Memory: a.Memory.Add(b.Memory), Storage: a.Storage.Add(b.Storage), GPU: a.GPU.Add(b.GPU)}
}

// caps are what a lease holds of each component, and so the most it is billed for.
type caps struct {
	CPU     uint64 `json:"cpu"`
	Memory  uint64 `json:"memory"`
	Storage uint64 `json:"storage"`
	GPUs    uint64 `json:"gpus"`
}

func capsOf(r restypes.Resources) caps {
	c := caps{CPU: r.CpuMilli, Memory: r.MemoryBytes, Storage: r.StorageBytes}
	for _, g := range r.Gpus {
		c.GPUs += uint64(g.Count)
	}
	return c
}

// between is what was used from one sample to the next. Processor time is the counter's rise; after the counter began again, all
// it shows was used since. What is held is held from its reading to the next one. Nothing exceeds what the lease holds: a
// reading may, by a tick of the platform's clock, and the tenant does not pay for that.
func between(a, b Sample, c caps) Amounts {
	ms := b.AtMs - a.AtMs
	if ms <= 0 {
		return zero()
	}
	rise := b.CPU
	if a.Epoch == b.Epoch {
		rise = 0
		if b.CPU > a.CPU {
			rise = b.CPU - a.CPU
		}
	}
	span := math.NewInt(ms)
	most := func(have uint64) math.Int { return math.NewIntFromUint64(have).Mul(span) }
	return Amounts{
		CPU:     math.MinInt(math.NewIntFromUint64(rise), most(c.CPU)),
		Memory:  most(min(a.Memory, c.Memory)),
		Storage: most(min(a.Storage, c.Storage)),
		GPU:     most(min(uint64(a.GPUs), c.GPUs)),
	}
}

// inUnits turns amounts into the chain's quantities and what is too small for them, which the next record begins with.
func inUnits(a Amounts) (q map[restypes.Component]math.Int, rest Amounts) {
	second := math.NewInt(1000)
	rest = zero()
	rest.Memory, rest.Storage = a.Memory.Mod(second), a.Storage.Mod(second)
	return map[restypes.Component]math.Int{
		restypes.ComponentCPU: a.CPU, restypes.ComponentMemory: a.Memory.Quo(second),
		restypes.ComponentStorage: a.Storage.Quo(second), restypes.ComponentGPU: a.GPU,
	}, rest
}
