package pipeline

import (
	"context"
	"errors"
	"fmt"

	"github.com/virtengine/virtengine/ml/inference/pipeline/day"
	"github.com/virtengine/virtengine/ml/inference/pipeline/score"
	"github.com/virtengine/virtengine/security/hashes"
)

// Decoder turns a JPEG or PNG into luma, the same on every machine. It fails for what it does not know and for what is too
// large. Safe for concurrent use.
type Decoder func(data []byte) (Gray, error)

// ErrDependency says that something is missing that a pipeline needs.
var ErrDependency = errors.New("pipeline: a dependency is missing")

// Pipeline scores evidence. Safe for concurrent use.
type Pipeline struct {
	exec    Executor
	decode  Decoder
	params  Params
	version hashes.Digest
}

// New makes a pipeline. Fails with ErrDependency and ErrParams.
func New(exec Executor, decode Decoder, params Params) (*Pipeline, error) {
	if exec == nil || decode == nil {
		return nil, ErrDependency
	}
	if err := params.Validate(); err != nil {
		return nil, err
	}
	version, err := params.Version()
	if err != nil {
		return nil, err
	}
	return &Pipeline{exec, decode, params, version}, nil
}

// Version is the digest of the algorithm and its parameters.
func (p *Pipeline) Version() hashes.Digest { return p.version }

// refusal ends a run with reasons, not with an error.
type refusal []Reason

func (r refusal) Error() string { return fmt.Sprintf("refused for reasons %v", []Reason(r)) }

// run is one person's way through the pipeline.
type run struct {
	*Pipeline
	ctx      context.Context
	result   Result
	ints     [][]int32
	pictures [][]uint8
}

// Run scores evidence. Bad or missing evidence is a Result that is refused. It fails with ErrMalformed, with the Executor's
// error, with ErrOutput where a model is not what its name says, and with ctx's error; then there is no Result.
func (p *Pipeline) Run(ctx context.Context, e Evidence) (Result, error) {
	if err := e.Validate(); err != nil {
		return Result{}, err
	}
	r := &run{Pipeline: p, ctx: ctx, result: Result{Version: p.version}}
	defer r.wipe()
	var err error
	if r.result.Input, err = e.Digest(p.version); err != nil {
		return Result{}, err
	}
	err = r.score(e)
	var why refusal
	if errors.As(err, &why) {
		r.result = Result{Refused: true, Reasons: why, Version: r.result.Version, Input: r.result.Input}
	} else if err != nil {
		return Result{}, err
	}
	return r.result, r.result.seal()
}

// score measures the four factors and adds them up.
func (r *run) score(e Evidence) error {
	captured, birth, err := missing(e)
	if err != nil {
		return err
	}
	document, frames, err := r.decodeAll(e)
	if err != nil {
		return err
	}
	papers, err := r.readDocument(document, captured)
	if err != nil {
		return err
	}
	like, err := r.compareFaces(document, papers.portrait, frames)
	if err != nil {
		return err
	}
	authentic, err := r.authenticity(document, papers)
	if err != nil {
		return err
	}
	f := &r.result.Factors
	f[score.DocumentAuthenticity] = score.Of(authentic)
	f[score.FaceMatch] = score.Of(like.match)
	f[score.Liveness] = score.Of(like.living)
	f[score.DataConsistency] = score.Of(r.consistency(e.Claims, birth, papers))
	r.result.DocumentToFace, r.result.OCRConfidence = like.weakest, papers.sure
	r.result.Score, err = r.params.Score.Evaluate(score.Evidence{Factors: *f, DocumentToFace: like.weakest, OCRConfidence: papers.sure,
		Expired: papers.expiry.Before(captured)})
	for _, g := range r.result.Score.Failed {
		r.result.Reasons = append(r.result.Reasons, GateReason(g))
	}
	return err
}

// missing refuses evidence of which a part is not there, naming all of it.
func missing(e Evidence) (captured, birth day.Date, err error) {
	var why refusal
	if len(e.Document.Data) == 0 || !e.Document.given() {
		why = append(why, DocumentMissing)
	}
	if len(e.Selfie) < Frames {
		why = append(why, SelfieMissing)
	}
	if captured, err = day.Parse(e.CapturedOn); err != nil {
		why = append(why, CaptureDateMissing)
	}
	birth, err = day.Parse(e.Claims.BirthDate)
	if err != nil || plain(e.Claims.Surname) == "" || plain(e.Claims.GivenNames) == "" || plain(e.Claims.Number) == "" {
		why = append(why, ClaimsMissing)
	}
	if len(why) > 0 {
		return captured, birth, why
	}
	return captured, birth, nil
}

// decodeAll decodes the document and the frames.
func (r *run) decodeAll(e Evidence) (document Gray, frames [Frames]Gray, err error) {
	if document, err = r.open(e.Document); err != nil {
		return document, frames, refusal{DocumentUnreadable}
	}
	if document.W < r.params.MinWidth || document.H < r.params.MinHeight {
		return document, frames, refusal{DocumentTooSmall}
	}
	for i, f := range e.Selfie {
		if frames[i], err = r.open(f); err != nil {
			return document, frames, refusal{SelfieUnreadable}
		}
	}
	return document, frames, nil
}

// errPicture says that a decoder gave no picture.
var errPicture = errors.New("no picture")

func (r *run) open(i Item) (Gray, error) {
	g, err := r.decode(i.Data)
	if err != nil {
		return Gray{}, err
	}
	r.picture(g)
	if g.W < 1 || g.H < 1 || len(g.Pix) != g.W*g.H {
		return Gray{}, errPicture
	}
	return g, nil
}
