package sevsnp

import (
	"encoding/binary"

	"github.com/virtengine/virtengine/enclave/attest"
)

// ReportBytes is the size of a report; signedBytes of it are under the signature.
const (
	ReportBytes = 1184
	signedBytes = 0x2a0
	componentAt = 72 // bytes of r and of s, least significant first
)

type signer uint32

const (
	vcek signer = 0
	vlek signer = 1
)

// report is a view of the bytes of one attestation report.
type report struct {
	raw     []byte
	version uint32
	flags   uint32
}

func parse(raw []byte) (*report, error) {
	if len(raw) < ReportBytes {
		return nil, attest.Refuse(attest.Malformed, "report of %d bytes, they have %d", len(raw), ReportBytes)
	}
	if len(raw) > ReportBytes {
		return nil, attest.Refuse(attest.TrailingBytes, "%d bytes behind a report", len(raw)-ReportBytes)
	}
	r := &report{raw: raw}
	r.version, r.flags = r.u32(0), r.u32(0x48)
	if r.version != 2 && r.version != 3 && r.version != 5 {
		return nil, attest.Refuse(attest.Unsupported, "report of version %d, read are 2, 3 and 5", r.version)
	}
	if a := r.u32(0x34); a != 1 {
		return nil, attest.Refuse(attest.Unsupported, "signature algorithm %d, read is 1 (ECDSA P-384 with SHA-384)", a)
	}
	if s := r.signer(); s != vcek && s != vlek {
		return nil, attest.Refuse(attest.Unsupported, "signing key %d, read are 0 (VCEK) and 1 (VLEK)", uint32(s))
	}
	for _, b := range raw[signedBytes+2*componentAt:] {
		if b != 0 {
			return nil, attest.Refuse(attest.Malformed, "bytes behind s in the signature are not zero")
		}
	}
	return r, nil
}

func (r *report) u32(at int) uint32      { return binary.LittleEndian.Uint32(r.raw[at:]) }
func (r *report) u64(at int) uint64      { return binary.LittleEndian.Uint64(r.raw[at:]) }
func (r *report) field(at, n int) []byte { return append([]byte(nil), r.raw[at:at+n]...) }
func (r *report) signer() signer         { return signer(r.flags >> 2 & 7) }
func (r *report) chip() []byte           { return r.field(0x1a0, 64) }
func (r *report) debug() bool            { return r.u64(8)>>19&1 == 1 }

// product is known from CPUID family and model since version 3.
func (r *report) product() (string, bool) {
	if r.version < 3 {
		return "", false
	}
	switch family, model := r.raw[0x188], r.raw[0x189]; {
	case family == 0x19 && model < 0x10:
		return milan, true
	case family == 0x19 && (model>>4 == 1 || model>>4 == 0xa):
		return genoa, true
	case family == 0x1a && model < 0x20:
		return turin, true
	}
	return "unknown", true
}
