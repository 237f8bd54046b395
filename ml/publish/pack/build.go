package pack

import (
	"bytes"
	"context"
	"fmt"

	"github.com/virtengine/virtengine/ml/publish/manifest"
)

// Build makes a pack, unsigned: it describes the models, runs every triple, and writes down what came out. The same spec and files
// give the same pack, whatever the order in which they are listed. Fails with ErrSpec, ErrModel, ErrContract, ErrConformance,
// manifest.ErrInvalid, and what the executor fails with.
//
//	files: contents by the names that the spec gives them     x: what runs the program
func Build(ctx context.Context, s Spec, files map[string][]byte, x Executor, p Progress) (*Pack, error) {
	if x == nil {
		return nil, fmt.Errorf("%w: no executor", ErrContract)
	}
	m, err := s.draft(files)
	if err != nil {
		return nil, err
	}
	contents := make([][]byte, len(m.Files))
	total := int64(0)
	for i, f := range m.Files {
		contents[i] = bytes.Clone(files[f.Name])
		total += f.Bytes
	}
	if total > DefaultBytes {
		return nil, fmt.Errorf("%w: %d bytes, readers take %d", ErrLimit, total, DefaultBytes)
	}
	draft := &Pack{manifest: m, files: contents}
	runner, err := draft.load(x)
	if err != nil {
		return nil, err
	}
	if err := draft.setCost(s, runner); err != nil {
		return nil, err
	}
	for i := range m.Conformance {
		t := &m.Conformance[i]
		p.tell("conformance "+t.Name, i, len(m.Conformance))
		have, err := draft.run(ctx, runner, *t)
		if err != nil {
			return nil, err
		}
		*t = have
	}
	p.tell("conformance", len(m.Conformance), len(m.Conformance))
	if m.ID, err = m.Identify(); err != nil {
		return nil, err
	}
	raw, err := m.Write()
	if err != nil {
		return nil, err
	}
	return assemble(m, raw, contents)
}

// load prepares the program.
func (p *Pack) load(x Executor) (Runner, error) {
	f, _ := p.manifest.Program()
	raw, ok := p.content(f.Name)
	if !ok {
		return nil, fmt.Errorf("%w: no file with the role that contract %s runs", ErrModel, p.manifest.Contract)
	}
	runner, err := x.Load(raw, p.manifest.Contract)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrModel, f.Name, err)
	}
	if runner == nil {
		return nil, fmt.Errorf("%w: %s: the executor gave no program", ErrContract, f.Name)
	}
	return runner, nil
}

// setCost writes down what a run takes: what the runner counted, or else what the spec says.
func (p *Pack) setCost(s Spec, r Runner) error {
	cost := Cost{MACs: s.MACs, ArenaBytes: s.ArenaBytes}
	if counted, ok := r.(Costed); ok {
		if s.MACs != 0 && s.MACs != counted.Cost().MACs {
			return fmt.Errorf("%w: macs %d, counted are %d; hint: leave it out", ErrSpec, s.MACs, counted.Cost().MACs)
		}
		cost = counted.Cost()
		cost.ArenaBytes = max(cost.ArenaBytes, s.ArenaBytes)
	}
	f, _ := p.manifest.Program()
	for i := range p.manifest.Models {
		if model := &p.manifest.Models[i]; model.File == f.Name {
			model.MACs, model.ArenaBytes = cost.MACs, cost.ArenaBytes
		}
	}
	return nil
}

// checkCost holds what the manifest says against what the runner counted. An arena is a bound: another release may need less.
func (p *Pack) checkCost(r Runner) error {
	counted, ok := r.(Costed)
	if !ok {
		return nil
	}
	_, model := p.manifest.Program()
	if have := counted.Cost(); have.MACs != model.MACs || have.ArenaBytes > model.ArenaBytes {
		return fmt.Errorf("%w: %s: %d MACs in %d bytes, manifest says %d in at most %d", ErrModel, model.File, have.MACs, have.ArenaBytes, model.MACs, model.ArenaBytes)
	}
	return nil
}

// run runs a triple and returns it as it came out.
func (p *Pack) run(ctx context.Context, r Runner, t manifest.Triple) (manifest.Triple, error) {
	out := manifest.Triple{Name: t.Name, Inputs: []manifest.TripleInput{}, Outputs: []manifest.TripleOutput{}}
	inputs, err := p.inputs(t)
	if err != nil {
		return out, err
	}
	for _, in := range t.Inputs {
		if in.Digest, err = TensorDigest(inputs[in.Name]); err != nil {
			return out, fmt.Errorf("%w: triple %q, input %q: %w", ErrConformance, t.Name, in.Name, err)
		}
		out.Inputs = append(out.Inputs, in)
	}
	outputs, err := r.Run(ctx, inputs)
	if ctx.Err() != nil { // who interrupts a run learns nothing about the machine
		return out, fmt.Errorf("triple %q: %w", t.Name, ctx.Err())
	}
	if err != nil {
		return out, fmt.Errorf("%w: triple %q: %w", ErrConformance, t.Name, err)
	}
	_, model := p.manifest.Program()
	for _, v := range model.Outputs {
		digest, err := TensorDigest(outputs[v.Name])
		if err != nil {
			return out, fmt.Errorf("%w: triple %q, output %q: %w", ErrConformance, t.Name, v.Name, err)
		}
		if err := fits(v, outputs[v.Name]); err != nil {
			return out, fmt.Errorf("%w: triple %q: %w", ErrConformance, t.Name, err)
		}
		out.Outputs = append(out.Outputs, manifest.TripleOutput{Name: v.Name, Digest: digest})
	}
	if out.Score, err = Score(p.manifest.Score, outputs); err != nil {
		return out, fmt.Errorf("%w: triple %q: %w", ErrConformance, t.Name, err)
	}
	return out, nil
}
