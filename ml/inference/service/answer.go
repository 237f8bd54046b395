package service

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/inference/pipeline"
	"github.com/virtengine/virtengine/ml/inference/pipeline/score"
	"github.com/virtengine/virtengine/ml/inference/service/api"
	"github.com/virtengine/virtengine/security/hashes"
)

// Infer runs one model. The request's tensors are overwritten.
func (s *Service) Infer(ctx context.Context, r *api.InferRequest) (reply *api.InferReply, err error) {
	defer func() {
		for _, t := range r.Inputs {
			clear(t.Data)
		}
	}()
	err = s.request(ctx, "Infer", r.Size(), func(ctx context.Context) error {
		reply, err = s.infer(ctx, r)
		return err
	})
	if err != nil {
		return nil, err
	}
	return reply, nil
}

func (s *Service) infer(ctx context.Context, r *api.InferRequest) (*api.InferReply, error) {
	m, err := s.catalogue.find(r.Model, r.PackId)
	if err != nil {
		return nil, err
	}
	inputs := map[string]*value.Tensor{}
	defer func() {
		for _, t := range inputs {
			wipeTensor(t)
		}
	}()
	for _, t := range r.Inputs {
		if inputs[t.Name] != nil {
			return nil, fmt.Errorf("%w: input %.100q is given twice", ErrMalformed, t.Name)
		}
		if inputs[t.Name], err = tensorOf(t); err != nil {
			return nil, err
		}
	}
	if err := declared(m, inputs); err != nil {
		return nil, err
	}
	in, err := digestOf("virtengine/inference/raw-input/v1", m, ordered(m, r.Inputs))
	if err != nil {
		return nil, err
	}
	out, err := s.compute(ctx, m, inputs)
	if err != nil {
		return nil, err
	}
	reply := &api.InferReply{PackId: m.Pack.String(), InputDigest: in.String()}
	for _, o := range m.Outputs {
		t := out[o.Name]
		if t == nil {
			return nil, fmt.Errorf("%w: model %q gave no output %q", pipeline.ErrOutput, m.Name, o.Name)
		}
		reply.Outputs = append(reply.Outputs, tensorTo(o.Name, t))
		wipeTensor(t)
	}
	d, err := digestOf("virtengine/inference/raw-output/v1", m, reply.Outputs)
	reply.OutputDigest = d.String()
	return reply, err
}

// declared holds inputs against what a model declares. Fails with ErrModelInput.
func declared(m Model, inputs map[string]*value.Tensor) error {
	for _, want := range m.Inputs {
		have := inputs[want.Name]
		if have == nil {
			return fmt.Errorf("%w: %q needs input %q", ErrModelInput, m.Name, want.Name)
		}
		shape := make([]int64, len(have.Shape))
		for i, d := range have.Shape {
			shape[i] = int64(d)
		}
		if have.DType().String() != want.Type || !slices.Equal(shape, want.Shape) {
			return fmt.Errorf("%w: %q of %q is %s %v, want %s %v", ErrModelInput, want.Name, m.Name, have.DType(), shape, want.Type, want.Shape)
		}
	}
	if len(inputs) != len(m.Inputs) {
		return fmt.Errorf("%w: %d are given, %q has %d", ErrModelInput, len(inputs), m.Name, len(m.Inputs))
	}
	return nil
}

// ordered are a request's tensors in the model's order, so that the digest does not depend on the sender's.
func ordered(m Model, tensors []api.Tensor) []api.Tensor {
	var out []api.Tensor
	for _, want := range m.Inputs {
		if i := slices.IndexFunc(tensors, func(t api.Tensor) bool { return t.Name == want.Name }); i >= 0 {
			out = append(out, tensors[i])
		}
	}
	return out
}

// Score runs the pipeline. The request's pictures are overwritten.
func (s *Service) Score(ctx context.Context, r *api.ScoreRequest) (reply *api.ScoreReply, err error) {
	defer func() {
		if r.Document != nil {
			clear(r.Document.Data)
		}
		for _, f := range r.SelfieFrames {
			clear(f.Data)
		}
	}()
	err = s.request(ctx, "Score", r.Size(), func(ctx context.Context) error {
		reply, err = s.score(ctx, r)
		return err
	})
	if err != nil {
		return nil, err
	}
	return reply, nil
}

func (s *Service) score(ctx context.Context, r *api.ScoreRequest) (*api.ScoreReply, error) {
	if err := s.catalogue.samePacks(r.PackIds); err != nil {
		return nil, err
	}
	e := pipeline.Evidence{Packs: s.catalogue.packs, CapturedOn: r.CapturedOn}
	var err error
	if r.Document != nil {
		if e.Document, err = itemOf(*r.Document); err != nil {
			return nil, err
		}
	}
	for _, f := range r.SelfieFrames {
		i, err := itemOf(f)
		if err != nil {
			return nil, err
		}
		e.Selfie = append(e.Selfie, i)
	}
	if c := r.Claims; c != nil {
		e.Claims = pipeline.Claims{Surname: c.Surname, GivenNames: c.GivenNames, Number: c.DocumentNumber, BirthDate: c.BirthDate}
	}
	result, err := s.pipeline.Run(ctx, e)
	if err != nil {
		return nil, err
	}
	for _, reason := range result.Reasons {
		s.metrics.reasons.WithLabelValues(strconv.Itoa(int(reason))).Inc()
	}
	return replyOf(result, r.PackIds), nil
}

func itemOf(e api.Evidence) (pipeline.Item, error) {
	i := pipeline.Item{ScopeID: e.ScopeId, Data: e.Data}
	if len(e.CiphertextDigest) > 0 {
		d, err := hashes.FromBytes(hashes.SHA256, e.CiphertextDigest)
		if err != nil {
			return i, fmt.Errorf("%w: scope %.100q: ciphertext_digest: %w", ErrMalformed, e.ScopeId, err)
		}
		i.Ciphertext = d
	}
	return i, nil
}

func replyOf(r pipeline.Result, packs []string) *api.ScoreReply {
	reply := &api.ScoreReply{Status: api.STATUS_REFUSED, PackIds: packs, Pipeline: r.Version.String(), InputDigest: r.Input.String(), ResultDigest: r.Output.String()}
	for _, reason := range r.Reasons {
		reply.Reasons = append(reply.Reasons, api.Reason(reason))
	}
	if r.Refused {
		return reply
	}
	reply.Status, reply.Score, reply.Tier, reply.Borderline = api.STATUS_SCORED, r.Score.Score, tiers[r.Score.Tier], r.Score.Borderline
	reply.DocumentToFace, reply.OcrConfidence = int64(r.DocumentToFace), int64(r.OCRConfidence)
	for n, f := range r.Factors {
		reply.Factors = append(reply.Factors, api.Factor{Name: factors[n], Known: f.Known, BasisPoints: int64(f.Value)})
	}
	return reply
}

var (
	tiers   = [...]api.Tier{score.None: api.TIER_NONE, score.Basic: api.TIER_BASIC, score.Standard: api.TIER_STANDARD, score.Premium: api.TIER_PREMIUM}
	factors = [score.Count]api.FactorName{api.FACTOR_DOCUMENT_AUTHENTICITY, api.FACTOR_FACE_MATCH, api.FACTOR_LIVENESS, api.FACTOR_DATA_CONSISTENCY, api.FACTOR_HISTORY, api.FACTOR_RISK}
)

// Describe says what is loaded. It takes no place in the queue.
func (s *Service) Describe(ctx context.Context, _ *api.DescribeRequest) (*api.DescribeReply, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	reply := &api.DescribeReply{Pipeline: s.pipeline.Version().String(), MaxRequestBytes: s.limits.RequestBytes, MaxMultiplications: s.limits.MACs,
		TimeoutMs: s.limits.Timeout.Milliseconds(), Parallel: s.limits.Parallel, Queue: s.limits.Queue}
	for _, p := range s.catalogue.packs {
		reply.PackIds = append(reply.PackIds, p.String())
	}
	infos := func(values []Value) (out []api.TensorInfo) {
		for _, v := range values {
			out = append(out, api.TensorInfo{Name: v.Name, Type: v.Type, Shape: v.Shape})
		}
		return out
	}
	for _, m := range s.catalogue.all {
		reply.Models = append(reply.Models, api.Model{Name: m.Name, Digest: m.Digest.String(), PackId: m.Pack.String(), Contract: m.Contract,
			Multiplications: m.MACs, Inputs: infos(m.Inputs), Outputs: infos(m.Outputs)})
	}
	return reply, nil
}
