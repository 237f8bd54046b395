package eval

import (
	"maps"
	"math/big"
	"slices"
)

// Outcome is one decision about someone of a group.
type Outcome struct {
	Group string
	Wrong bool
}

// GroupRate is the errors of one group.
type GroupRate struct {
	Group string `json:"group"`
	Rate
}

// Bias compares groups by an attribute that the generator gave.
type Bias struct {
	Attribute string      `json:"attribute"`
	Groups    []GroupRate `json:"groups"` // by name
	Worst     string      `json:"worst"`  // of equals the first by name
	Best      string      `json:"best"`
	// Ratio is worst over best in ppm; -1 where the best has no errors and the worst has, so that there is no number.
	Ratio int64 `json:"ratio_ppm"`
	// Apart says that the intervals of worst and best do not overlap.
	Apart bool `json:"apart"`
}

// ByGroup makes the table. Two groups without any error have a ratio of one. Fails with ErrEmpty.
func ByGroup(attribute string, all []Outcome) (*Bias, error) {
	wrong, count := map[string]int64{}, map[string]int64{}
	for _, o := range all {
		count[o.Group]++
		if o.Wrong {
			wrong[o.Group]++
		}
	}
	b := &Bias{Attribute: attribute}
	for _, g := range slices.Sorted(maps.Keys(count)) {
		r, err := NewRate(wrong[g], count[g])
		if err != nil {
			return nil, err
		}
		b.Groups = append(b.Groups, GroupRate{g, r})
	}
	if len(b.Groups) == 0 {
		_, err := NewRate(0, 0)
		return nil, err
	}
	worst, best := b.Groups[0], b.Groups[0]
	for _, g := range b.Groups[1:] {
		if g.Rat().Cmp(worst.Rat()) > 0 {
			worst = g
		}
		if g.Rat().Cmp(best.Rat()) < 0 {
			best = g
		}
	}
	b.Worst, b.Best, b.Apart = worst.Group, best.Group, worst.Low > best.High
	switch {
	case worst.Count == 0:
		b.Ratio = Million
	case best.Count == 0:
		b.Ratio = -1
	default:
		ratio, err := PPM(new(big.Rat).Quo(worst.Rat(), best.Rat()))
		if err != nil {
			return nil, err
		}
		b.Ratio = ratio
	}
	return b, nil
}
