package measure

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"

	"github.com/virtengine/virtengine/security/hashes"
)

// MaxImage is the most bytes of an enclave image file that are read.
const MaxImage = 4 << 30

// Layout of an enclave image file, all numbers big-endian. Source: Enclave Image File specification of 2024-06-21.
const (
	eifMagic       = ".eif"
	eifHeader      = 548
	eifSections    = 32
	eifOffsets     = 28
	eifSizes       = 284
	eifChecksum    = 544
	sectionHeader  = 12
	sectionKernel  = 1
	sectionCmdline = 2
	sectionRamdisk = 3
)

// NitroImage gives PCR0, PCR1 and PCR2 that AWS Nitro states for an enclave image: of the whole image (kernel, command line
// and all ramdisks), of kernel, command line and first ramdisk, and of the other ramdisks. Each is SHA-384 of 48 zero bytes
// and the SHA-384 of these sections' contents. The image's checksum must be right. Errors: ErrFormat, ErrTooLarge.
func NitroImage(image []byte) ([3][]byte, error) {
	var out [3][]byte
	if uint64(len(image)) > MaxImage {
		return out, fmt.Errorf("image of %d bytes: %w", len(image), ErrTooLarge)
	}
	if len(image) < eifHeader || string(image[:4]) != eifMagic {
		return out, fmt.Errorf("no enclave image file: %w", ErrFormat)
	}
	sum := crc32.ChecksumIEEE(image[:eifChecksum])
	sum = crc32.Update(sum, crc32.IEEETable, image[eifHeader:])
	if sum != binary.BigEndian.Uint32(image[eifChecksum:]) {
		return out, fmt.Errorf("checksum of the image does not hold: %w", ErrFormat)
	}
	base, ramdisks, err := sections(image)
	if err != nil {
		return out, err
	}
	if len(base) != 2 || len(ramdisks) == 0 {
		return out, fmt.Errorf("an image has one kernel, one command line and a ramdisk: %w", ErrFormat)
	}
	for i, parts := range [3][][]byte{slices.Concat(base, ramdisks), slices.Concat(base, ramdisks[:1]), ramdisks[1:]} {
		if out[i], err = stretch(parts); err != nil {
			return out, err
		}
	}
	return out, nil
}

// sections gives kernel and command line, in this order, and the ramdisks. Sections must follow each other to the end.
func sections(image []byte) (base, ramdisks [][]byte, err error) {
	count := int(binary.BigEndian.Uint16(image[26:]))
	if count > eifSections {
		return nil, nil, fmt.Errorf("%d sections, at most %d: %w", count, eifSections, ErrFormat)
	}
	at := uint64(eifHeader)
	for i := range count {
		offset, size := binary.BigEndian.Uint64(image[eifOffsets+8*i:]), binary.BigEndian.Uint64(image[eifSizes+8*i:])
		left := uint64(len(image)) - at
		if offset != at || left < sectionHeader || size > left-sectionHeader || binary.BigEndian.Uint64(image[at+4:]) != size {
			return nil, nil, fmt.Errorf("section %d is not where the header says: %w", i, ErrFormat)
		}
		data := image[at+sectionHeader : at+sectionHeader+size]
		kind := binary.BigEndian.Uint16(image[at:])
		switch {
		case kind == sectionKernel && len(base) == 0, kind == sectionCmdline && len(base) == 1:
			base = append(base, data)
		case kind == sectionRamdisk:
			ramdisks = append(ramdisks, data)
		case kind == sectionKernel, kind == sectionCmdline:
			return nil, nil, fmt.Errorf("section %d: kernel and command line come once and in this order: %w", i, ErrFormat)
		}
		at += sectionHeader + size
	}
	if at != uint64(len(image)) {
		return nil, nil, fmt.Errorf("%d bytes behind the last section: %w", uint64(len(image))-at, ErrFormat)
	}
	return base, ramdisks, nil
}

func stretch(parts [][]byte) ([]byte, error) {
	h, err := hashes.SHA384.New()
	if err != nil {
		return nil, err
	}
	for _, p := range parts {
		h.Write(p)
	}
	return Extend(hashes.SHA384, make([]byte, hashes.SHA384.Size()), h.Sum(nil))
}
