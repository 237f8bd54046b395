package plan_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/engine"
	"github.com/virtengine/virtengine/ml/engine/kernel/f32"
	"github.com/virtengine/virtengine/ml/engine/plan"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
)

// Networks of a published form, by the reference and by plans on one thread.
func BenchmarkNets(b *testing.B) {
	for name, m := range map[string]*onnx.Model{"residual-96": residualNet(96), "separable-96": separableNet(96)} {
		x := picture(3, 1, 3, 96, 96)
		b.Run(name+"/reference", func(b *testing.B) {
			p, err := engine.Load(m)
			require.NoError(b, err)
			for b.Loop() {
				_, err := p.Run(context.Background(), map[string]*value.Tensor{"x": x})
				require.NoError(b, err)
			}
		})
		for _, s := range f32.Sets() {
			b.Run(name+"/"+s.Name(), func(b *testing.B) {
				p, err := plan.New(m, plan.Options{Kernels: s, Threads: 1})
				require.NoError(b, err)
				r, out, in := p.NewRun(), p.NewOutputs(), []*value.Tensor{x}
				b.ReportAllocs()
				for b.Loop() {
					require.NoError(b, r.Run(context.Background(), in, out))
				}
				b.ReportMetric(2*float64(p.MACs())*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
				began := time.Now()
				r.Timed(func() time.Duration { return time.Since(began) })
				require.NoError(b, r.Run(context.Background(), in, out))
				byOp := map[string]time.Duration{}
				for _, s := range r.Profile() {
					byOp[s.Op] += s.Time
				}
				b.Log(byOp, p.ArenaBytes(), p.MACs())
			})
		}
	}
}
