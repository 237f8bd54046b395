package f32

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// convolved is the specification: taps outside are left out, terms ascend by channel, row and column, then the bias.
func convolved(s ConvShape, x, w, bias []float32, rectify bool) []float32 {
	h, wide, err := s.Out()
	if err != nil {
		return nil
	}
	out := make([]float32, 0, s.OutC*h*wide)
	taken, per := s.InC/s.Groups, s.OutC/s.Groups
	for o := range s.OutC {
		for at := range h * wide {
			var sum float32
			for k := range taken * s.KernelH * s.KernelW {
				i, ky, kx := k/(s.KernelH*s.KernelW), k/s.KernelW%s.KernelH, k%s.KernelW
				y, x0 := at/wide*s.StrideH+ky*s.DilationH-s.PadTop, at%wide*s.StrideW+kx*s.DilationW-s.PadLeft
				if y >= 0 && y < s.InH && x0 >= 0 && x0 < s.InW {
					sum = float32(sum + float32(x[((o/per*taken+i)*s.InH+y)*s.InW+x0]*w[o*taken*s.KernelH*s.KernelW+k]))
				}
			}
			if bias != nil {
				sum = float32(sum + bias[o])
			}
			if rectify && sum < 0 {
				sum = 0
			}
			out = append(out, sum)
		}
	}
	return out
}

func image(c ConvShape, seed uint32) (x, w, bias []float32) {
	return filled(c.InC*c.InH*c.InW, seed), filled(c.OutC*c.InC/c.Groups*c.KernelH*c.KernelW, seed+1), filled(c.OutC, seed+2)
}

// whole runs every unit, the last first.
func whole(c *Conv, n int, x []float32, w *Work) []float32 {
	out := make([]float32, n)
	for u := c.Units() - 1; u >= 0; u-- {
		c.Run(u, out, x, w)
	}
	return out
}

func TestConvolutions(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		shape  ConvShape
	}{
		"Plain":       {"the usual 3×3 with a border", ConvShape{3, 17, 19, 10, 1, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1}},
		"Pointwise":   {"channels are mixed where they lie", ConvShape{7, 9, 11, 13, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0}},
		"Padded1x1":   {"a border around a pointwise one has results too", ConvShape{2, 4, 4, 3, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 2}},
		"Strided1x1":  {"of four phases the kernel sees one", ConvShape{5, 13, 12, 9, 1, 1, 1, 2, 2, 1, 1, 0, 0, 0, 0}},
		"Depthwise":   {"one channel, one result", ConvShape{8, 24, 24, 8, 8, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1}},
		"Halving":     {"depthwise with a stride, as MobileNet's", ConvShape{6, 25, 33, 6, 6, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1}},
		"Wide":        {"rows of whole tiles are written where they belong", ConvShape{2, 5, 96, 9, 1, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1}},
		"WideOverlap": {"the last tile of a row overlaps the one before", ConvShape{2, 5, 125, 9, 1, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1}},
		"Stem":        {"a large kernel with a stride", ConvShape{3, 40, 41, 8, 1, 7, 7, 2, 2, 1, 1, 3, 3, 3, 3}},
		"Dilated":     {"taps far apart, also modulo the stride", ConvShape{3, 20, 21, 4, 1, 3, 3, 2, 3, 2, 4, 2, 5, 3, 4}},
		"Line":        {"a convolution along a line", ConvShape{4, 1, 50, 6, 2, 1, 5, 1, 2, 1, 1, 0, 2, 0, 2}},
		"OnePlace":    {"a dense layer in disguise", ConvShape{16, 1, 1, 20, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0}},
		"FarOutside":  {"rows that see nothing but border", ConvShape{1, 2, 2, 3, 1, 2, 2, 1, 1, 1, 1, 9, 9, 9, 9}},
		"Bands":       {"more rows than are copied at once", ConvShape{40, 70, 60, 4, 1, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1}},
		"StrideOver":  {"a stride larger than the kernel", ConvShape{2, 11, 11, 5, 1, 2, 2, 3, 4, 1, 1, 0, 1, 0, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			x, w, bias := image(tc.shape, 5)
			for _, s := range Sets() {
				for way := range 6 {
					b, rectify, workers := bias, way&2 != 0, 1+way
					if way&1 != 0 {
						b = nil
					}
					c, err := s.NewConv(tc.shape, w, b, rectify, workers)
					require.NoError(t, err, tc.reason)
					want := convolved(tc.shape, x, w, b, rectify)
					require.Empty(t, differ(whole(c, len(want), x, &Work{}), want), "%s, %s, way %d", tc.reason, s.Name(), way)
				}
			}
		})
	}
}

func TestConvIsThePlainLoop(t *testing.T) {
	sets, work := Sets(), &Work{}
	rapid.Check(t, func(t *rapid.T) {
		n := func(name string, lo, hi int) int { return rapid.IntRange(lo, hi).Draw(t, name) }
		g := n("groups", 1, 3)
		c := ConvShape{g * n("taken", 1, 5), n("height", 1, 14), n("width", 1, 40), g * n("per", 1, 11), g, n("kernel h", 1, 4), n("kernel w", 1, 4),
			n("stride h", 1, 3), n("stride w", 1, 3), n("dilation h", 1, 3), n("dilation w", 1, 3), n("top", 0, 3), n("left", 0, 3), n("bottom", 0, 3), n("right", 0, 3)}
		if _, _, err := c.Out(); err != nil {
			return
		}
		x, w, bias := image(c, rapid.Uint32().Draw(t, "seed"))
		rectify, workers := rapid.Bool().Draw(t, "rectify"), n("workers", 1, 5)
		want := convolved(c, x, w, bias, rectify)
		for _, s := range sets {
			conv, err := s.NewConv(c, w, bias, rectify, workers)
			if err != nil {
				t.Fatal(err)
			}
			if d := differ(whole(conv, len(want), x, work), want); d != "" {
				t.Fatalf("%s: %s", s.Name(), d)
			}
		}
	})
}

// -0 and NaN are not below zero: they pass through the rectifier of every set.
func TestRectifierKeepsMinusZeroAndNaN(t *testing.T) {
	for _, s := range Sets() {
		c, err := s.NewConv(ConvShape{1, 1, 64, 5, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0}, []float32{1, 1, 1, 1, 1}, nil, true, 1)
		require.NoError(t, err)
		x := filled(64, 3)
		x[7], x[40] = float32(inf()-inf()), -1
		want := convolved(ConvShape{1, 1, 64, 5, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0}, x, []float32{1, 1, 1, 1, 1}, nil, true)
		require.Empty(t, differ(whole(c, 5*64, x, &Work{}), want), s.Name())
	}
}

func inf() float64 { x := 1e300; return float64(x * x) }

func TestConvRefusesWhatIsNone(t *testing.T) {
	good := ConvShape{4, 5, 5, 4, 2, 3, 3, 1, 1, 1, 1, 0, 0, 0, 0}
	for name, tc := range map[string]struct {
		reason string
		spoil  func(*ConvShape)
	}{
		"NoStride": {"a stride of zero never arrives", func(c *ConvShape) { c.StrideH = 0 }},
		"Groups":   {"channels must divide into groups", func(c *ConvShape) { c.Groups = 3 }},
		"TooSmall": {"the kernel must fit at least once", func(c *ConvShape) { c.InW = 2 }},
		"Negative": {"a pad below zero would cut", func(c *ConvShape) { c.PadLeft = -1 }},
		"Huge":     {"a product that overflows is no size", func(c *ConvShape) { c.InC, c.InH, c.InW = 1<<26, 1<<26, 1<<26 }},
		"Weights":  {"as many weights as the shape says", func(c *ConvShape) { c.OutC = 6 }},
	} {
		t.Run(name, func(t *testing.T) {
			c := good
			_, w, bias := image(c, 1)
			tc.spoil(&c)
			_, err := Best().NewConv(c, w, bias, false, 1)
			require.ErrorIs(t, err, ErrShape, tc.reason)
		})
	}
}

func TestConvAllocatesNothing(t *testing.T) {
	for _, s := range Sets() {
		for _, shape := range []ConvShape{{3, 17, 19, 10, 1, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1}, {7, 9, 11, 13, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0}} {
			x, w, bias := image(shape, 1)
			c, err := s.NewConv(shape, w, bias, true, 1)
			require.NoError(t, err)
			work, out := &Work{}, make([]float32, 10*17*19)
			c.Run(0, out, x, work)
			require.Zero(t, testing.AllocsPerRun(10, func() { c.Run(0, out, x, work) }))
		}
	}
}

// A dense layer with packed weights is the same product.
func TestColumnsAreGemm(t *testing.T) {
	sets, w := Sets(), &Work{}
	rapid.Check(t, func(t *rapid.T) {
		m, n, k := rapid.IntRange(1, 20).Draw(t, "m"), rapid.IntRange(1, 100).Draw(t, "n"), rapid.IntRange(0, 300).Draw(t, "k")
		g := shape(false, rapid.Bool().Draw(t, "turned"), false, m, n, k, 0, rapid.Uint32().Draw(t, "seed"))
		want := g.loop(ascending)
		for _, s := range sets {
			c, got := s.PackColumns(g.turnB, k, n, g.b, g.ldb), append([]float32(nil), g.c...)
			for p := range c.Panels() {
				c.Gemm(p, p+1, m, g.a, g.lda, got, g.ldc, w)
			}
			if d := differ(got, want); d != "" {
				t.Fatalf("%s: %s", s.Name(), d)
			}
		}
	})
}

// GFLOP/s of the layers of small published topologies.
func BenchmarkConv(b *testing.B) {
	for name, c := range map[string]ConvShape{
		"residual-64x56x56": {64, 56, 56, 64, 1, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1}, "residual-32x12x12": {32, 12, 12, 32, 1, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1},
		"pointwise-32x24x24": {32, 24, 24, 64, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0}, "depthwise-64x24x24": {64, 24, 24, 64, 64, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1},
		"depthwise-64x48x48-s2": {64, 48, 48, 64, 64, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1}, "stem-1x96x96": {1, 96, 96, 16, 1, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1},
	} {
		x, w, bias := image(c, 1)
		for i := range x {
			x[i] = float32(i%17) / 17
		}
		for i := range w {
			w[i] = float32(i%19) / 19
		}
		h, wide, _ := c.Out()
		out := make([]float32, c.OutC*h*wide)
		rate := func(b *testing.B) {
			b.ReportMetric(2*float64(len(out)*c.InC/c.Groups*c.KernelH*c.KernelW)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
		}
		for _, s := range Sets() {
			b.Run(fmt.Sprintf("%s/%s", name, s.Name()), func(b *testing.B) {
				conv, err := s.NewConv(c, w, bias, true, 1)
				require.NoError(b, err)
				work := &Work{}
				for b.Loop() {
					for u := range conv.Units() {
						conv.Run(u, out, x, work)
					}
				}
				rate(b)
			})
		}
	}
}
