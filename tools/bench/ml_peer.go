package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/virtengine/virtengine/ml/engine"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/security/paths"
	"github.com/virtengine/virtengine/tools/bench/ort"
	"github.com/virtengine/virtengine/tools/bench/topology"
)

// peerTime is of onnxruntime-web in WebAssembly with SIMD, one thread, on the network in float.
func peerTime(ctx context.Context, s session, n topology.Net, input *value.Tensor) (time.Duration, error) {
	peer, err := ort.New(s.peer)
	if err != nil {
		return 0, err
	}
	dir, err := paths.Temp(os.TempDir(), "bench-ml-")
	if err != nil {
		return 0, err
	}
	defer dir.Close()
	if err := dir.WriteFile("net.onnx", n.Model.Encode(), paths.Private); err != nil {
		return 0, err
	}
	answers, err := peer.Run(ctx, []ort.Job{{Model: filepath.Join(dir.Path(), "net.onnx"), Inputs: map[string]*value.Tensor{"image": input}, Runs: s.rounds()}})
	if err != nil {
		return 0, err
	}
	if err := answers[0].Err; err != nil {
		return 0, err
	}
	if err := alike(ctx, n, input, answers[0].Outputs); err != nil {
		return 0, err
	}
	return slices.Min(answers[0].Times), nil
}

// alike fails where the peer computes something else: then its time says nothing.
func alike(ctx context.Context, n topology.Net, input *value.Tensor, theirs map[string]*value.Tensor) error {
	p, err := engine.Load(n.Model)
	if err != nil {
		return err
	}
	ours, err := p.Run(ctx, map[string]*value.Tensor{"image": input})
	if err != nil {
		return err
	}
	for name, t := range theirs {
		x, errX := value.As[float32](t)
		y, errY := value.As[float32](ours[name])
		if errX != nil || errY != nil || len(x) != len(y) {
			return fmt.Errorf("%s: the peer's %s is %v %v", n.Name, name, errX, errY)
		}
		for i := range x {
			if d := x[i] - y[i]; d > 1e-3 || d < -1e-3 {
				return fmt.Errorf("%s: the peer's %s[%d] is %v, ours %v", n.Name, name, i, x[i], y[i])
			}
		}
	}
	return nil
}
