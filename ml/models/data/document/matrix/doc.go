// Package matrix is the two-dimensional barcode of the invented identity cards of ml/models/data/document: 24 by 24 modules that
// say once more what the machine readable zone says.
//
// The outermost modules find the code: the left column and the lowest row are dark, the highest row and the right column
// alternate, dark first from the left and from the foot. The 22 by 22 modules within hold, row by row and most significant bit
// first: 55 characters of six bits (0 to 9, then A to Z, then the filler), the CRC-32 (IEEE 802.3) of their 55 codes, and zeros;
// a bit is dark where it differs from the mask, which is 1 where (x·y + x + y) mod 3 is 0.
//
// It is a code of ours, not one of a standard, and has no error correction: one module that is read wrongly is noticed, not
// repaired. A right CRC says that the code was read, not who made it.
package matrix
