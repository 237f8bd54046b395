package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"time"

	"github.com/virtengine/virtengine/security/paths"
)

// How many times worse than the record a ratio may be: of two measurements of one run, which feel the machine alike,
// and of a measurement held against a time, which feels it fully.
const (
	slackOfTwo   = 1.2
	slackOfLimit = 3
)

// figure is one measured ratio: ours over what it is held against. Smaller is better.
type figure struct {
	name  string
	ours  time.Duration
	base  time.Duration
	of    string // what base is
	goal  float64
	slack float64 // slackOfTwo or slackOfLimit
	peers string  // what a named peer reaches, for reading
}

func (f figure) ratio() float64 { return float64(f.ours) / float64(f.base) }

// most is the largest ratio that passes.
func (f figure) most(b baseline) float64 {
	if recorded, ok := b[f.name]; ok {
		return recorded * f.slack
	}
	return f.goal
}

func (f figure) line(b baseline) string {
	text := fmt.Sprintf("%-28s %10s  %-34s %10s  ratio %5.3f  goal %.2f", f.name, f.ours.Round(100*time.Nanosecond), f.of, f.base.Round(100*time.Nanosecond), f.ratio(), f.goal)
	if f.ratio() > f.goal {
		text += " missed"
	}
	if recorded, ok := b[f.name]; ok {
		text += fmt.Sprintf("  recorded %.3f", recorded)
	}
	if f.peers != "" {
		text += "  (" + f.peers + ")"
	}
	return text
}

// baseline is the recorded ratios by name.
type baseline map[string]float64

func readBaseline(name string) (baseline, error) {
	raw, err := paths.ReadFile(name, 1<<20)
	if errors.Is(err, fs.ErrNotExist) {
		return baseline{}, nil
	}
	if err != nil {
		return nil, err
	}
	b := baseline{}
	if err := json.Unmarshal(raw, &b); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return b, nil
}

func (b baseline) write(name string, figures []figure) error {
	for _, f := range figures {
		b[f.name] = math.Round(f.ratio()*1000) / 1000
	}
	raw, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return err
	}
	return paths.WriteFile(name, append(raw, '\n'), paths.PublicFile, paths.OthersMayWrite)
}

// judge fails where a ratio is worse than the record allows or, without one, than its goal.
func (b baseline) judge(figures []figure) error {
	var errs []error
	for _, f := range figures {
		if most := f.most(b); f.ratio() > most {
			errs = append(errs, fmt.Errorf("%s: ratio %.3f, at most %.3f passes", f.name, f.ratio(), most))
		}
	}
	if len(errs) > 0 {
		errs = append(errs, errors.New("hint: run it again on an idle machine; --profile shows where the time goes, --update records what was meant"))
	}
	return errors.Join(errs...)
}

// quantile returns the q-th of a hundred of the times.
func quantile(times []time.Duration, q int) time.Duration {
	sorted := slices.Clone(times)
	slices.Sort(sorted)
	return sorted[min(len(sorted)*q/100, len(sorted)-1)]
}
