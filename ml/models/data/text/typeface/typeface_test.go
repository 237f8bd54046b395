package typeface_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/ml/models/data/gray"
	"github.com/virtengine/virtengine/ml/models/data/gray/graytest"
	"github.com/virtengine/virtengine/ml/models/data/text/typeface"
)

// drawn is a text on white, 32 pixels high.
func drawn(f *typeface.Typeface, text string) gray.Image {
	const height = 20
	m := gray.New(f.Width(text)*height/typeface.Cap+16, 32)
	m.Fill(255)
	r := gray.NewRaster(m.W, m.H)
	f.Draw(r, text, typeface.Pen{At: gray.Point{X: 6 * gray.One, Y: 26 * gray.One}, Height: height * gray.One})
	r.Paint(m, 0, 256)
	return m
}

func TestFacesStayTheSame(t *testing.T) {
	var samples []graytest.Sample
	for i := range typeface.Count {
		samples = append(samples, graytest.Image(typeface.Get(i).Name, drawn(typeface.Get(i), typeface.Alphabet), ""))
	}
	graytest.Digests(t, samples...)
}

func TestNoTwoCharactersLookAlike(t *testing.T) {
	for i := range typeface.Count {
		f := typeface.Get(i)
		var shapes []gray.Image
		for c := range len(typeface.Alphabet) {
			m := gray.New(32, 32)
			r := gray.NewRaster(32, 32)
			f.Draw(r, typeface.Alphabet[c:c+1], typeface.Pen{At: gray.Point{X: 6 * gray.One, Y: 26 * gray.One}, Height: 20 * gray.One})
			r.Paint(m, 255, 256)
			for other, shape := range shapes {
				off := 0
				for at, p := range m.Pix {
					d := int(p) - int(shape.Pix[at])
					off += max(d, -d)
				}
				require.Greater(t, off, 4*255, "%s: %q and %q", f.Name, typeface.Alphabet[c], typeface.Alphabet[other])
			}
			shapes = append(shapes, m)
		}
	}
}

func TestInkLiesBetweenBaseLineAndCap(t *testing.T) {
	for i := range typeface.Count {
		f := typeface.Get(i)
		for c := range len(typeface.Alphabet) {
			m := drawn(f, typeface.Alphabet[c:c+1])
			ink := 0
			for at, p := range m.Pix {
				if p < 128 {
					ink++
					y := at / m.W
					require.True(t, y >= 4 && y <= 28, "%s: %q at row %d", f.Name, typeface.Alphabet[c], y)
				}
			}
			require.Equal(t, typeface.Alphabet[c] == ' ', ink == 0, "%s: %q", f.Name, typeface.Alphabet[c])
		}
	}
}

func TestFixedHasOneWidth(t *testing.T) {
	f := typeface.Get(typeface.Fixed)
	for c := range len(typeface.Alphabet) {
		require.Equal(t, f.Width("A"), f.Width(typeface.Alphabet[c:c+1]))
	}
}

func TestClassesAreThoseOfTheNet(t *testing.T) {
	for c := range 256 {
		want := 0
		for i := range len(typeface.Alphabet) {
			if int(typeface.Alphabet[i]) == c {
				want = i + 1
			}
		}
		require.Equal(t, want, typeface.Class(byte(c)))
	}
}

func TestAnyPenWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.IntRange(-1<<20, 1<<20)
		draw := func(name string) int { return number.Draw(t, name) }
		r := gray.NewRaster(40, 20)
		typeface.Get(draw("face")).Draw(r, rapid.String().Draw(t, "text"), typeface.Pen{
			At: gray.Point{X: draw("x"), Y: draw("y")}, Height: draw("height"), Stretch: rapid.IntRange(-300, 300).Draw(t, "stretch"),
			Slope: rapid.IntRange(-300, 300).Draw(t, "slope"), Shear: rapid.IntRange(-300, 300).Draw(t, "shear"), Grow: rapid.IntRange(-300, 300).Draw(t, "grow"), Track: rapid.IntRange(-300, 300).Draw(t, "track"),
		})
		r.Paint(gray.New(40, 20), 0, 256)
	})
}
