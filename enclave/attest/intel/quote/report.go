package quote

import "encoding/binary"

// ReportSize is the size of an SGX report body in bytes.
const ReportSize = 384

// Bits of an enclave's ATTRIBUTES.FLAGS. Source: Intel SDM volume 3D, section 37.7.1.
const (
	FlagDebug        uint64 = 1 << 1
	FlagMode64       uint64 = 1 << 2
	FlagProvisionKey uint64 = 1 << 4
	FlagTokenKey     uint64 = 1 << 5 // EINITTOKEN_KEY
	FlagKSS          uint64 = 1 << 7
)

// Report is an SGX report body. Source: Intel SDM volume 3D, section 37.15 (REPORT).
type Report struct {
	CPUSVN     [16]byte
	MiscSelect [4]byte  // as it stands in memory, little-endian
	Attributes [16]byte // FLAGS and XFRM, as they stand in memory
	Flags      uint64
	XFRM       uint64
	MRENCLAVE  [32]byte
	MRSIGNER   [32]byte
	ConfigID   [64]byte
	ProdID     uint16 // ISVPRODID
	SVN        uint16 // ISVSVN
	ConfigSVN  uint16
	Data       [64]byte // REPORTDATA
}

func readReport(raw []byte) Report {
	c := cursor{rest: raw}
	var r Report
	copy(r.CPUSVN[:], c.take(16))
	copy(r.MiscSelect[:], c.take(4))
	c.take(28) // reserved, ISVEXTPRODID
	copy(r.Attributes[:], c.take(16))
	attributes := cursor{rest: r.Attributes[:]}
	r.Flags, r.XFRM = attributes.u64(), attributes.u64()
	copy(r.MRENCLAVE[:], c.take(32))
	c.take(32)
	copy(r.MRSIGNER[:], c.take(32))
	c.take(32)
	copy(r.ConfigID[:], c.take(64))
	r.ProdID, r.SVN, r.ConfigSVN = c.u16(), c.u16(), c.u16()
	c.take(58) // reserved, ISVFAMILYID
	copy(r.Data[:], c.take(64))
	return r
}

// Misc gives MISCSELECT as a number.
func (r *Report) Misc() uint32 { return binary.LittleEndian.Uint32(r.MiscSelect[:]) }
