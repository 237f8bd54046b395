package quote

import "encoding/binary"

// Sizes of a TD's report body in bytes.
const (
	Domain10Size = 584 // TD report 1.0
	Domain15Size = 648 // TD report 1.5, with TEE_TCB_SVN_2 and MRSERVICETD
)

// Bits of a TD's ATTRIBUTES. Source: Intel TDX Module ABI specification, section "TD ATTRIBUTES".
const (
	TDUnderDebug    uint64 = 0xFF // the group TUD: DEBUG and the profiling bits; any of them opens the TD
	TDLASS          uint64 = 1 << 27
	TDSeptVEDisable uint64 = 1 << 28
	TDMigratable    uint64 = 1 << 29
	TDPKS           uint64 = 1 << 30
	TDKL            uint64 = 1 << 31
	TDPerfmon       uint64 = 1 << 63
)

// Domain is the report body of a trust domain.
type Domain struct {
	TCB            [16]byte // TEE_TCB_SVN: [0] the module's SVN, [1] its major version
	MRSEAM         [48]byte
	MRSIGNERSEAM   [48]byte
	SEAMAttributes [8]byte
	Attributes     uint64
	XFAM           uint64
	MRTD           [48]byte
	MRCONFIGID     [48]byte
	MROWNER        [48]byte
	MROWNERCONFIG  [48]byte
	RTMR           [4][48]byte
	Data           [64]byte // REPORTDATA

	Is15        bool     // the two fields below are there
	TCB2        [16]byte // TEE_TCB_SVN_2: of the module that runs now, where TCB is of the one the TD was launched with
	MRSERVICETD [48]byte // of bound service TDs such as a migration TD; zero: none
}

// SEAM gives SEAMATTRIBUTES as a number.
func (d *Domain) SEAM() uint64 { return binary.LittleEndian.Uint64(d.SEAMAttributes[:]) }

func readDomain(raw []byte) Domain {
	c := cursor{rest: raw}
	d := Domain{Is15: len(raw) == Domain15Size}
	copy(d.TCB[:], c.take(16))
	copy(d.MRSEAM[:], c.take(48))
	copy(d.MRSIGNERSEAM[:], c.take(48))
	copy(d.SEAMAttributes[:], c.take(8))
	d.Attributes, d.XFAM = c.u64(), c.u64()
	copy(d.MRTD[:], c.take(48))
	copy(d.MRCONFIGID[:], c.take(48))
	copy(d.MROWNER[:], c.take(48))
	copy(d.MROWNERCONFIG[:], c.take(48))
	for i := range d.RTMR {
		copy(d.RTMR[i][:], c.take(48))
	}
	copy(d.Data[:], c.take(64))
	if d.Is15 {
		copy(d.TCB2[:], c.take(16))
		copy(d.MRSERVICETD[:], c.take(48))
	}
	return d
}
