package matrix

import (
	"errors"
	"fmt"
	"hash/crc32"

	"github.com/virtengine/virtengine/ml/models/data/gray"
)

// The size of a code in modules, with and without what finds it, and of what it holds in characters.
const (
	Side   = 24
	inside = Side - 2
	Length = 55
)

// Errors of this package.
var (
	ErrText    = errors.New("text cannot be a code")
	ErrPattern = errors.New("there is no code")
	ErrCRC     = errors.New("code is damaged: its CRC is wrong")
)

// Code holds the modules, row by row; true is dark.
type Code [Side * Side]bool

// alphabet gives characters their codes of six bits.
const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"

// Encode returns the code of a text of Length characters. Fails with ErrText.
func Encode(text string) (Code, error) {
	codes, err := encoded(text)
	if err != nil {
		return Code{}, err
	}
	var c Code
	at := 0
	put := func(v uint32, bits int) {
		for i := bits - 1; i >= 0; i-- {
			x, y := at%inside, at/inside
			c[(y+1)*Side+x+1] = (v>>i&1 == 1) != mask(x, y)
			at++
		}
	}
	for _, v := range codes {
		put(uint32(v), 6)
	}
	put(crc32.ChecksumIEEE(codes), 32)
	for at < inside*inside {
		put(0, 1)
	}
	c.frame()
	return c, nil
}

func encoded(text string) ([]byte, error) {
	if len(text) != Length {
		return nil, fmt.Errorf("%w: %d characters, a code holds %d", ErrText, len(text), Length)
	}
	codes := make([]byte, Length)
	for i := range codes {
		v := byte(0)
		for int(v) < len(alphabet) && alphabet[v] != text[i] {
			v++
		}
		if int(v) == len(alphabet) {
			return nil, fmt.Errorf("%w: %q at %d", ErrText, text[i], i+1)
		}
		codes[i] = v
	}
	return codes, nil
}

func mask(x, y int) bool { return (x*y+x+y)%3 == 0 }

// frame sets the outermost modules.
func (c *Code) frame() {
	for i := range Side {
		c[i] = i%2 == 0
		c[i*Side+Side-1] = i%2 == 1
	}
	for i := range Side {
		c[i*Side] = true
		c[(Side-1)*Side+i] = true
	}
}

// Decode returns the text. Fails with ErrPattern where too much of the frame is missing, and with ErrCRC.
func (c Code) Decode() (string, error) {
	var ideal Code
	ideal.frame()
	wrong := 0
	for i := range c {
		if x, y := i%Side, i/Side; (x == 0 || y == 0 || x == Side-1 || y == Side-1) && c[i] != ideal[i] {
			wrong++
		}
	}
	if wrong > Side/2 {
		return "", fmt.Errorf("%w: %d modules of its frame are wrong", ErrPattern, wrong)
	}
	at := 0
	take := func(bits int) uint32 {
		v := uint32(0)
		for range bits {
			x, y := at%inside, at/inside
			v <<= 1
			if c[(y+1)*Side+x+1] != mask(x, y) {
				v |= 1
			}
			at++
		}
		return v
	}
	codes, text := make([]byte, Length), make([]byte, Length)
	for i := range codes {
		codes[i] = uint8(take(6) & 63)
		if int(codes[i]) >= len(alphabet) {
			return "", fmt.Errorf("%w: character %d is none", ErrCRC, i+1)
		}
		text[i] = alphabet[codes[i]]
	}
	if take(32) != crc32.ChecksumIEEE(codes) {
		return "", ErrCRC
	}
	return string(text), nil
}

// Draw paints the code with modules of size×size pixels from (x, y) on, and paper of one module around it.
func (c Code) Draw(m gray.Image, x, y, size int, ink, paper uint8) {
	for j := -size; j < (Side+1)*size; j++ {
		for i := -size; i < (Side+1)*size; i++ {
			if x+i < 0 || y+j < 0 || x+i >= m.W || y+j >= m.H || size < 1 {
				continue
			}
			v := paper
			if i >= 0 && j >= 0 && i < Side*size && j < Side*size && c[j/size*Side+i/size] {
				v = ink
			}
			m.Pix[(y+j)*m.W+x+i] = v
		}
	}
}

// Read looks at a rectangle of w×h pixels from (x, y) on that holds a code, and returns its modules: dark is what is darker than
// the middle between the darkest and the lightest module nearby.
func Read(m gray.Image, x, y, w, h int) Code {
	var levels [Side * Side]int
	for i := range levels {
		col, row := i%Side, i/Side
		centre := gray.Point{X: x*gray.One + (2*col+1)*w*gray.One/(2*Side), Y: y*gray.One + (2*row+1)*h*gray.One/(2*Side)}
		levels[i] = int(m.Sample(centre))
	}
	var c Code
	const reach = 5 // modules, so that light from one side does no harm
	for i, v := range levels {
		low, high := 255, 0
		for j := max(i/Side-reach, 0); j <= min(i/Side+reach, Side-1); j++ {
			for k := max(i%Side-reach, 0); k <= min(i%Side+reach, Side-1); k++ {
				low, high = min(low, levels[j*Side+k]), max(high, levels[j*Side+k])
			}
		}
		c[i] = 2*v < low+high
	}
	return c
}
