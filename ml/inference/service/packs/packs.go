package packs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/inference/service"
	"github.com/virtengine/virtengine/ml/publish/pack"
	"github.com/virtengine/virtengine/ml/publish/signature"
	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/security/paths"
)

// Errors of loading. Those of package pack are passed on.
var (
	// ErrSource says that no pack is named, or a dependency is missing.
	ErrSource = errors.New("packs to load")
	// ErrPinned says that other packs are there than the ones that must be.
	ErrPinned = errors.New("packs are not the pinned ones")
	// ErrPreprocessing says that a pack was made for other inputs than the pipeline makes.
	ErrPreprocessing = errors.New("pack was made for other inputs")
	// ErrKernels says that the fast and the plain way of computing a model differ on this machine.
	ErrKernels = errors.New("kernels differ from their reference")
)

// MaxBytes bounds one pack.
const MaxBytes = 512 << 20

// Read reads a pack by its absolute path: a file NAME.vepack, or a folder with any other name. Its files are held against its manifest;
// nobody has checked signatures yet.
func Read(path string) (*pack.Pack, error) {
	p, err := read(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return p, nil
}

func read(path string) (*pack.Pack, error) {
	if filepath.Ext(path) != ".vepack" {
		dir, err := paths.OpenDir(path)
		if err != nil {
			return nil, err
		}
		p, err := pack.Open(dir, hashes.Digest{}, pack.Limits{})
		return p, errors.Join(err, dir.Close())
	}
	raw, err := paths.ReadFile(path, MaxBytes)
	if err != nil {
		return nil, err
	}
	return pack.Read(bytes.NewReader(raw), hashes.Digest{}, pack.Limits{})
}

// Options say what is loaded and how.
type Options struct {
	Trust     signature.Trust // required
	Executor  pack.Executor   // required
	Reference pack.Executor   // computes the triples a second way, and must find the same bits; nil: Executor is the reference itself
	Pinned    []hashes.Digest // the ids that must be there, and no others; none: any
	Progress  pack.Progress   // nil: nobody is told
}

// Set is verified packs. It is service.Models.
type Set struct {
	models  []service.Model
	runners map[string]pack.Runner
}

// Load verifies packs and prepares their models. Fails with ErrSource, ErrPinned, ErrKernels, and as pack.Verify does, naming the pack.
func Load(ctx context.Context, all []*pack.Pack, o Options) (*Set, error) {
	if len(all) == 0 || o.Executor == nil {
		return nil, fmt.Errorf("%w: at least one, and an executor", ErrSource)
	}
	if err := pinned(all, o.Pinned); err != nil {
		return nil, err
	}
	s := &Set{runners: map[string]pack.Runner{}}
	for _, p := range all {
		m := p.Manifest()
		if err := s.add(ctx, p, o); err != nil {
			return nil, fmt.Errorf("pack %s %s (%s): %w", m.Name, m.Version, m.ID, err)
		}
	}
	slices.SortFunc(s.models, func(a, b service.Model) int {
		return strings.Compare(a.Pack.String()+" "+a.Name, b.Pack.String()+" "+b.Name)
	})
	return s, nil
}

// pinned holds the packs that are there against those that must be.
func pinned(all []*pack.Pack, want []hashes.Digest) error {
	if len(want) == 0 {
		return nil
	}
	var have []hashes.Digest
	for _, p := range all {
		if have = append(have, p.ID()); !slices.Contains(want, p.ID()) {
			return fmt.Errorf("%w: %s is %s, which is none of them", ErrPinned, p.Manifest().Name, p.ID())
		}
	}
	for _, w := range want {
		if !slices.Contains(have, w) {
			return fmt.Errorf("%w: %s is missing", ErrPinned, w)
		}
	}
	return nil
}

func (s *Set) add(ctx context.Context, p *pack.Pack, o Options) error {
	if _, err := pack.Verify(ctx, p, pack.Policy{Trust: o.Trust}, o.Executor, o.Progress); err != nil {
		return err
	}
	if o.Reference != nil {
		if err := pack.Conformance(ctx, p, o.Reference, o.Progress); err != nil {
			return fmt.Errorf("%w: %w", ErrKernels, err)
		}
	}
	m := p.Manifest()
	file, described := m.Program()
	raw, ok := p.File(file.Name)
	if !ok {
		return fmt.Errorf("%w: no file %q", pack.ErrFiles, file.Name)
	}
	r, err := o.Executor.Load(raw, m.Contract)
	if err != nil {
		return err
	}
	if s.runners[m.Name] != nil {
		return fmt.Errorf("%w: two packs of %s", ErrSource, m.Name)
	}
	if err := keeps(m); err != nil {
		return err
	}
	model := service.Model{Name: m.Name, Digest: described.Graph, Pack: m.ID, Contract: string(m.Contract), MACs: described.MACs, Scale: scaleOf(r)}
	for _, v := range described.Inputs {
		model.Inputs = append(model.Inputs, service.Value{Name: v.Name, Type: v.DType, Shape: v.Shape})
	}
	for _, v := range described.Outputs {
		model.Outputs = append(model.Outputs, service.Value{Name: v.Name, Type: v.DType, Shape: v.Shape})
	}
	if costed, ok := r.(pack.Costed); ok && model.MACs == 0 {
		model.MACs = costed.Cost().MACs
	}
	s.models, s.runners[m.Name] = append(s.models, model), r
	return nil
}

// List is service.Models.
func (s *Set) List() []service.Model { return slices.Clone(s.models) }

// Observed is a Runner that says how long each type of node took.
type Observed interface {
	RunObserved(ctx context.Context, inputs map[string]*value.Tensor, observe func(op string, took time.Duration)) (map[string]*value.Tensor, error)
}

// Run is service.Models.
func (s *Set) Run(ctx context.Context, model string, inputs map[string]*value.Tensor, observe service.Observe) (map[string]*value.Tensor, error) {
	r := s.runners[model]
	if r == nil {
		return nil, fmt.Errorf("%w: %q", service.ErrUnknownModel, model)
	}
	if o, ok := r.(Observed); ok && observe != nil {
		return o.RunObserved(ctx, inputs, observe)
	}
	return r.Run(ctx, inputs)
}
