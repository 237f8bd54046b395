package main

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"

	"github.com/virtengine/virtengine/ml/inference/pipeline"
)

// errPicture says that bytes are no picture that is read here.
var errPicture = errors.New("no picture that is read here")

// maxSide bounds the sides of a picture, in pixels.
const maxSide = 4096

// decode reads a PNG into luma: gray as it is, colours by the integer weights of ITU-R BT.601.
func decode(data []byte) (pipeline.Gray, error) {
	c, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return pipeline.Gray{}, fmt.Errorf("%w: %w", errPicture, err)
	}
	if c.Width > maxSide || c.Height > maxSide {
		return pipeline.Gray{}, fmt.Errorf("%w: %d by %d pixels, at most %d", errPicture, c.Width, c.Height, maxSide)
	}
	m, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return pipeline.Gray{}, fmt.Errorf("%w: %w", errPicture, err)
	}
	return grayOf(m), nil
}

func grayOf(m image.Image) pipeline.Gray {
	if g, ok := m.(*image.Gray); ok && g.Stride == g.Rect.Dx() {
		return pipeline.Gray{W: g.Rect.Dx(), H: g.Rect.Dy(), Pix: g.Pix}
	}
	b := m.Bounds()
	out := image.NewGray(image.Rect(0, 0, b.Dx(), b.Dy()))
	for y := range b.Dy() {
		for x := range b.Dx() {
			out.Set(x, y, m.At(b.Min.X+x, b.Min.Y+y))
		}
	}
	return pipeline.Gray{W: b.Dx(), H: b.Dy(), Pix: out.Pix}
}
