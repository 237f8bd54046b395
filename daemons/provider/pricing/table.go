package pricing

import (
	"fmt"
	"math/big"

	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
	restypes "github.com/virtengine/virtengine/chain/x/resources/types"
)

// Rates are prices in uve, as decimal numbers; empty: not asked.
type Rates struct {
	CPUCoreHour    string `mapstructure:"cpu_core_hour" yaml:"cpu_core_hour"`
	MemoryGiBHour  string `mapstructure:"memory_gib_hour" yaml:"memory_gib_hour"`
	StorageGiBHour string `mapstructure:"storage_gib_hour" yaml:"storage_gib_hour"`
	GPUHour        string `mapstructure:"gpu_hour" yaml:"gpu_hour"`
}

// Table is a price list.
type Table struct {
	BasePerBlock    string `mapstructure:"base_per_block" yaml:"base_per_block"`       // for any lease at all, uve
	MinimumPerBlock string `mapstructure:"minimum_per_block" yaml:"minimum_per_block"` // the rent is never less, uve
	MarginPercent   uint32 `mapstructure:"margin_percent" yaml:"margin_percent"`       // on top of every rate
	Reserved        Rates  `mapstructure:"reserved" yaml:"reserved"`                   // for holding, used or not
	Metered         Rates  `mapstructure:"metered" yaml:"metered"`                     // for using
}

type table struct {
	base, minimum     *big.Rat
	reserved, metered map[restypes.Component]*big.Rat
}

// NewTable reads a price list. Fails with ErrPriceList, naming the field.
func NewTable(t Table) (Pricer, error) {
	margin := big.NewRat(100+int64(t.MarginPercent), 100)
	out := &table{reserved: map[restypes.Component]*big.Rat{}, metered: map[restypes.Component]*big.Rat{}}
	var err error
	if out.base, err = decimal("base_per_block", t.BasePerBlock); err != nil {
		return nil, err
	}
	out.base.Mul(out.base, margin)
	if out.minimum, err = decimal("minimum_per_block", t.MinimumPerBlock); err != nil {
		return nil, err
	}
	for _, list := range []struct {
		name string
		from Rates
		to   map[restypes.Component]*big.Rat
	}{{"reserved", t.Reserved, out.reserved}, {"metered", t.Metered, out.metered}} {
		for field, entry := range map[string]struct {
			c restypes.Component
			v string
		}{
			"cpu_core_hour":    {restypes.ComponentCPU, list.from.CPUCoreHour},
			"memory_gib_hour":  {restypes.ComponentMemory, list.from.MemoryGiBHour},
			"storage_gib_hour": {restypes.ComponentStorage, list.from.StorageGiBHour},
			"gpu_hour":         {restypes.ComponentGPU, list.from.GPUHour},
		} {
			r, err := decimal(list.name+"."+field, entry.v)
			if err != nil {
				return nil, err
			}
			if r.Sign() > 0 {
				list.to[entry.c] = r.Mul(r, margin)
			}
		}
	}
	if out.base.Sign() == 0 && out.minimum.Sign() == 0 && len(out.reserved) == 0 && len(out.metered) == 0 {
		return nil, fmt.Errorf("%w: no price is set at all; set at least pricing.table.base_per_block", ErrPriceList)
	}
	return out, nil
}

// Price implements Pricer.
func (t *table) Price(r Request) (markettypes.Price, error) {
	rent := new(big.Rat).Set(t.base)
	for c, perUnitHour := range t.reserved {
		// held x one block's share of an hour x price; memory and storage are counted by the second
		share := new(big.Rat).SetFrac(new(big.Int).SetUint64(r.BlockMs), big.NewInt(tick(c)))
		share.Mul(share, new(big.Rat).SetInt(new(big.Int).SetUint64(held(c, r.Held))))
		share.Quo(share, new(big.Rat).SetInt(perHour[c]))
		rent.Add(rent, share.Mul(share, perUnitHour))
	}
	if rent.Cmp(t.minimum) < 0 {
		rent = t.minimum
	}
	p := markettypes.Price{PerBlock: ceil(rent)}
	for _, c := range components {
		if perUnitHour, asked := t.metered[c]; asked && held(c, r.Held) > 0 {
			p.Metered = append(p.Metered, rate(c, perUnitHour))
		}
	}
	return p, nil
}

// tick is how many milliseconds the component's unit of time has.
func tick(c restypes.Component) int64 {
	if c == restypes.ComponentMemory || c == restypes.ComponentStorage {
		return 1000
	}
	return 1
}

// decimal reads a number that is not negative; empty is zero.
func decimal(field, s string) (*big.Rat, error) {
	if s == "" {
		return new(big.Rat), nil
	}
	if len(s) > 40 {
		return nil, fmt.Errorf("%w: %s has %d characters; 40 are enough", ErrPriceList, field, len(s))
	}
	for _, c := range s {
		if (c < '0' || c > '9') && c != '.' {
			return nil, fmt.Errorf("%w: %s is %q; write a decimal number of uve, for example 12.5", ErrPriceList, field, s)
		}
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return nil, fmt.Errorf("%w: %s is %q; write a decimal number of uve, for example 12.5", ErrPriceList, field, s)
	}
	return r, nil
}
