package intel

import (
	"crypto/x509"
	"encoding/asn1"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/intel/collateral"
	"github.com/virtengine/virtengine/security/safemath"
)

// sgxExtension holds what a PCK certificate says of its platform. Source: "Intel SGX PCK Certificate and Certificate
// Revocation List Profile Specification", section 1.3.5.
var sgxExtension = asn1.ObjectIdentifier{1, 2, 840, 113741, 1, 13, 1}

// Members of the extension, by the last number of their ids.
const (
	memberPPID  = 1
	memberTCB   = 2
	memberPCEID = 3
	memberFMSPC = 4

	tcbPCESVN = 17
	tcbCPUSVN = 18
)

// pck is what is read of a PCK certificate.
type pck struct {
	collateral.Platform
	PPID  [16]byte
	PCEID [2]byte
	FMSPC [6]byte
}

// member is an id and its value. Intel writes the extension and the TCB inside as sequences of them.
type member struct {
	ID    asn1.ObjectIdentifier
	Value asn1.RawValue
}

// members reads a sequence of members below an id. It gives them by the last number of their ids; those of other shape
// are refused, and so is one that stands twice.
func members(der []byte, below asn1.ObjectIdentifier) ([]member, error) {
	var all []member
	rest, err := asn1.Unmarshal(der, &all)
	if err != nil || len(rest) > 0 {
		return nil, attest.Refuse(attest.ChainInvalid, "SGX extension of the PCK certificate cannot be read")
	}
	for i, m := range all {
		if len(m.ID) != len(below)+1 || !m.ID[:len(below)].Equal(below) {
			return nil, attest.Refuse(attest.ChainInvalid, "SGX extension of the PCK certificate has a strange member")
		}
		for _, other := range all[:i] {
			if other.ID.Equal(m.ID) {
				return nil, attest.Refuse(attest.ChainInvalid, "SGX extension of the PCK certificate has a member twice")
			}
		}
	}
	return all, nil
}

// readPCK reads the extension of a PCK certificate.
func readPCK(leaf *x509.Certificate) (pck, error) {
	for _, e := range leaf.Extensions {
		if e.Id.Equal(sgxExtension) { // crypto/x509 refuses an extension that stands twice
			return readExtension(e.Value)
		}
	}
	return pck{}, attest.Refuse(attest.ChainInvalid, "the leaf has no SGX extension, so it is no PCK certificate")
}

func readExtension(der []byte) (pck, error) {
	var p pck
	all, err := members(der, sgxExtension)
	if err != nil {
		return p, err
	}
	read := 0
	for _, m := range all {
		known := true
		switch m.ID[len(m.ID)-1] {
		case memberPPID:
			err = octets(m.Value, p.PPID[:])
		case memberPCEID:
			err = octets(m.Value, p.PCEID[:])
		case memberFMSPC:
			err = octets(m.Value, p.FMSPC[:])
		case memberTCB:
			err = p.readTCB(m)
		default:
			known = false // SGX type and, of multi-package platforms, instance id and configuration
		}
		if err != nil {
			return p, err
		}
		if known {
			read++
		}
	}
	if read != 4 {
		return p, attest.Refuse(attest.ChainInvalid, "SGX extension of the PCK certificate lacks PPID, TCB, PCE-ID or FMSPC")
	}
	return p, nil
}

// readTCB reads sixteen component SVNs, PCESVN and CPUSVN.
func (p *pck) readTCB(tcb member) error {
	all, err := members(tcb.Value.FullBytes, tcb.ID)
	if err != nil {
		return err
	}
	if len(all) != 18 {
		return attest.Refuse(attest.ChainInvalid, "TCB of the PCK certificate has %d members, not 18", len(all))
	}
	for _, m := range all {
		switch n := m.ID[len(m.ID)-1]; {
		case n >= 1 && n <= 16:
			p.Components[n-1], err = integer[uint8](m.Value)
		case n == tcbPCESVN:
			p.PCESVN, err = integer[uint16](m.Value)
		case n == tcbCPUSVN:
			err = octets(m.Value, make([]byte, 16))
		default:
			err = attest.Refuse(attest.ChainInvalid, "TCB of the PCK certificate has a strange member")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// octets reads an OCTET STRING of a field's length.
func octets(v asn1.RawValue, into []byte) error {
	var b []byte
	rest, err := asn1.Unmarshal(v.FullBytes, &b)
	if err != nil || len(rest) > 0 || len(b) != len(into) {
		return attest.Refuse(attest.ChainInvalid, "SGX extension of the PCK certificate has a field that is not of %d bytes", len(into))
	}
	copy(into, b)
	return nil
}

// integer reads an INTEGER that fits.
func integer[T uint8 | uint16](v asn1.RawValue) (T, error) {
	var n int64
	rest, err := asn1.Unmarshal(v.FullBytes, &n)
	if err == nil && len(rest) == 0 {
		if out, err := safemath.To[T](n); err == nil {
			return out, nil
		}
	}
	return 0, attest.Refuse(attest.ChainInvalid, "TCB of the PCK certificate has a number that does not fit")
}
