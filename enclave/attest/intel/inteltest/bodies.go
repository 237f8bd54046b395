package inteltest

import (
	"encoding/binary"
	"slices"

	"github.com/virtengine/virtengine/enclave/attest/intel/quote"
)

// WriteReport writes an SGX report body.
func WriteReport(r quote.Report) []byte {
	out := make([]byte, quote.ReportSize)
	copy(out, r.CPUSVN[:])
	copy(out[16:], r.MiscSelect[:])
	binary.LittleEndian.PutUint64(out[48:], r.Flags)
	binary.LittleEndian.PutUint64(out[56:], r.XFRM)
	copy(out[64:], r.MRENCLAVE[:])
	copy(out[128:], r.MRSIGNER[:])
	copy(out[192:], r.ConfigID[:])
	binary.LittleEndian.PutUint16(out[256:], r.ProdID)
	binary.LittleEndian.PutUint16(out[258:], r.SVN)
	binary.LittleEndian.PutUint16(out[260:], r.ConfigSVN)
	copy(out[320:], r.Data[:])
	return out
}

// WriteDomain writes a TD's report body, 1.0 or 1.5.
func WriteDomain(d quote.Domain) []byte {
	var numbers [16]byte
	binary.LittleEndian.PutUint64(numbers[:], d.Attributes)
	binary.LittleEndian.PutUint64(numbers[8:], d.XFAM)
	out := slices.Concat(d.TCB[:], d.MRSEAM[:], d.MRSIGNERSEAM[:], d.SEAMAttributes[:], numbers[:], d.MRTD[:], d.MRCONFIGID[:],
		d.MROWNER[:], d.MROWNERCONFIG[:], d.RTMR[0][:], d.RTMR[1][:], d.RTMR[2][:], d.RTMR[3][:], d.Data[:])
	if d.Is15 {
		out = slices.Concat(out, d.TCB2[:], d.MRSERVICETD[:])
	}
	return out
}
