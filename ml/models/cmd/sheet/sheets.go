package main

import (
	"github.com/virtengine/virtengine/ml/models/data/document"
	"github.com/virtengine/virtengine/ml/models/data/face"
	"github.com/virtengine/virtengine/ml/models/data/gray"
	"github.com/virtengine/virtengine/ml/models/data/liveness"
	"github.com/virtengine/virtengine/ml/models/data/stream"
	"github.com/virtengine/virtengine/ml/models/data/text"
)

// sheet is one kind of contact sheet.
type sheet struct {
	name string
	rows func(seed uint64) [][]gray.Image
}

var sheets = []sheet{
	{"face", faces}, {"aligned", aligned}, {"scene", scenes}, {"text", lines}, {"liveness", sequences}, {"document", documents}, {"photo", photos}, {"forgery", forgeries},
}

func table(rows, columns uint64, draw func(row, column uint64) gray.Image) [][]gray.Image {
	all := make([][]gray.Image, rows)
	for y := range rows {
		for x := range columns {
			all[y] = append(all[y], draw(y, x))
		}
	}
	return all
}

func faces(seed uint64) [][]gray.Image {
	s := stream.New(seed, "sheet/face", 0)
	return table(5, 6, func(row, column uint64) gray.Image {
		c := face.RandomCapture(s)
		if column == 0 {
			c = face.Capture{Clutter: 0, Backdrop: 5, LightX: -300, LightY: -400}
		}
		m, _ := face.Render(face.NewPerson(seed, row), c, 160, 160)
		return m
	})
}

func aligned(seed uint64) [][]gray.Image {
	s := stream.New(seed, "sheet/aligned", 0)
	return table(8, 12, func(row, column uint64) gray.Image {
		return face.Aligned(face.NewPerson(seed, row), face.RandomCapture(s), s)
	})
}

func lines(seed uint64) [][]gray.Image {
	return table(28, 3, func(row, column uint64) gray.Image {
		m, _ := text.Line(stream.New(seed, "sheet/text", 3*row+column))
		return m
	})
}

func scenes(seed uint64) [][]gray.Image {
	return table(6, 9, func(row, column uint64) gray.Image {
		m, faces := face.Scene(stream.New(seed, "sheet/scene", 9*row+column))
		for _, f := range faces {
			for _, p := range []face.Point{f.LeftEye, f.RightEye, f.Mouth} {
				dot(m, p.X>>4, p.Y>>4)
			}
			half := f.Box.Size / 2
			for _, d := range [][2]int{{-half, -half}, {half, -half}, {-half, half}, {half, half}} {
				dot(m, (f.Box.CX+d[0])>>4, (f.Box.CY+d[1])>>4)
			}
		}
		return m
	})
}

// dot marks where the truth says that something is.
func dot(m gray.Image, x, y int) {
	if x >= 0 && y >= 0 && x < m.W && y < m.H {
		m.Pix[y*m.W+x] = 255
	}
}

func sequences(seed uint64) [][]gray.Image {
	all := make([][]gray.Image, 0, 24)
	for i := range uint64(24) {
		s := stream.New(seed, "sheet/liveness", i)
		frames := liveness.Sequence(face.NewPerson(seed, i), liveness.Kind(i/6&3), s)
		all = append(all, frames[:])
	}
	return all
}

func documents(seed uint64) [][]gray.Image {
	return table(3, 2, func(row, column uint64) gray.Image {
		c := document.RandomCondition(stream.New(seed, "sheet/document", 2*row+column))
		if row == 0 {
			c = document.Condition{}
		}
		m, _, err := document.Rectified(document.NewHolder(seed, 2*row+column), c)
		return drawn(m, err)
	})
}

func photos(seed uint64) [][]gray.Image {
	return table(3, 3, func(row, column uint64) gray.Image {
		m, truth, err := document.Photographed(document.NewHolder(seed, 3*row+column), document.RandomCondition(stream.New(seed, "sheet/photo", 3*row+column)), 480, 360)
		for _, p := range truth.Corners {
			dot(m, p.X>>4, p.Y>>4)
		}
		return drawn(m, err)
	})
}

func forgeries(seed uint64) [][]gray.Image {
	return table(4, 2, func(row, column uint64) gray.Image {
		c := document.RandomCondition(stream.New(seed, "sheet/forgery", 2*row+column))
		c.Forgery = document.Forgery(row&3) + document.SwappedPortrait
		m, _, err := document.Rectified(document.NewHolder(seed, 2*row+column), c)
		return drawn(m, err)
	})
}

// drawn is the picture, or a white pixel where there is none.
func drawn(m gray.Image, err error) gray.Image {
	if err != nil {
		return gray.New(1, 1)
	}
	return m
}
