package main

import (
	"context"
	"fmt"
	"time"

	"github.com/virtengine/virtengine/ml/engine/i8"
	"github.com/virtengine/virtengine/ml/engine/kernel/f32"
	kernels "github.com/virtengine/virtengine/ml/engine/kernel/i8"
	"github.com/virtengine/virtengine/ml/engine/plan"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/models/quant"
	"github.com/virtengine/virtengine/tools/bench/ort"
	"github.com/virtengine/virtengine/tools/bench/topology"
)

// Goals of the engine: times of ours over that of its base.
const (
	goalFloatPeer   = 1.5      // of onnxruntime-web
	goalIntegerPeer = 1.0      // likewise
	goalPlain       = 0.1      // of our plain Go
	goalPeak        = 4.0      // of the time at the processor's own peak
	goalProduct     = 1.0 / 3. // of the product of gorgonia.org/tensor
)

// networks measures both modes of the engine on face-sized networks, one thread.
func networks(ctx context.Context, s session) ([]figure, error) {
	out, err := products(s)
	if err != nil {
		return nil, err
	}
	for _, n := range []topology.Net{topology.MobileFace(), topology.ResFace()} {
		input := picture(n.Shape)
		float, err := floatTime(ctx, s, n, input)
		if err != nil {
			return nil, err
		}
		integer, plain, err := integerTimes(ctx, s, n, input)
		if err != nil {
			return nil, err
		}
		out = append(out, figure{name: n.Name + " int8 to Go", ours: integer, base: plain, of: "the same in plain Go", goal: goalPlain, slack: slackOfLimit})
		if peak, err := kernels.PeakTime(kernels.Best(), n.MACs, sinceStart()); err != nil {
			s.say("%s: %v", n.Name, err)
		} else {
			out = append(out, figure{name: n.Name + " int8 to peak", ours: integer, base: peak, of: "the processor's int8 peak", goal: goalPeak, slack: slackOfTwo})
		}
		if s.peer == "" {
			s.say("%s: float %v, int8 %v; --ort DIR measures onnxruntime-web beside them", n.Name, float, integer)
			continue
		}
		peer, err := peerTime(ctx, s, n, input)
		if err != nil {
			return nil, err
		}
		out = append(out,
			figure{name: n.Name + " float to peer", ours: float, base: peer, of: "onnxruntime-web " + ort.Version, goal: goalFloatPeer, slack: slackOfTwo},
			figure{name: n.Name + " int8 to peer", ours: integer, base: peer, of: "onnxruntime-web, float", goal: goalIntegerPeer, slack: slackOfTwo})
	}
	return out, nil
}

// sinceStart is a clock that begins now.
func sinceStart() func() time.Duration {
	begin := time.Now()
	return func() time.Duration { return time.Since(begin) }
}

func picture(shape []int) *value.Tensor {
	n := 1
	for _, d := range shape {
		n *= d
	}
	data := make([]float32, n)
	for i := range data {
		data[i] = float32((i*7919+13)%256-128) / 128
	}
	return &value.Tensor{Shape: shape, Data: data}
}

// rounds is how often a network is run; the least time counts, since others only disturb.
func (s session) rounds() int {
	if s.quick {
		return 10
	}
	return 100
}

func (s session) least(run func() error) (time.Duration, error) {
	if err := run(); err != nil {
		return 0, err
	}
	least := time.Duration(0)
	err := s.measured(func() error {
		for range s.rounds() {
			at := time.Now()
			if err := run(); err != nil {
				return err
			}
			if took := time.Since(at); least == 0 || took < least {
				least = took
			}
		}
		return nil
	})
	return least, err
}

func floatTime(ctx context.Context, s session, n topology.Net, input *value.Tensor) (time.Duration, error) {
	p, err := plan.New(n.Model, plan.Options{Kernels: f32.Best(), Threads: 1})
	if err != nil {
		return 0, err
	}
	if left := p.Unplanned(); len(left) > 0 {
		return 0, fmt.Errorf("%s: not planned: %v", n.Name, left)
	}
	r, out := p.NewRun(), p.NewOutputs()
	return s.least(func() error { return r.Run(ctx, []*value.Tensor{input}, out) })
}

// integerTimes are of the best kernels and of plain Go.
func integerTimes(ctx context.Context, s session, n topology.Net, input *value.Tensor) (best, plain time.Duration, err error) {
	m, _, err := quant.Quantize(ctx, n.Model, []map[string]*value.Tensor{{"image": input}}, quant.Options{})
	if err != nil {
		return 0, 0, err
	}
	p, err := i8.Load(m)
	if err != nil {
		return 0, 0, err
	}
	steps, err := quant.Steps(input)
	if err != nil {
		return 0, 0, err
	}
	in := map[string]*value.Tensor{"image": steps}
	with := func(set *kernels.Set, s session) (time.Duration, error) {
		r, err := i8.NewRunner(p, i8.Options{Threads: 1, Kernels: set})
		if err != nil {
			return 0, err
		}
		out := r.NewOutputs()
		return s.least(func() error { return r.RunInto(ctx, in, out) })
	}
	if best, err = with(kernels.Best(), s); err != nil {
		return 0, 0, err
	}
	inGo, err := kernels.Named("go")
	if err != nil {
		return 0, 0, err
	}
	slow := s
	slow.quick = true
	plain, err = with(inGo, slow)
	return best, plain, err
}
