package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/spf13/cobra"

	"github.com/virtengine/virtengine/ml/inference/pipeline"
	"github.com/virtengine/virtengine/ml/inference/service"
	"github.com/virtengine/virtengine/ml/inference/service/config"
	"github.com/virtengine/virtengine/ml/inference/service/packs"
	"github.com/virtengine/virtengine/ml/publish/pack"
	"github.com/virtengine/virtengine/ml/publish/signature"
	"github.com/virtengine/virtengine/security/entropy"
	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/security/paths"
	"github.com/virtengine/virtengine/security/redact"
)

func (a *app) runCommand() *cobra.Command {
	return &cobra.Command{Use: "run", Short: "Verify the packs and answer requests until a signal comes", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		c, err := a.valid()
		if err != nil {
			return err
		}
		log, err := logger(c.Log, cmd.ErrOrStderr())
		if err != nil {
			return err
		}
		return a.serve(cmd.Context(), c, log)
	}}
}

func logger(c config.Log, w io.Writer) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Level)); err != nil {
		return nil, err
	}
	o := &slog.HandlerOptions{Level: level}
	var to slog.Handler = slog.NewTextHandler(w, o)
	if c.Format == "json" {
		to = slog.NewJSONHandler(w, o)
	}
	masked, err := redact.Handler(to)
	return slog.New(masked), err
}

// serve verifies everything, then listens, and answers until ctx ends.
func (a *app) serve(ctx context.Context, c config.Config, log *slog.Logger) error {
	models, err := a.models(ctx, c.Packs, log)
	if err != nil {
		return err
	}
	params, err := parameters(c.Pipeline.ParamsFile)
	if err != nil {
		return err
	}
	metrics := prometheus.NewRegistry()
	metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	s, err := service.New(service.Deps{Models: models, Decode: decode, Params: params, Limits: c.Limits.Service(), Log: log, Metrics: metrics,
		Clock: service.System{}, RawOnly: c.Pipeline.RawOnly})
	if err != nil {
		return err
	}
	front, err := open(ctx, c, log)
	if err != nil {
		return err
	}
	front.Metrics, front.Entropy, front.Grace = metrics, entropy.Reader(), c.Listen.Grace
	warm := make(chan error, 1)
	serving, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	go func() { // health is answered from here on; readiness comes when every model has run
		err := s.WarmUp(serving)
		if warm <- err; err != nil {
			stop(err)
			return
		}
		log.Info("ready", "kernels", a.kernels, "grpc", c.Listen.GRPC, "http", c.Listen.HTTP, "version", Version)
	}()
	err = s.Serve(serving, front)
	log.Info("stopped", "why", context.Cause(serving))
	if e := <-warm; e != nil && !errors.Is(context.Cause(ctx), errStopped) {
		return e
	}
	return err
}

// maxKeys and maxParams are how many bytes these files may have.
const (
	maxKeys   = 256 << 10
	maxParams = 64 << 10
)

// models reads the packs and verifies them.
func (a *app) models(ctx context.Context, c config.Packs, log *slog.Logger) (*packs.Set, error) {
	text, err := paths.ReadFile(c.Keys, maxKeys)
	if err != nil {
		return nil, fmt.Errorf("packs.keys: %w", err)
	}
	keys, err := signature.ParsePublicKeys(text)
	if err != nil {
		return nil, fmt.Errorf("packs.keys: %s: %w", c.Keys, err)
	}
	trust, err := signature.NewTrust(keys, int(c.Threshold))
	if err != nil {
		return nil, fmt.Errorf("packs.threshold: %w", err)
	}
	var pinned []hashes.Digest
	for _, text := range c.Pinned {
		d, err := hashes.Parse(text)
		if err != nil {
			return nil, fmt.Errorf("packs.pinned: %w", err)
		}
		pinned = append(pinned, d)
	}
	var all []*pack.Pack
	for _, f := range c.Files {
		p, err := packs.Read(f)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return packs.Load(ctx, all, packs.Options{Trust: trust, Executor: a.exec, Reference: a.reference, Pinned: pinned, Progress: func(what string, done, total int64) {
		log.Debug("verifying", "what", what, "done", done, "of", total)
	}})
}

// parameters reads the pipeline's parameters; without a file they are the protocol's.
func parameters(file string) (pipeline.Params, error) {
	if file == "" {
		return pipeline.Default(), nil
	}
	text, err := paths.ReadFile(file, maxParams)
	if err != nil {
		return pipeline.Params{}, fmt.Errorf("pipeline.params_file: %w", err)
	}
	var p pipeline.Params
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields() // a gate that is spelled otherwise would be no gate
	if err := d.Decode(&p); err != nil {
		return p, fmt.Errorf("pipeline.params_file: %s: %w", file, err)
	}
	return p, p.Validate()
}
