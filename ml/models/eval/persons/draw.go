package persons

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/virtengine/virtengine/ml/inference/pipeline"
	"github.com/virtengine/virtengine/ml/models/data/document"
	"github.com/virtengine/virtengine/ml/models/data/face"
	"github.com/virtengine/virtengine/ml/models/data/gray"
	"github.com/virtengine/virtengine/ml/models/data/liveness"
	"github.com/virtengine/virtengine/ml/models/data/stream"
	"github.com/virtengine/virtengine/security/hashes"
)

// Kind is how a person comes.
type Kind int

// The kinds.
const (
	Genuine         Kind = iota
	OtherFace            // somebody else before the camera, with the holder's genuine document
	SwappedPortrait      // the document's portrait is another's, and neither the holder's nor the face before the camera
	EditedField
	WrongCheckDigit
	Recaptured
	Print // of the holder's face, before the camera
	Replay
	Mask
	Kinds
)

// String is the kind's name.
func (k Kind) String() string {
	if k < 0 || k >= Kinds {
		return "unknown"
	}
	return [Kinds]string{"genuine", "other face", "swapped portrait", "edited field", "wrong check digit", "recaptured", "print", "replay", "mask"}[k]
}

// forgery and act are what a kind does to document and face.
func (k Kind) forgery() document.Forgery {
	if k >= SwappedPortrait && k <= Recaptured {
		return document.Forgery(k-SwappedPortrait) + document.SwappedPortrait
	}
	return document.Genuine
}

func (k Kind) act() liveness.Kind {
	if k >= Print && k <= Mask {
		return liveness.Kind(k-Print) + liveness.Print
	}
	return liveness.Live
}

// strangers is how far from a holder the person is who comes in the holder's place.
const strangers = 1 << 32

// Evidence draws the i-th holder of a population who comes in one way. Its pictures are read by Decode; another purpose is another day:
// other light, wear and movement. Fails as document.Rectified does.
func Evidence(seed, i uint64, k Kind, purpose string) (pipeline.Evidence, error) {
	s := stream.New(seed, purpose, i*uint64(Kinds)+uint64(max(k, 0)))
	h := document.NewHolder(seed, i)
	c := document.RandomCondition(s)
	c.Forgery = k.forgery()
	card, truth, err := document.Rectified(h, c)
	if err != nil {
		return pipeline.Evidence{}, fmt.Errorf("holder %d: %w", i, err)
	}
	p := h.Person
	if k == OtherFace {
		p = face.NewPerson(seed, strangers+i)
	}
	e := pipeline.Evidence{
		Document: item("document", card), Claims: printed(truth),
		CapturedOn: fmt.Sprintf("%04d-%02d-%02d", h.Expiry.Year-1, h.Expiry.Month, min(h.Expiry.Day, 28)),
	}
	for n, frame := range liveness.Sequence(p, k.act(), s) {
		e.Selfie = append(e.Selfie, item(fmt.Sprintf("frame-%d", n), enlarged(frame)))
	}
	return e, nil
}

// printed are the claims of someone who says what the card shows, forged or not.
func printed(t document.Truth) pipeline.Claims {
	text := func(k document.Kind) string {
		f, _ := t.Field(k)
		return f.Text
	}
	c := pipeline.Claims{Surname: text(document.Surname), GivenNames: text(document.GivenNames), Number: text(document.Number)}
	if b := strings.Split(text(document.Birth), "."); len(b) == 3 {
		c.BirthDate = b[2] + "-" + b[1] + "-" + b[0]
	}
	return c
}

// enlarged is a frame four times as large, with its border repeated around it by half its size, so that the face is as
// large in the picture as the detector knows faces.
func enlarged(m gray.Image) gray.Image {
	const side = 4 * liveness.Size
	return gray.Resize(m, side, side).Crop(-side/4, -side/4, side+side/2, side+side/2)
}

// item packs a picture: width and height as two bytes each, and luma.
func item(scope string, m gray.Image) pipeline.Item {
	var data []byte
	for _, side := range []int{m.W, m.H} {
		data = binary.BigEndian.AppendUint16(data, uint16(min(max(side, 0), math.MaxUint16)))
	}
	data = append(data, m.Pix...)
	return pipeline.Item{ScopeID: scope, Ciphertext: hashes.Of(data), Data: data}
}

// ErrPicture says that bytes are no picture of Evidence.
var ErrPicture = errors.New("not a picture of this package")

// Decode is a pipeline.Decoder of the pictures in Evidence. Fails with ErrPicture.
func Decode(data []byte) (pipeline.Gray, error) {
	if len(data) < 4 {
		return pipeline.Gray{}, ErrPicture
	}
	g := pipeline.Gray{W: int(binary.BigEndian.Uint16(data)), H: int(binary.BigEndian.Uint16(data[2:])), Pix: append([]uint8(nil), data[4:]...)}
	if g.W*g.H != len(g.Pix) {
		return pipeline.Gray{}, ErrPicture
	}
	return g, nil
}
