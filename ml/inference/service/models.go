package service

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/security/hashes"
)

// Errors of models.
var (
	// ErrUnknownModel says that no loaded pack has a model of that name.
	ErrUnknownModel = errors.New("model is not loaded")
	// ErrUnknownPack says that a pack is asked for that is not loaded.
	ErrUnknownPack = errors.New("pack is not loaded")
	// ErrModelInput says that inputs are not what a model declares.
	ErrModelInput = errors.New("input of a model")
)

// Value is a declared input or output.
type Value struct {
	Name  string
	Type  string
	Shape []int64
}

// Model is a loaded model, as it was verified.
type Model struct {
	Name     string
	Digest   hashes.Digest // of its graph
	Pack     hashes.Digest
	Contract string
	MACs     int64 // multiplications of one run, above 0
	Inputs   []Value
	Outputs  []Value
	Scale    int64 // of its first output where that is integers: what one step stands for, 24 bits behind the point; 0: not known
}

// Observe hears how long the nodes of one type took in a run.
type Observe func(op string, took time.Duration)

// Models are the models that were verified when they were loaded: signatures, digests, triples, kernels. Safe for concurrent use.
type Models interface {
	// List is all of them, by pack and then name. It does not change.
	List() []Model
	// Run computes a model. It checks ctx between nodes, and fails with ErrUnknownModel, ErrModelInput, ctx's error, or the
	// engine's. Equal inputs give equal outputs on every machine. Inputs are neither kept nor changed. observe may be nil.
	Run(ctx context.Context, model string, inputs map[string]*value.Tensor, observe Observe) (map[string]*value.Tensor, error)
}

// catalogue is the list of models, by name.
type catalogue struct {
	all    []Model
	byName map[string]Model
	packs  []hashes.Digest // ascending by text
}

// newCatalogue fails unless every name is there once and every model says what it costs.
func newCatalogue(models Models) (catalogue, error) {
	c := catalogue{all: models.List(), byName: map[string]Model{}}
	for _, m := range c.all {
		if other, twice := c.byName[m.Name]; twice {
			return c, fmt.Errorf("%w: model %q is in pack %s and in pack %s; hint: load one of them", ErrConfig, m.Name, other.Pack, m.Pack)
		}
		if m.MACs <= 0 {
			return c, fmt.Errorf("%w: model %q of pack %s does not say how many multiplications a run takes", ErrConfig, m.Name, m.Pack)
		}
		c.byName[m.Name] = m
		if !slices.Contains(c.packs, m.Pack) {
			c.packs = append(c.packs, m.Pack)
		}
	}
	slices.SortFunc(c.packs, func(a, b hashes.Digest) int { return strings.Compare(a.String(), b.String()) })
	return c, nil
}

// find returns a model of a pack. Fails with ErrUnknownModel and ErrUnknownPack, naming what is loaded.
func (c catalogue) find(name, pack string) (Model, error) {
	m, ok := c.byName[name]
	if !ok {
		return Model{}, fmt.Errorf("%w: %.100q; loaded are %s", ErrUnknownModel, name, c.names())
	}
	if m.Pack.String() != pack {
		return Model{}, fmt.Errorf("%w: %.100q; model %q is loaded from %s", ErrUnknownPack, pack, name, m.Pack)
	}
	return m, nil
}

func (c catalogue) names() string {
	if len(c.all) == 0 {
		return "none"
	}
	var names []string
	for _, m := range c.all {
		names = append(names, m.Name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// samePacks says whether a caller expects exactly the packs that are loaded.
func (c catalogue) samePacks(want []string) error {
	have := make([]string, len(c.packs))
	for i, p := range c.packs {
		have[i] = p.String()
	}
	if !slices.Equal(have, want) {
		return fmt.Errorf("%w: asked for %.800q, loaded are %q", ErrUnknownPack, want, have)
	}
	return nil
}
