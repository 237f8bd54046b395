package eval

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
)

// Presentation is one attempt before a camera.
type Presentation struct {
	Kind     string // of attack instrument; "" is a living person
	Accepted bool
}

// PAD is presentation attack detection by ISO/IEC 30107-3.
type PAD struct {
	APCER []GroupRate `json:"apcer"`     // attacks taken for persons, by kind
	Worst int64       `json:"apcer_ppm"` // of the kind that passes most often
	BPCER Rate        `json:"bpcer"`     // persons taken for attacks
	ACER  int64       `json:"acer_ppm"`  // the mean of both, rounded once
}

// NewPAD counts. Fails with ErrEmpty without persons or without attacks.
func NewPAD(all []Presentation) (*PAD, error) {
	passed, count := map[string]int64{}, map[string]int64{}
	for _, p := range all {
		count[p.Kind]++
		if p.Accepted {
			passed[p.Kind]++
		}
	}
	persons := count[""]
	delete(count, "")
	if len(count) == 0 {
		return nil, fmt.Errorf("%w: no attacks", ErrEmpty)
	}
	bpcer, err := NewRate(persons-passed[""], persons)
	if err != nil {
		return nil, fmt.Errorf("living persons: %w", err)
	}
	p := &PAD{BPCER: bpcer}
	worst := new(big.Rat)
	for _, kind := range slices.Sorted(maps.Keys(count)) {
		r, err := NewRate(passed[kind], count[kind])
		if err != nil {
			return nil, fmt.Errorf("attack %q: %w", kind, err)
		}
		p.APCER = append(p.APCER, GroupRate{kind, r})
		if r.Rat().Cmp(worst) > 0 {
			worst = r.Rat()
		}
	}
	if p.Worst, err = PPM(worst); err != nil {
		return nil, err
	}
	mean := new(big.Rat).Add(worst, bpcer.Rat())
	p.ACER, err = PPM(mean.Quo(mean, big.NewRat(2, 1)))
	return p, err
}
