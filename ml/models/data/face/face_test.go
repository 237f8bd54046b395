package face_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/ml/models/data/face"
	"github.com/virtengine/virtengine/ml/models/data/gray"
	"github.com/virtengine/virtengine/ml/models/data/gray/graytest"
	"github.com/virtengine/virtengine/ml/models/data/stream"
)

func TestFacesStayTheSame(t *testing.T) {
	var samples []graytest.Sample
	for i := range uint64(6) {
		s := stream.New(1, "face/digest", i)
		p := face.NewPerson(1, i)
		m, truth := face.Render(p, face.RandomCapture(s), 120, 100)
		samples = append(samples, graytest.Image(fmt.Sprint("render ", i), m, fmt.Sprint(truth)))
		samples = append(samples, graytest.Image(fmt.Sprint("aligned ", i), face.Aligned(p, face.RandomCapture(s), s), ""))
		scene, faces := face.Scene(s)
		samples = append(samples, graytest.Image(fmt.Sprint("scene ", i), scene, fmt.Sprint(faces)))
	}
	graytest.Digests(t, samples...)
}

// The truth is held against pixels: an iris is darker than the cheek below it.
func TestEyesAreDarkWhereTheTruthSaysThatTheyAre(t *testing.T) {
	right, all := 0, 0
	for i := range uint64(300) {
		c := face.RandomCapture(stream.New(2, "face/eyes", i))
		c.Glasses, c.Blink, c.GazeX, c.GazeY = face.NoGlasses, 0, 0, 0
		m, truth := face.Render(face.NewPerson(2, i), c, 160, 160)
		for _, eye := range []face.Point{truth.LeftEye, truth.RightEye} {
			all++
			below := truth.Box.Size / 7
			if mean(m, eye, 2) < mean(m, face.Point{X: eye.X, Y: eye.Y + below}, 2) {
				right++
			}
		}
	}
	require.GreaterOrEqual(t, right*100, all*95, "%d of %d eyes", right, all)
}

// mean is the mean around a place, in pixels.
func mean(m gray.Image, p face.Point, around int) int {
	return m.Mean(p.X>>4-around/2, p.Y>>4-around/2, around+1, around+1)
}

func TestAlignedEyesLieWhereTheNetExpectsThem(t *testing.T) {
	right, all := 0, 0
	for i := range uint64(300) {
		s := stream.New(3, "face/aligned", i)
		c := face.RandomCapture(s)
		c.Glasses, c.Blink, c.GazeX, c.GazeY, c.Noise, c.Block = face.NoGlasses, 0, 0, 0, 0, 0
		m := face.AlignedAt(face.NewPerson(3, i), c, face.AlignedSize, gray.Point{})
		for _, x := range []int{face.AlignedEyeL, face.AlignedEyeR} {
			all++
			if m.Mean(x-1, face.AlignedEyeY-1, 3, 3) < m.Mean(x-1, face.AlignedEyeY+7, 3, 3) {
				right++
			}
		}
	}
	require.GreaterOrEqual(t, right*100, all*95, "%d of %d eyes", right, all)
}

func TestOnePersonVariesAndTwoPersonsDiffer(t *testing.T) {
	flat := face.Capture{Ambient: 60, Diffuse: 40}
	var nearest, widest int
	crops := make([]gray.Image, 60)
	for i := range crops {
		crops[i] = face.AlignedAt(face.NewPerson(4, uint64(i)), flat, face.AlignedSize, gray.Point{})
	}
	nearest = 1 << 30
	for i := range crops {
		for j := range i {
			nearest = min(nearest, distance(crops[i], crops[j]))
		}
	}
	require.Greater(t, nearest, 3, "no two of 60 persons look alike under one light")
	p := face.NewPerson(4, 0)
	for i := range uint64(20) {
		widest = max(widest, distance(crops[0], face.Aligned(p, face.RandomCapture(stream.New(4, "face/vary", i)), stream.New(4, "face/shake", i))))
	}
	require.Greater(t, widest, 30, "captures of one person differ by more than some persons do")
}

func TestALookalikeLiesBetween(t *testing.T) {
	flat := face.Capture{Ambient: 60, Diffuse: 40}
	p, q := face.NewPerson(5, 1), face.NewPerson(5, 2)
	crop := func(p face.Person) gray.Image { return face.AlignedAt(p, flat, face.AlignedSize, gray.Point{}) }
	near, far := distance(crop(p), crop(p.Lookalike(q, 85))), distance(crop(p), crop(p.Lookalike(q, 10)))
	require.Less(t, near, far)
	require.Positive(t, near, "a look-alike is another person")
	require.Equal(t, p.Traits, p.Lookalike(q, 100).Traits)
}

// distance is the mean absolute difference of two images, in 1/16 level.
func distance(a, b gray.Image) int {
	sum := 0
	for i := range a.Pix {
		d := int(a.Pix[i]) - int(b.Pix[i])
		sum += max(d, -d)
	}
	return 16 * sum / len(a.Pix)
}

func TestAnyCaptureIsDrawn(t *testing.T) {
	number := rapid.IntRange(-1<<20, 1<<20)
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) int { return number.Draw(t, name) }
		c := face.Capture{
			Yaw: draw("yaw"), Pitch: draw("pitch"), Roll: draw("roll"), X: draw("x"), Y: draw("y"), Scale: draw("scale"),
			LightX: draw("lx"), LightY: draw("ly"), Ambient: draw("ambient"), Diffuse: draw("diffuse"), Gain: draw("gain"), Lift: draw("lift"), Metering: draw("metering"),
			Gloss: draw("gloss"), Cutout: draw("cutout"), Smile: draw("smile"), MouthOpen: draw("open"), BrowRaise: draw("brow"), Blink: draw("blink"),
			GazeX: draw("gx"), GazeY: draw("gy"), Glasses: face.Glasses(draw("glasses")), HairTilt: draw("tilt"),
			SmearX: draw("sx"), SmearY: draw("sy"), Noise: draw("noise"), Block: draw("block"), Clutter: draw("clutter"),
		}
		p := face.NewPerson(rapid.Uint64().Draw(t, "seed"), 1)
		p.Tone = draw("tone")
		p.Traits[rapid.IntRange(0, int(face.TraitCount)-1).Draw(t, "trait")] = draw("value")
		w, h := rapid.IntRange(-2, 40).Draw(t, "w"), rapid.IntRange(-2, 40).Draw(t, "h")
		m, _ := face.Render(p, c, w, h)
		if len(m.Pix) != max(w, 0)*max(h, 0) {
			t.Fatalf("%d pixels", len(m.Pix))
		}
	})
}

func TestSceneTellsWhatItShows(t *testing.T) {
	var count [3]int
	for i := range uint64(300) {
		_, faces := face.Scene(stream.New(6, "face/scene", i))
		count[len(faces)]++
		for _, f := range faces {
			require.InDelta(t, (face.SmallestBox+face.LargestBox)*8, f.Box.Size, (face.LargestBox-face.SmallestBox)*8+90, "size of scene %d", i)
			require.Less(t, f.LeftEye.X, f.RightEye.X)
			require.Less(t, f.LeftEye.Y, f.Mouth.Y)
			for _, p := range []face.Point{f.LeftEye, f.RightEye, f.Mouth, {X: f.Box.CX, Y: f.Box.CY}} {
				require.True(t, p.X >= 0 && p.Y >= 0 && p.X < 16*face.SceneSize && p.Y < 16*face.SceneSize)
			}
		}
	}
	require.Greater(t, count[0], 20, "empty scenes teach what is no face")
	require.Greater(t, count[1], 100)
	require.Greater(t, count[2], 20)
}

func TestGroupsAreEven(t *testing.T) {
	var tones [face.Tones]int
	var ages [face.AgeGroups]int
	var shapes [face.ShapeGroups]int
	for i := range uint64(6000) {
		p := face.NewPerson(7, i)
		tones[p.Tone]++
		ages[p.AgeGroup]++
		shapes[p.ShapeGroup]++
	}
	for _, n := range tones {
		require.InDelta(t, 1000, n, 120)
	}
	for _, n := range ages {
		require.InDelta(t, 2000, n, 160)
	}
	for _, n := range shapes {
		require.InDelta(t, 3000, n, 200)
	}
}
