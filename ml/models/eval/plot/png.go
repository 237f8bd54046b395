package plot

import (
	"encoding/binary"
	"hash/adler32"
	"hash/crc32"

	"github.com/virtengine/virtengine/security/safemath"
)

// bits is a stream of a deflate block: least significant bit first (RFC 1951, 3.1.1).
type bits struct {
	out  []byte
	hold uint32
	n    uint
}

func (b *bits) add(v uint32, n uint) {
	b.hold |= v << b.n
	for b.n += n; b.n >= 8; b.n -= 8 {
		b.out = append(b.out, byte(b.hold&0xff))
		b.hold >>= 8
	}
}

// code adds a Huffman code, which begins with its most significant bit.
func (b *bits) code(v uint32, n uint) {
	r := uint32(0)
	for range n {
		r = r<<1 | v&1
		v >>= 1
	}
	b.add(r, n)
}

// symbol adds a literal or a length by the fixed code (RFC 1951, 3.2.6).
func (b *bits) symbol(s uint32) {
	switch {
	case s < 144:
		b.code(0x30+s, 8)
	case s < 256:
		b.code(0x190+s-144, 9)
	case s < 280:
		b.code(s-256, 7)
	default:
		b.code(0xc0+s-280, 8)
	}
}

// longest is the only length that is used for runs: symbol 285 has no further bits.
const longest = 258

// deflate writes a zlib stream of one block by the fixed code, in which runs of a byte are copies at distance one.
func deflate(data []byte) []byte {
	b := &bits{out: []byte{0x78, 0x01}}
	b.add(1, 1) // last block
	b.add(1, 2) // fixed code
	for i := 0; i < len(data); {
		run := 0
		for i > 0 && run < longest && i+run < len(data) && data[i+run] == data[i-1] {
			run++
		}
		if run < 3 {
			b.symbol(uint32(data[i]))
			i++
			continue
		}
		b.length(run)
		b.code(0, 5) // distance one
		i += run
	}
	b.symbol(256) // end
	b.add(0, 7)   // whole bytes
	return binary.BigEndian.AppendUint32(b.out, adler32.Checksum(data))
}

// length adds a length of 3 to 258 (RFC 1951, 3.2.5).
func (b *bits) length(n int) {
	if n == longest {
		b.symbol(285)
		return
	}
	v := safemath.Clamp[uint32](n - 3)
	base, extra := uint32(257), uint(0)
	for v>>extra >= 8 {
		base += 4
		extra++
	}
	b.symbol(base + v>>extra)
	b.add(v&(1<<extra-1), extra)
}

// PNG writes the canvas: 8 bits of palette, one block, every line but the first as what changed from the line above.
func (c *Canvas) PNG() []byte {
	var raw []byte
	for y := range c.h {
		line := c.pix[y*c.w : (y+1)*c.w]
		if y == 0 {
			raw = append(append(raw, 0), line...)
			continue
		}
		raw = append(raw, 2) // filter Up
		for x, v := range line {
			raw = append(raw, v-c.pix[(y-1)*c.w+x])
		}
	}
	out := []byte("\x89PNG\r\n\x1a\n")
	header := binary.BigEndian.AppendUint32(nil, safemath.Clamp[uint32](c.w))
	header = binary.BigEndian.AppendUint32(header, safemath.Clamp[uint32](c.h))
	out = chunk(out, "IHDR", append(header, 8, 3, 0, 0, 0))
	var colours []byte
	for _, rgb := range palette() {
		colours = append(colours, rgb[:]...)
	}
	out = chunk(out, "PLTE", colours)
	out = chunk(out, "IDAT", deflate(raw))
	return chunk(out, "IEND", nil)
}

func chunk(out []byte, kind string, data []byte) []byte {
	out = binary.BigEndian.AppendUint32(out, safemath.Clamp[uint32](len(data)))
	from := len(out)
	out = append(append(out, kind...), data...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[from:]))
}
