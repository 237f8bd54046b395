package pipeline

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/models/data/document"
	"github.com/virtengine/virtengine/ml/models/data/face"
	"github.com/virtengine/virtengine/ml/models/data/gray"
	"github.com/virtengine/virtengine/ml/models/data/stream"
)

// TestLinesAreFoundOnDrawnCards shows that regions, ink and bands are those of cards as they are drawn for training, from new to worn:
// of a hundred lines, at most five are cut more than five pixels off.
func TestLinesAreFoundOnDrawnCards(t *testing.T) {
	s := stream.New(1, "pipeline/cards", 0)
	lines, off := 0, 0
	near := func(a, b int) bool { return abs(int64(a-b)) <= 5 }
	for id := range uint64(60) {
		m, truth, err := document.Rectified(document.NewHolder(7, id), document.RandomCondition(s))
		require.NoError(t, err)
		g := Gray{W: m.W, H: m.H, Pix: m.Pix}
		var classes [fieldRows * fieldCols]region
		for i, c := range truth.Grid() {
			classes[i] = region(c)
		}
		parts := boxes(&classes, g)
		r := run{Pipeline: &Pipeline{params: Default()}}
		for class := number; class < zone; class++ {
			require.Contains(t, parts, class)
			in, ok := g.inked(r.roomy(parts[class], g))
			want, there := truth.Field(document.Kind(class))
			require.True(t, there)
			lines++
			if w := want.Rect; !ok || !near(in.x0, w.X0) || !near(in.x1, w.X1) || !near(in.y0, w.Y0) || !near(in.y1, w.Y1) {
				off++
			}
		}
		bands, ok := g.bands(r.roomy(parts[zone], g))
		for i, b := range bands {
			in, inked := g.inked(b)
			const base, pitch, height = 176, 28, 11 // of the drawn zone
			lines++
			if !ok || !inked || !near(in.y0, base+pitch*i-height) || !near(in.y1, base+pitch*i) {
				off++
			}
		}
	}
	require.Equal(t, 60*7, lines)
	require.LessOrEqual(t, off*100, lines*5, "%d of %d", off, lines)
}

// TestTheAlignedCropIsTheGeneratorsOwn shows that a crop is where the embedder's training data has it: cut out by the true eyes, it is
// nearly what the generator draws as aligned, and nearer to it than a crop that is a pixel off.
func TestTheAlignedCropIsTheGeneratorsOwn(t *testing.T) {
	worse := 0
	for id := range uint64(20) {
		p := face.NewPerson(3, id)
		c := face.Capture{Roll: int(id%5)*40 - 80, Scale: 300}
		m, truth := face.Render(p, c, 192, 192)
		want := face.AlignedAt(p, c, cropSide, gray.Point{})
		g := Gray{W: m.W, H: m.H, Pix: m.Pix}
		at := func(p face.Point) point { return point{int64(p.X)*unit/16 - half, int64(p.Y)*unit/16 - half} }
		crop, ok := aligned(g, eyes(at(truth.LeftEye), at(truth.RightEye)))
		require.True(t, ok)
		right := difference(crop, want)
		require.Less(t, right, 12, "person %d: mean difference in lumas", id)
		l, r := at(truth.LeftEye), at(truth.RightEye)
		step := (r.x - l.x) / 24
		shifted, ok := aligned(g, eyes(point{l.x + step, l.y}, point{r.x + step, r.y}))
		require.True(t, ok)
		if difference(shifted, want) <= right {
			worse++
		}
	}
	require.LessOrEqual(t, worse, 2)
}

// eyes is a face of which the eyes are known.
func eyes(left, right point) found { return found{left: left, right: right} }

// difference is the mean difference within the face, in lumas.
func difference(a Gray, b gray.Image) int {
	sum := int64(0)
	for y := 12; y < 52; y++ {
		for x := 12; x < 52; x++ {
			sum += abs(int64(a.Pix[y*a.W+x]) - int64(b.Pix[y*b.W+x]))
		}
	}
	return int(sum / 1600)
}
