package document

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/ml/models/data/document/matrix"
	"github.com/virtengine/virtengine/ml/models/data/gray"
	"github.com/virtengine/virtengine/ml/models/data/gray/graytest"
	"github.com/virtengine/virtengine/ml/models/data/stream"
	"github.com/virtengine/virtengine/ml/mrz"
)

func TestCardsStayTheSame(t *testing.T) {
	var samples []graytest.Sample
	for i := range uint64(6) {
		h := NewHolder(1, i)
		c := RandomCondition(stream.New(1, "document/digest", i))
		c.Forgery = Forgery(i % uint64(Forgeries))
		for name, draw := range []func() (gray.Image, Truth, error){
			func() (gray.Image, Truth, error) { return Rectified(h, c) },
			func() (gray.Image, Truth, error) { return Small(h, c, 144, 96) },
			func() (gray.Image, Truth, error) { return Photographed(h, c, 320, 240) },
		} {
			m, truth, err := draw()
			require.NoError(t, err)
			samples = append(samples, graytest.Image(fmt.Sprint("card ", i, " picture ", name), m, fmt.Sprint(truth)))
		}
	}
	graytest.Digests(t, samples...)
}

// What is printed on the artwork must lie in the rectangles of the truth, and every rectangle must hold some of it.
func TestFieldsHoldTheirInk(t *testing.T) {
	for i := range uint64(30) {
		h := NewHolder(2, i)
		m, truth, err := Rectified(h, Condition{Draws: i})
		require.NoError(t, err)
		blank := artworks()[h.Layout]
		ink := map[Kind]int{}
		for at, p := range m.Pix {
			if p == blank.Pix[at] {
				continue
			}
			x, y := at%Width, at/Width
			found := false
			for _, f := range truth.Fields {
				r := f.Rect.grown(1)
				if f.Kind == Barcode {
					r = f.Rect.grown(moduleSize) // with its paper
				}
				if x >= r.X0 && y >= r.Y0 && x < r.X1 && y < r.Y1 {
					found = true
					ink[f.Kind]++
				}
			}
			if !found {
				t.Fatalf("card %d, layout %d: ink at %d, %d belongs to no field", i, h.Layout, x, y)
			}
		}
		for k := Portrait; k <= Ghost; k++ {
			require.Greater(t, ink[k], 8, "card %d, kind %d", i, k)
		}
	}
}

func TestTextsAreThoseOfTheHolder(t *testing.T) {
	for i := range uint64(50) {
		h := NewHolder(3, i)
		_, truth, err := Rectified(h, Condition{})
		require.NoError(t, err)
		for k, want := range map[Kind]string{Surname: h.Surname, GivenNames: h.GivenNames, Number: h.Number, Birth: h.Birth.Printed(), Expiry: h.Expiry.Printed(), Nationality: h.Nationality} {
			f, ok := truth.Field(k)
			require.True(t, ok)
			require.Equal(t, want, f.Text)
		}
		d, err := parsed(t, truth)
		require.NoError(t, err)
		require.Equal(t, h.Birth.Zone(), d.Birth)
		require.Equal(t, h.Expiry.Zone(), d.Expiry)
		require.Equal(t, h.Number, d.Number)
		if !d.Truncated {
			require.Equal(t, h.Surname, d.Surname)
			require.Equal(t, h.GivenNames, d.GivenNames)
		}
	}
}

func parsed(t *testing.T, truth Truth) (mrz.TD1, error) {
	zone, ok := truth.Field(Zone)
	require.True(t, ok)
	var lines [mrz.Lines]string
	require.Equal(t, mrz.Lines, copy(lines[:], strings.Split(zone.Text, "\n")))
	return mrz.ParseTD1(lines)
}

func TestForgeriesAreWhatTheyAreCalled(t *testing.T) {
	for i := range uint64(40) {
		h := NewHolder(4, i)
		genuine, before, err := Rectified(h, Condition{Draws: i})
		require.NoError(t, err)
		for kind := SwappedPortrait; kind < Forgeries; kind++ {
			m, truth, err := Rectified(h, Condition{Draws: i, Forgery: kind})
			require.NoError(t, err)
			require.Equal(t, kind, truth.Forgery)
			require.NotEqual(t, genuine.Pix, m.Pix, "%s leaves a trace", kind)
			_, zoneErr := parsed(t, truth)
			printed := map[Kind]string{}
			for _, f := range truth.Fields {
				if old, ok := before.Field(f.Kind); ok && old.Text != f.Text {
					printed[f.Kind] = f.Text
				}
			}
			switch kind {
			case SwappedPortrait, Recaptured:
				require.NoError(t, zoneErr)
				require.Empty(t, printed)
			case EditedField:
				require.NoError(t, zoneErr, "the zone stays")
				require.LessOrEqual(t, len(printed), 1)
			case WrongCheckDigit:
				require.ErrorIs(t, zoneErr, mrz.ErrCheckDigit, "card %d", i)
				require.Len(t, printed, 2, "a date and the zone")
			}
			if kind == SwappedPortrait || kind == EditedField {
				for at, p := range m.Pix {
					x, y := at%Width, at/Width
					if r := truth.Forged.grown(2); genuine.Pix[at] != p && (x < r.X0 || y < r.Y0 || x >= r.X1 || y >= r.Y1) {
						t.Fatalf("%s of card %d changes %d, %d", kind, i, x, y)
					}
				}
			}
		}
	}
	require.Equal(t, "unknown", Forgeries.String())
}

// The corners of the truth are held against pixels: what they enclose, straightened, is the card.
func TestCornersEncloseTheCard(t *testing.T) {
	for i := range uint64(20) {
		h := NewHolder(5, i)
		flat, _, err := Rectified(h, Condition{Draws: i})
		require.NoError(t, err)
		m, truth, err := Photographed(h, Condition{Draws: i, Clutter: 8}, 640, 480)
		require.NoError(t, err)
		to, _, ok := gray.Quad(Width, Height, truth.Corners)
		require.True(t, ok)
		back := gray.New(Width, Height)
		gray.Project(back, m, to)
		off := 0
		for at := range back.Pix {
			d := int(back.Pix[at]) - int(flat.Pix[at])
			off += max(d, -d)
		}
		require.Less(t, off/len(back.Pix), 14, "card %d differs by this many levels on the mean", i)
	}
}

func TestBarcodesAreRead(t *testing.T) {
	read := 0
	const n = 60
	for i := range uint64(n) {
		h := NewHolder(6, i)
		c := RandomCondition(stream.New(6, "document/barcode", i))
		c.Scratches, c.Stains, c.Fold, c.Blur, c.Jitter = 0, 0, false, min(c.Blur, 1), min(c.Jitter, 8)
		m, truth, err := Rectified(h, c)
		require.NoError(t, err)
		f, ok := truth.Field(Barcode)
		require.True(t, ok)
		got, err := matrix.Read(m, f.Rect.X0, f.Rect.Y0, f.Rect.X1-f.Rect.X0, f.Rect.Y1-f.Rect.Y0).Decode()
		if err == nil {
			require.Equal(t, f.Text, got)
			read++
		}
	}
	require.GreaterOrEqual(t, read*100, n*90, "%d of %d", read, n)
}

func TestTheGridShowsEveryClass(t *testing.T) {
	for i := range uint64(40) {
		_, truth, err := Rectified(NewHolder(7, i), Condition{})
		require.NoError(t, err)
		var cells [Zone + 1]int
		for _, c := range truth.Grid() {
			cells[c]++
		}
		require.Greater(t, cells[Background], 300)
		require.Greater(t, cells[Portrait], 60)
		require.Greater(t, cells[Zone], 150)
		for k := Number; k <= Birth; k++ {
			require.Greater(t, cells[k], 1, "kind %d of card %d", k, i)
		}
	}
}

func TestAnyConditionIsDrawn(t *testing.T) {
	number := rapid.IntRange(-1<<20, 1<<20)
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) int { return number.Draw(t, name) }
		h := NewHolder(rapid.Uint64().Draw(t, "seed"), 1)
		h.Layout = draw("layout")
		c := Condition{
			Forgery: Forgery(rapid.IntRange(-1, 6).Draw(t, "forgery")), Scratches: rapid.IntRange(-1, 9).Draw(t, "scratches"), Stains: draw("stains"), Fold: rapid.Bool().Draw(t, "fold"),
			Jitter: draw("jitter"), Shade: draw("shade"), Glare: draw("glare"), Gain: draw("gain"), Lift: draw("lift"), Blur: rapid.IntRange(-1, 3).Draw(t, "blur"),
			Noise: draw("noise"), Block: rapid.IntRange(-1, 99).Draw(t, "block"), Clutter: rapid.IntRange(-1, 9).Draw(t, "clutter"), Draws: rapid.Uint64().Draw(t, "draws"),
		}
		if _, _, err := Small(h, c, rapid.IntRange(-1, 150).Draw(t, "w"), rapid.IntRange(-1, 100).Draw(t, "h")); err != nil {
			t.Fatal(err)
		}
		if _, _, err := Photographed(h, c, rapid.IntRange(-1, 90).Draw(t, "pw"), rapid.IntRange(-1, 90).Draw(t, "ph")); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAHolderWhoCannotStandInAZoneIsRefused(t *testing.T) {
	h := NewHolder(1, 1)
	h.Surname = "Small"
	_, _, err := Rectified(h, Condition{})
	require.ErrorIs(t, err, mrz.ErrCharacter)
}
