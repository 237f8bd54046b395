package f32

import (
	"fmt"
	"slices"

	"github.com/virtengine/virtengine/security/safemath"
)

// bandFloats bounds the copy of an operand that a convolution works on: a band of rows that fits the second cache.
const bandFloats = 1 << 16

// ConvShape is a convolution over one image [InC, InH, InW]; weights are [OutC, InC/Groups, KernelH, KernelW]. A convolution
// along a line has heights of one.
type ConvShape struct {
	InC, InH, InW                        int
	OutC, Groups                         int
	KernelH, KernelW                     int
	StrideH, StrideW                     int
	DilationH, DilationW                 int
	PadTop, PadLeft, PadBottom, PadRight int
}

// Out is the height and width of the result. Fails with ErrShape.
func (c ConvShape) Out() (h, w int, err error) {
	for _, n := range []int{c.InC, c.InH, c.InW, c.OutC, c.Groups, c.KernelH, c.KernelW, c.StrideH, c.StrideW, c.DilationH, c.DilationW} {
		if n < 1 || n > 1<<27 {
			return 0, 0, fmt.Errorf("%w: %+v has a %d", ErrShape, c, n)
		}
	}
	for _, n := range []int{c.PadTop, c.PadLeft, c.PadBottom, c.PadRight} {
		if n < 0 || n > 1<<27 {
			return 0, 0, fmt.Errorf("%w: %+v has a pad of %d", ErrShape, c, n)
		}
	}
	if c.InC%c.Groups != 0 || c.OutC%c.Groups != 0 {
		return 0, 0, fmt.Errorf("%w: channels %d and %d in %d groups", ErrShape, c.InC, c.OutC, c.Groups)
	}
	h, w = c.InH+c.PadTop+c.PadBottom-c.reachH(), c.InW+c.PadLeft+c.PadRight-c.reachW()
	if h < 0 || w < 0 {
		return 0, 0, fmt.Errorf("%w: %+v: the kernel is larger than what it moves over", ErrShape, c)
	}
	return h/c.StrideH + 1, w/c.StrideW + 1, nil
}

func (c ConvShape) reachH() int { return (c.KernelH-1)*c.DilationH + 1 }
func (c ConvShape) reachW() int { return (c.KernelW-1)*c.DilationW + 1 }

// Conv is a convolution with its weights packed. It does not change and is safe for concurrent use.
//
// The operand's rows are copied into phases: those columns that a stride lets the same tap of the kernel see stand side by
// side. Then each term of 16 or 32 neighbouring results is one load at a fixed distance, and nothing is gathered.
type Conv struct {
	set             *Set
	shape           ConvShape
	outH, outW      int
	per, taken      int // results and operands of one group
	terms           int
	weights         [][]float32 // of each group, packed
	bias            []float32
	how             int
	offs            []int // of each term, in the copied band
	edge            []int // of each term, in a panel that was copied aside; of pointwise ones
	rowPhases       []int // which rows modulo stride the kernel sees
	columnPhases    []int
	pointwise, wide bool
	transposed      bool
	high, pitch     int // rows and columns of a phase
	insertH         int // of a transposed convolution: its stride, between whose steps zeros are put
	insertW         int
	band, bands     int // rows of the result at once, or results where pointwise; and how many such
}

// NewConv packs weights for one convolution and splits it into units for workers that run at once. Bias may be nil. With
// rectify, what is below zero becomes +0 in the end. Weights must be finite: the padding is multiplied by them. Fails with
// ErrShape.
func (s *Set) NewConv(shape ConvShape, weights, bias []float32, rectify bool, workers int) (*Conv, error) {
	h, w, err := shape.Out()
	if err != nil {
		return nil, err
	}
	c := &Conv{set: s, shape: shape, outH: h, outW: w, insertH: 1, insertW: 1}
	if err := c.pack(weights, bias, rectify); err != nil {
		return nil, err
	}
	c.pointwise = shape.KernelH == 1 && shape.KernelW == 1 && shape.StrideH == 1 && shape.StrideW == 1 && c.outH == shape.InH && c.outW == shape.InW
	if c.pointwise {
		c.cutPlane(max(workers, 1))
	} else {
		c.cutRows(max(workers, 1))
	}
	return c, nil
}

// pack checks sizes and lays out the weights.
func (c *Conv) pack(weights, bias []float32, rectify bool) (err error) {
	s, shape := c.set, c.shape
	c.bias = slices.Clone(bias)
	c.per, c.taken = shape.OutC/shape.Groups, shape.InC/shape.Groups
	for _, sides := range [][]int{{shape.InC, shape.InH, shape.InW}, {shape.OutC, c.outH, c.outW}, {c.taken, shape.KernelH, shape.KernelW, shape.OutC}, {shape.InH + shape.reachH(), shape.InW + shape.reachW()}} {
		n := 1
		for _, side := range sides {
			if n, err = safemath.Mul(n, side); err != nil || n > 1<<31-1 {
				return fmt.Errorf("%w: %+v is too large", ErrShape, shape)
			}
		}
	}
	c.terms = c.taken * shape.KernelH * shape.KernelW
	if len(weights) != shape.OutC*c.terms || bias != nil && len(bias) != shape.OutC {
		return fmt.Errorf("%w: %d weights and %d biases, want %d and %d", ErrShape, len(weights), len(bias), shape.OutC*c.terms, shape.OutC)
	}
	if rectify {
		c.how = relu
	}
	for g := range shape.Groups {
		packed := make([]float32, len(weights)/shape.Groups)
		s.packRows(packed, false, g*c.per, c.per, 0, c.terms, weights, c.terms)
		c.weights = append(c.weights, packed)
	}
	return nil
}

// cutPlane makes units of neighbouring places for a convolution that only mixes channels.
func (c *Conv) cutPlane(workers int) {
	plane := c.outH * c.outW
	for i := range c.taken {
		c.offs, c.edge = append(c.offs, i*plane), append(c.edge, i*c.set.width)
	}
	c.band = plane
	if workers > 1 && c.shape.Groups < workers {
		c.band = (plane/workers/c.set.width + 1) * c.set.width
	}
	c.bands = (plane + c.band - 1) / c.band
}

// cutRows makes units of neighbouring rows of the result, and the distances of the terms in the copy of what they see.
func (c *Conv) cutRows(workers int) {
	s := c.shape
	c.rowPhases, c.columnPhases = phases(s.KernelH, s.DilationH, s.StrideH), phases(s.KernelW, s.DilationW, s.StrideW)
	c.pitch = c.outW + (s.reachW()-1)/s.StrideW
	further := (s.reachH() - 1) / s.StrideH
	row := c.taken * len(c.rowPhases) * len(c.columnPhases) * c.pitch
	c.band = min(max(bandFloats/row-further, 1), c.outH)
	if workers > 1 && s.Groups < workers {
		c.band = min(c.band, (c.outH+workers-1)/workers)
	}
	c.bands = (c.outH + c.band - 1) / c.band
	c.high = c.band + further
	width := c.set.width
	c.wide = c.outW >= width && (c.outW+width-1)/width*width*10 <= c.pitch*11
	for i := range c.taken {
		for y := range s.KernelH {
			for x := range s.KernelW {
				dy, dx := y*s.DilationH, x*s.DilationW
				if c.transposed {
					dy, dx = s.reachH()-1-dy, s.reachW()-1-dx
				}
				phase := slices.Index(c.rowPhases, dy%s.StrideH)*len(c.columnPhases) + slices.Index(c.columnPhases, dx%s.StrideW)
				plane := i*len(c.rowPhases)*len(c.columnPhases) + phase
				c.offs = append(c.offs, (plane*c.high+dy/s.StrideH)*c.pitch+dx/s.StrideW)
			}
		}
	}
}

// phases are the remainders that the taps of a kernel have, ascending.
func phases(kernel, dilation, stride int) []int {
	var out []int
	for k := range kernel {
		if p := k * dilation % stride; !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return out
}

// Units is how many parts Run computes one image in. They may run at once; each gives results of its own.
func (c *Conv) Units() int { return c.shape.Groups * c.bands }

// Run computes unit of an image: dst is [OutC, outH, outW], src [InC, InH, InW]; they must not overlap. It panics, as
// indexing does, where a slice is too short or unit is none.
func (c *Conv) Run(unit int, dst, src []float32, w *Work) {
	if unit < 0 || unit >= c.Units() {
		panic(fmt.Sprintf("f32: unit %d of %d", unit, c.Units()))
	}
	dst, src = dst[:c.shape.OutC*c.outH*c.outW], src[:c.shape.InC*c.shape.InH*c.shape.InW]
	group, from := unit/c.bands, unit%c.bands*c.band
	dst = dst[group*c.per*c.outH*c.outW:][:c.per*c.outH*c.outW]
	src = src[group*c.taken*c.shape.InH*c.shape.InW:][:c.taken*c.shape.InH*c.shape.InW]
	w.c = grow(w.c, c.set.tiles[0].rows*c.set.width)
	if c.pointwise {
		c.mix(group, from, min(from+c.band, c.outH*c.outW), dst, src, w)
		return
	}
	rows := min(c.band, c.outH-from)
	c.copyBand(from, rows, src, w)
	if c.wide {
		for y := range rows {
			for x := 0; x < c.outW; x += c.set.width {
				x = min(x, c.outW-c.set.width) // the last may overlap the one before: it computes the same bits again
				c.panel(group, w.b[y*c.pitch+x:], c.offs, dst[(from+y)*c.outW+x:])
			}
		}
		return
	}
	for at := 0; at < (rows-1)*c.pitch+c.outW; at += c.set.width {
		c.scattered(group, at, rows, w, dst[from*c.outW:])
	}
}

// mix computes places lo to hi of a pointwise convolution.
func (c *Conv) mix(group, lo, hi int, dst, src []float32, w *Work) {
	width, plane := c.set.width, c.outH*c.outW
	for ; lo+width <= hi; lo += width {
		c.panel(group, src[lo:], c.offs, dst[lo:])
	}
	if lo == hi {
		return
	}
	w.b = grow(w.b, c.taken*width)
	for i := range c.taken {
		copy(w.b[i*width:], src[i*plane+lo:i*plane+hi])
	}
	for r := 0; r < c.per; {
		t := c.set.tileFor(c.per - r)
		c.tile(t, group, r, w.b, c.edge, w.c, width)
		for i := range t.rows {
			copy(dst[(r+i)*plane+lo:(r+i)*plane+hi], w.c[i*width:])
		}
		r += t.rows
	}
}

// panel computes as many neighbouring results as a tile is wide, of every channel, where they belong.
func (c *Conv) panel(group int, b []float32, offs []int, dst []float32) {
	plane := c.outH * c.outW
	for r := 0; r < c.per; {
		t := c.set.tileFor(c.per - r)
		c.tile(t, group, r, b, offs, dst[r*plane:], plane)
		r += t.rows
	}
}

// scattered computes results side by side that are not all wanted: what lies between two rows is dropped.
func (c *Conv) scattered(group, at, rows int, w *Work, dst []float32) {
	width, plane := c.set.width, c.outH*c.outW
	for r := 0; r < c.per; {
		t := c.set.tileFor(c.per - r)
		c.tile(t, group, r, w.b[at:], c.offs, w.c, width)
		for y := at / c.pitch; y < rows && y*c.pitch < at+width; y++ {
			first, behind := max(at, y*c.pitch), min(at+width, y*c.pitch+c.outW)
			if first >= behind {
				continue
			}
			for i := range t.rows {
				copy(dst[(r+i)*plane+y*c.outW+first-y*c.pitch:], w.c[i*width+first-at:i*width+behind-at])
			}
		}
		r += t.rows
	}
}

func (c *Conv) tile(t *tile, group, r int, b []float32, offs []int, to []float32, ldc int) {
	var bias []float32
	if c.bias != nil {
		bias = c.bias[group*c.per+r:]
	}
	t.run(c.terms, c.weights[group][r*c.terms:], b, offs, to, ldc, c.how, bias)
}

// copyBand copies what rows of the result see, phase by phase, with +0 for the padding.
func (c *Conv) copyBand(first, rows int, src []float32, w *Work) {
	s := c.shape
	w.b = grow(w.b, c.taken*len(c.rowPhases)*len(c.columnPhases)*c.high*c.pitch+c.set.width+c.pitch)
	at := 0
	for i := range c.taken {
		plane := src[i*s.InH*s.InW:][:s.InH*s.InW]
		for _, py := range c.rowPhases {
			for _, px := range c.columnPhases {
				for q := range rows + c.high - c.band {
					to := w.b[at+q*c.pitch:][:c.pitch]
					y := (first+q)*s.StrideH + py - s.PadTop
					if y < 0 || y%c.insertH != 0 || y/c.insertH >= s.InH {
						clear(to)
						continue
					}
					row := plane[y/c.insertH*s.InW:][:s.InW]
					if c.insertW == 1 {
						spread(to, row, px-s.PadLeft, s.StrideW)
					} else {
						insert(to, row, -s.PadLeft, c.insertW)
					}
				}
				at += c.high * c.pitch
			}
		}
	}
}

// spread sets to[i] to row[begin+i*step], or to +0 where that is outside.
func spread(to, row []float32, begin, step int) {
	before := 0
	if begin < 0 {
		before = min((-begin+step-1)/step, len(to))
	}
	behind := len(to)
	if room := len(row) - begin; room <= 0 {
		behind = before
	} else {
		behind = max(min(behind, (room+step-1)/step), before)
	}
	clear(to[:before])
	clear(to[behind:])
	if before == behind {
		return
	}
	if step == 1 {
		copy(to[before:behind], row[begin+before:])
		return
	}
	for i, at := before, begin+before*step; i < behind; i, at = i+1, at+step {
		to[i] = row[at]
	}
}
