package pack

import (
	"bytes"
	"fmt"
	"strconv"
)

// block is the unit of a tar.
const block = 512

// header is the ustar header (POSIX.1-1988) of a regular file: owner 0, mode 0644, time 0. It depends on nothing else.
//
//	name: at most 99 bytes and a NUL, or 100     size: below 8^11
func header(name string, size int64) [block]byte {
	var h [block]byte
	copy(h[0:100], name)
	copy(h[100:], "0000644\x00")
	copy(h[108:], "0000000\x00")
	copy(h[116:], "0000000\x00")
	copy(h[124:], fmt.Sprintf("%011o\x00", size))
	copy(h[136:], "00000000000\x00")
	copy(h[148:], "        ") // the checksum counts itself as spaces
	h[156] = '0'
	copy(h[257:], "ustar\x0000")
	copy(h[329:], "0000000\x00")
	copy(h[337:], "0000000\x00")
	sum := 0
	for _, b := range h {
		sum += int(b)
	}
	copy(h[148:], fmt.Sprintf("%06o\x00 ", sum))
	return h
}

// declared reads name and size out of a header, of which it believes neither: who reads on makes the header anew and compares.
func declared(h [block]byte) (name string, size int64, ok bool) {
	raw, _, _ := bytes.Cut(h[0:100], []byte{0})
	octal, err := strconv.ParseUint(string(h[124:135]), 8, 33)
	size = int64(octal)
	return string(raw), size, err == nil && h == header(string(raw), size)
}

// padding is how many zeros follow a content of that size.
func padding(size int64) int64 { return (block - size%block) % block }
