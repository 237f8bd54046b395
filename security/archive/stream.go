package archive

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/klauspost/compress/zstd"
)

// Packing is how a tar is compressed.
type Packing uint8

// The packings.
const (
	Plain Packing = iota
	Gzip          // RFC 1952
	Zstd          // RFC 8878
)

// ratioFree is how much may be unpacked before the ratio counts: a small file of zeros is no bomb.
const ratioFree = 1 << 20

// zstdWindow is how far back a zstd stream may refer, in bytes: what RFC 8878 asks every decoder to allow.
const zstdWindow = 8 << 20

// source is where an archive comes from. It counts what is read, and remembers its own failure, so that a connection that
// broke is not taken for an archive that is malformed.
type source struct {
	r      io.Reader
	n      int64
	failed error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.n += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		s.failed = err
	}
	return n, err
}

// sourceAt is source for an archive that is not read in its order.
type sourceAt struct {
	r      io.ReaderAt
	failed error
}

func (s *sourceAt) ReadAt(p []byte, off int64) (int, error) {
	n, err := s.r.ReadAt(p, off)
	if err != nil && !errors.Is(err, io.EOF) {
		s.failed = err
	}
	return n, err
}

// unpacking is a decompressed stream that ends with ErrLimit when it is larger than it may be.
type unpacking struct {
	r     io.Reader
	from  *source
	ratio int64 // 0: it is not packed
	left  int64
	total int64
	ended bool // it was read to its end, and beyond
}

func (u *unpacking) Read(p []byte) (int, error) {
	if u.left <= 0 {
		// One byte more is needed to tell a stream that ends here from one that goes on.
		var one [1]byte
		n, err := u.r.Read(one[:])
		if n > 0 {
			return 0, fmt.Errorf("%w: the unpacked stream is longer than all that the limits allow", ErrLimit)
		}
		return 0, err
	}
	n, err := u.r.Read(p[:min(int64(len(p)), u.left)])
	u.left -= int64(n)
	u.total += int64(n)
	u.ended = u.ended || n == 0 && errors.Is(err, io.EOF)
	if u.ratio > 0 && tooDense(u.total, u.from.n, u.ratio) {
		return 0, fmt.Errorf("%w: %d bytes unpacked from %d, the ratio is at most %d", ErrLimit, u.total, u.from.n, u.ratio)
	}
	return n, err
}

func tooDense(unpacked, packed, ratio int64) bool {
	return unpacked > ratioFree && unpacked/ratio > packed
}

// unpack wraps a source in its decompressor and the limits, and says how to let go of it.
func unpack(from *source, packing Packing, p Policy) (*unpacking, func() error, error) {
	u := &unpacking{r: from, from: from, left: budget(p)}
	switch packing {
	case Plain:
		return u, func() error { return nil }, nil
	case Gzip:
		z, err := gzip.NewReader(bufio.NewReader(from))
		if err != nil {
			return nil, nil, err
		}
		u.r, u.ratio = z, p.Ratio
		return u, z.Close, nil
	case Zstd:
		z, err := zstd.NewReader(from, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(zstdWindow))
		if err != nil {
			return nil, nil, err
		}
		u.r, u.ratio = z, p.Ratio
		return u, func() error { z.Close(); return nil }, nil
	}
	return nil, nil, fmt.Errorf("%w: packing %d", ErrPolicy, packing)
}

// perEntry is more than a header with the longest names and some attributes takes, in bytes.
const perEntry = 16 << 10

// budget is how long an archive within its limits can be, in bytes: contents, and what headers need.
func budget(p Policy) int64 {
	if p.Files > (math.MaxInt64-p.Bytes-ratioFree)/perEntry {
		return math.MaxInt64
	}
	return p.Bytes + p.Files*perEntry + ratioFree
}
