package i8_test

import (
	"testing"
	"time"

	"github.com/virtengine/virtengine/ml/engine/i8"
	kernel "github.com/virtengine/virtengine/ml/engine/kernel/i8"
)

// mobile is a detector of the size and kind of published mobile face detectors: 3x3 stride-2 stem, depthwise separable blocks, heads.
func mobile(side int) (*i8.Program, error) {
	n := numbers(7)
	b := i8.NewBuilder("mobile")
	same := [4]int{1, 1, 1, 1}
	x := b.Input("image", []int{1, 3, side * 3 / 4, side}, 1.0/128)
	x = b.Conv("", x, n.conv(3, 32, 1, [2]int{3, 3}, [2]int{2, 2}, [2]int{}, same))
	channels := 32
	for _, block := range []struct{ out, stride int }{{64, 1}, {96, 2}, {96, 1}, {96, 1}, {160, 2}, {160, 1}, {160, 1}, {160, 1}, {256, 2}, {256, 1}} {
		x = b.Conv("", x, n.conv(channels, channels, channels, [2]int{3, 3}, [2]int{block.stride, block.stride}, [2]int{}, same))
		x = b.Conv("", x, n.conv(channels, block.out, 1, [2]int{1, 1}, [2]int{}, [2]int{}, [4]int{}))
		channels = block.out
	}
	b.Output(b.Conv("heads", x, n.conv(channels, 24, 1, [2]int{3, 3}, [2]int{}, [2]int{}, same)))
	return load(b)
}

// residual is an embedder of dense 3x3 blocks over a 112-pixel crop.
func residual() (*i8.Program, error) {
	n := numbers(11)
	b := i8.NewBuilder("residual")
	same := [4]int{1, 1, 1, 1}
	x := b.Input("image", []int{1, 1, 112, 112}, 1.0/128)
	x = b.Conv("", x, n.conv(1, 32, 1, [2]int{3, 3}, [2]int{2, 2}, [2]int{}, same))
	channels := 32
	for _, out := range []int{32, 64, 128} {
		x = b.Conv("", x, n.conv(channels, out, 1, [2]int{3, 3}, [2]int{2, 2}, [2]int{}, same))
		channels = out
		for range 2 {
			y := b.Conv("", x, n.conv(out, out, 1, [2]int{3, 3}, [2]int{}, [2]int{}, same))
			y = b.Conv("", y, n.conv(out, out, 1, [2]int{3, 3}, [2]int{}, [2]int{}, same))
			x = b.Add("", x, y, i8.AddSpec{MultiplierA: 1 << 20, MultiplierB: 1 << 20, Shift: 21, Max: 127, Scale: 1})
		}
	}
	x = b.GlobalAveragePool("", x, i8.AverageSpec{Multiplier: 1 << 30, Shift: 36, Min: -128, Max: 127, Scale: 1})
	w := n.int8s(128 * 128)
	b.Output(b.Gemm("embedding", b.Flatten("", x), i8.GemmSpec{Out: 128, Weights: w, Bias: n.int32s(128, 1000), Requant: i8.Raw(1)}))
	return load(b)
}

func load(b *i8.Builder) (*i8.Program, error) {
	m, err := b.Model()
	if err != nil {
		return nil, err
	}
	return i8.Load(m)
}

// BenchmarkRun prints a network's time and rate on each set of kernels; two operations are one product.
func BenchmarkRun(b *testing.B) {
	for name, build := range map[string]func() (*i8.Program, error){"mobile": func() (*i8.Program, error) { return mobile(320) }, "residual": residual} {
		p, err := build()
		if err != nil {
			b.Fatal(err)
		}
		n := numbers(3)
		in := n.feed(p)
		for _, set := range kernel.Available() {
			b.Run(name+"/"+set.Name(), func(b *testing.B) {
				r, err := i8.NewRunner(p, i8.Options{Kernels: set})
				if err != nil {
					b.Fatal(err)
				}
				out := r.NewOutputs()
				b.ReportAllocs()
				for b.Loop() {
					if err := r.RunInto(b.Context(), in, out); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(p.MACs())/1e6, "MMAC")
				b.ReportMetric(2*float64(p.MACs())*float64(b.N)/b.Elapsed().Seconds()/1e9, "GOP/s")
				b.ReportMetric(float64(r.ArenaBytes())/1024, "arena-KiB")
			})
		}
		b.Run(name+"/reference", func(b *testing.B) {
			for b.Loop() {
				if _, err := p.Run(b.Context(), in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkProfile prints where the time of the best kernels goes, by operator.
func BenchmarkProfile(b *testing.B) {
	p, err := mobile(320)
	if err != nil {
		b.Fatal(err)
	}
	begin := time.Now()
	r, err := i8.NewRunner(p, i8.Options{Clock: func() time.Duration { return time.Since(begin) }})
	if err != nil {
		b.Fatal(err)
	}
	n := numbers(3)
	in, out := n.feed(p), r.NewOutputs()
	for b.Loop() {
		if err := r.RunInto(b.Context(), in, out); err != nil {
			b.Fatal(err)
		}
	}
	nodes, err := r.Profile()
	if err != nil {
		b.Fatal(err)
	}
	for i, node := range nodes {
		b.Logf("%2d %-16s %8.3f MMAC %8s", i, node.Name, float64(node.MACs)/1e6, node.Time)
	}
}
