package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/inference/pipeline"
)

// Deps is what a service needs. All of it is needed.
type Deps struct {
	Models  Models
	Decode  pipeline.Decoder
	Params  pipeline.Params
	Limits  Limits
	Log     *slog.Logger
	Metrics prometheus.Registerer
	Clock   Clock

	// RawOnly starts without the models that scores need; Score then fails and names them.
	RawOnly bool
}

// Service answers requests, whatever way they came. Safe for concurrent use.
type Service struct {
	models    Models
	catalogue catalogue
	pipeline  *pipeline.Pipeline
	limits    Limits
	log       *slog.Logger
	clock     Clock
	queue     *queue
	metrics   *metrics
	warm      atomic.Bool
	health    *health.Server // of gRPC; it says what Ready says
}

// New makes a service that is not ready: WarmUp makes it so. Fails with ErrConfig, also where a model is missing that scores
// need, or where one score takes more multiplications than a request may.
func New(d Deps) (*Service, error) {
	if d.Models == nil || d.Decode == nil || d.Log == nil || d.Metrics == nil || d.Clock == nil {
		return nil, fmt.Errorf("%w: a dependency is missing", ErrConfig)
	}
	if err := d.Limits.Validate(); err != nil {
		return nil, err
	}
	c, err := newCatalogue(d.Models)
	if err != nil {
		return nil, err
	}
	s := &Service{models: d.Models, catalogue: c, limits: d.Limits, log: d.Log, clock: d.Clock, queue: newQueue(d.Limits), health: health.NewServer()}
	s.serving(grpc_health_v1.HealthCheckResponse_NOT_SERVING)
	if s.pipeline, err = pipeline.New(executor{s}, d.Decode, d.Params); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConfig, err)
	}
	if !d.RawOnly {
		if err := c.scores(d.Limits.MACs); err != nil {
			return nil, err
		}
	}
	if s.metrics, err = newMetrics(d.Metrics, s.queue, s.Ready); err != nil {
		return nil, fmt.Errorf("%w: metrics: %w", ErrConfig, err)
	}
	return s, nil
}

// scores says whether one person can be scored with what is loaded.
func (c catalogue) scores(budget int64) error {
	var errs []error
	total := int64(0) // of at most 28 models of at most 2^50
	for _, rule := range pipeline.Rules() {
		m, ok := c.byName[rule.Model]
		if !ok {
			errs = append(errs, fmt.Errorf("%w: model %q is in none of the packs; hint: add its pack, or start with raw_only", ErrConfig, rule.Model))
			continue
		}
		if err := m.keeps(rule); err != nil {
			errs = append(errs, err)
		}
		if m.MACs > budget {
			errs = append(errs, fmt.Errorf("%w: one run of model %q takes %d multiplications, a request may take %d", ErrConfig, rule.Model, m.MACs, budget))
			continue
		}
		total += m.MACs * int64(rule.Runs)
	}
	if len(errs) == 0 && total > budget {
		errs = append(errs, fmt.Errorf("%w: one score takes %d multiplications, a request may take %d; hint: raise limits.macs", ErrConfig, total, budget))
	}
	return errors.Join(errs...)
}

// keeps says whether a model takes and gives what the pipeline's rule says.
func (m Model) keeps(rule pipeline.Rule) error {
	if len(m.Inputs) != 1 || len(m.Outputs) != 1 || !slices.Equal(m.Inputs[0].Shape, rule.In) || !slices.Equal(m.Outputs[0].Shape, rule.Out) {
		return fmt.Errorf("%w: model %q of pack %s takes %v and gives %v, want one of %v and one of %v", ErrConfig, m.Name, m.Pack, m.Inputs, m.Outputs, rule.In, rule.Out)
	}
	if t := m.Outputs[0].Type; t != "float32" && (t != "int8" && t != "int32" || m.Scale <= 0) {
		return fmt.Errorf("%w: model %q of pack %s gives %s, and nobody says what its integers stand for", ErrConfig, m.Name, m.Pack, t)
	}
	return nil
}

// WarmUp runs every model once on zeros, so that the first request is as fast as the second and a model that cannot run is found
// before anybody asks for it. Then the service is ready.
func (s *Service) WarmUp(ctx context.Context) error {
	for _, m := range s.catalogue.all {
		inputs := map[string]*value.Tensor{}
		for _, in := range m.Inputs {
			t, err := zeros(in)
			if err != nil {
				return fmt.Errorf("warm up: model %q of pack %s: %w", m.Name, m.Pack, err)
			}
			inputs[in.Name] = t
		}
		begin := s.clock.Now()
		if _, err := s.compute(withAccount(ctx, m.MACs), m, inputs); err != nil {
			return fmt.Errorf("warm up: %w", err)
		}
		s.log.Info("model is ready", "model", m.Name, "pack", m.Pack.String(), "contract", m.Contract, "took", s.clock.Now().Sub(begin))
	}
	s.warm.Store(true)
	s.serving(grpc_health_v1.HealthCheckResponse_SERVING)
	return nil
}

func (s *Service) serving(status grpc_health_v1.HealthCheckResponse_ServingStatus) {
	s.health.SetServingStatus("", status)
	s.health.SetServingStatus(serviceName, status)
}

// Ready says whether requests are taken: the models were warmed up, and nobody stops the service.
func (s *Service) Ready() bool {
	s.queue.mu.Lock()
	defer s.queue.mu.Unlock()
	return s.warm.Load() && !s.queue.stopping
}

// Drain takes no more requests and waits until those that run have ended. Fails with ctx's error when that takes too long.
func (s *Service) Drain(ctx context.Context) error {
	idle := s.queue.drain()
	s.health.Shutdown() // says NOT_SERVING from now on, to those who watch too
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		_, running := s.queue.depth()
		return fmt.Errorf("%d requests still run: %w", running, context.Cause(ctx))
	}
}

// request is the frame of every method: size, readiness, a place in the queue, a deadline, an account, metrics, a log line.
func (s *Service) request(ctx context.Context, method string, size int, act func(ctx context.Context) error) (err error) {
	begin := s.clock.Now()
	defer func() {
		took := s.clock.Now().Sub(begin)
		s.metrics.answered(method, took, err)
		if err != nil {
			s.log.Warn("request was not computed", "method", method, "reason", Explain(err).Reason, "error", err, "took", took)
		}
	}()
	if int64(size) > s.limits.RequestBytes {
		return fmt.Errorf("%w: %d bytes, at most %d", ErrTooLarge, size, s.limits.RequestBytes)
	}
	if !s.warm.Load() {
		return ErrNotReady
	}
	leave, err := s.queue.enter(ctx, s.clock, s.limits.Wait)
	if err != nil {
		return err
	}
	defer leave()
	ctx, cancel := context.WithTimeoutCause(ctx, s.limits.Timeout, fmt.Errorf("%w: a request may run for %s", context.DeadlineExceeded, s.limits.Timeout))
	defer cancel()
	return act(withAccount(ctx, s.limits.MACs))
}

// zeros is an input of nothing but zeros.
func zeros(v Value) (*value.Tensor, error) {
	dtype, ok := types[v.Type]
	if !ok {
		return nil, fmt.Errorf("%w: input %q is %s", ErrConfig, v.Name, v.Type)
	}
	n := int64(1)
	for _, d := range v.Shape {
		if d < 1 || d > value.MaxElements/n {
			return nil, fmt.Errorf("%w: input %q has shape %v", ErrConfig, v.Name, v.Shape)
		}
		n *= d
	}
	return zeroTensor(dtype, v.Shape, n)
}
