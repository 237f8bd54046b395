package onnx

// Elements of four bits stand two to a byte in a file, the first in the lower half. In memory each has a byte, as everything else has
// whole ones: an Int4 in two's complement, the others below 16.

// split brings a file's bytes into n elements. What is left of the last byte means nothing.
func (d DType) split(packed []byte, n int64) []byte {
	out := make([]byte, 0, n)
	for _, b := range packed {
		for _, half := range []byte{b & 15, b >> 4} {
			if d == Int4 && half > 7 {
				half |= 0xf0
			}
			if int64(len(out)) < n {
				out = append(out, half)
			}
		}
	}
	return out
}

// join is what split reads; the rest of the last byte is zero.
func join(elements []byte) []byte {
	out := make([]byte, (len(elements)+1)/2)
	for i, v := range elements {
		out[i/2] |= v & 15 << (4 * (i % 2))
	}
	return out
}
