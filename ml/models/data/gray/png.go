package gray

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
)

// EncodePNG returns the image as a PNG file of 8-bit gray. The pixels in it are exact; the bytes of the file may change with
// the release of Go, so digests are taken of pixels.
func EncodePNG(m Image) ([]byte, error) {
	if len(m.Pix) != m.W*m.H || m.W < 1 || m.H < 1 {
		return nil, fmt.Errorf("PNG of %d×%d with %d pixels: an image needs one pixel or more", m.W, m.H, len(m.Pix))
	}
	var out bytes.Buffer
	err := png.Encode(&out, &image.Gray{Pix: m.Pix, Stride: m.W, Rect: image.Rect(0, 0, m.W, m.H)})
	return out.Bytes(), err
}
