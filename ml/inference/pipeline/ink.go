package pipeline

import "slices"

// inkStep is how far a pixel's luma must lie from the ground's at least to be ink, and stripe how wide a part is over which the
// ground is taken to be even: light falls from one side.
const (
	inkStep = 40
	stripe  = 48
)

// ink is what is written on, and how far from it letters lie.
type ink struct {
	part    rect
	grounds []int // of each stripe, from the left
	step    int
}

// inkOf looks at a part of a picture. The ground of a stripe is its most frequent luma; letters begin half-way between the ground and
// what lies farthest from it, two percent of the pixels aside, in the middle one of the stripes. So guilloches and shadows, which
// are nearer to the ground than letters, are none.
func (g Gray) inkOf(part rect) ink {
	out := ink{part: part}
	var reach []int
	for x := part.x0; x < part.x1; x += stripe {
		ground, far := g.levels(rect{x, part.y0, min(x+stripe, part.x1), part.y1})
		out.grounds, reach = append(out.grounds, ground), append(reach, far)
	}
	slices.Sort(reach)
	if len(reach) > 0 {
		out.step = reach[len(reach)/2] / 2
	}
	out.step = max(out.step, inkStep)
	return out
}

// levels are the most frequent luma of a part, of equals the lightest, and how far from it the extreme two percent are.
func (g Gray) levels(part rect) (ground, far int) {
	var counts [256]int
	for y := part.y0; y < part.y1; y++ {
		for x := part.x0; x < part.x1; x++ {
			counts[g.Pix[y*g.W+x]]++
		}
	}
	most := -1
	for v := range counts { // noise spreads the ground over neighbours: eleven are counted, the nearer the more
		n := 0
		for k := max(v-5, 0); k <= min(v+5, 255); k++ {
			n += counts[k] * (6 - max(v-k, k-v))
		}
		if n >= most {
			ground, most = v, n
		}
	}
	few := max(part.w()*part.h()/50, 1)
	low, high := 0, 255
	for n := counts[0]; n < few && low < 255; n += counts[low] {
		low++
	}
	for n := counts[255]; n < few && high > 0; n += counts[high] {
		high--
	}
	return ground, max(high-ground, ground-low)
}

// at says whether a pixel within the part is ink.
func (i ink) at(g Gray, x, y int) bool {
	d := int(g.Pix[y*g.W+x]) - i.grounds[(x-i.part.x0)/stripe]
	return d >= i.step || -d >= i.step
}

// inked is the smallest part within a part that holds all its ink. It fails where there is none.
func (g Gray) inked(part rect) (rect, bool) {
	i := g.inkOf(part)
	out := rect{part.x1, part.y1, part.x0, part.y0}
	for y := part.y0; y < part.y1; y++ {
		for x := part.x0; x < part.x1; x++ {
			if i.at(g, x, y) {
				out = rect{min(out.x0, x), min(out.y0, y), max(out.x1, x+1), max(out.y1, y+1)}
			}
		}
	}
	return out, out.x0 < out.x1
}
