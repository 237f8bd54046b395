package inteltest

import (
	"crypto/ecdsa"
	"encoding/binary"
	"fmt"
	"math/big"
	"slices"

	"github.com/virtengine/virtengine/enclave/attest/intel/quote"
	"github.com/virtengine/virtengine/security/entropy"
	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/security/safemath"
)

// SGX gives a quote of version 3 over an enclave's report. Of the report, Attributes, Flags and XFRM say the same twice:
// Flags and XFRM are written.
func (m *Machine) SGX(r quote.Report) ([]byte, error) {
	return m.quote(slices.Concat(header(3, quote.SGX), WriteReport(r)), 1)
}

// TDX gives a quote of version 4 or 5 over a TD's report; those with a report 1.5 are of version 5.
func (m *Machine) TDX(version uint16, d quote.Domain) ([]byte, error) {
	body := WriteDomain(d)
	signed := slices.Concat(header(version, quote.TDX), body)
	if version == 5 {
		kind := uint16(2)
		if d.Is15 {
			kind = 3
		}
		size, err := safemath.To[uint32](len(body))
		if err != nil {
			return nil, err
		}
		descriptor := binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint16(nil, kind), size)
		signed = slices.Concat(header(version, quote.TDX), descriptor, body)
	} else if d.Is15 {
		return nil, fmt.Errorf("quotes of version %d hold no TD report 1.5", version)
	}
	return m.quote(signed, 2)
}

// quote signs header and body, and puts the quoting enclave's report and the chain behind.
func (m *Machine) quote(signed []byte, qeProduct uint16) ([]byte, error) {
	signature, err := sign(m.attestation, signed)
	if err != nil {
		return nil, err
	}
	public, err := m.attestation.PublicKey.Bytes()
	if err != nil {
		return nil, err
	}
	key, auth := public[1:], make([]byte, 32)
	qe := QE(qeProduct, m.QESVN)
	copy(qe.Data[:], hashes.Of(slices.Concat(key, auth)).Bytes())
	report := WriteReport(qe)
	certified, err := sign(m.pck.key, report)
	if err != nil {
		return nil, err
	}
	pems := append(chain(m.pck.certificate, m.vendor.pckCA.certificate, m.vendor.root.certificate), 0)
	inner := slices.Concat(report, certified, []byte{32, 0}, auth, sized(5, pems))
	if binary.LittleEndian.Uint16(signed) > 3 {
		inner = sized(6, inner)
	}
	data := slices.Concat(signature, key, inner)
	return slices.Concat(signed, sized(0, data)[2:]), nil
}

// QE is the report of this vendor's quoting enclaves: product 1 for SGX, 2 for TDX.
func QE(product, svn uint16) quote.Report {
	r := quote.Report{Flags: 0x11, ProdID: product, SVN: svn}
	copy(r.MRSIGNER[:], "signer of synthetic enclaves")
	return r
}

// sized writes a type, a length and as many bytes.
func sized(kind uint16, data []byte) []byte {
	size := safemath.Clamp[uint32](len(data))
	return append(binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint16(nil, kind), size), data...)
}

func header(version uint16, tee quote.TEE) []byte {
	h := binary.LittleEndian.AppendUint16(nil, version)
	h = binary.LittleEndian.AppendUint16(h, 2)
	h = binary.LittleEndian.AppendUint32(h, uint32(tee))
	h = append(h, 0, 0, 0, 0, 0x93, 0x9A, 0x72, 0x33, 0xF7, 0x9C, 0x4C, 0xA9, 0x94, 0x0A, 0x0D, 0xB3, 0x95, 0x7F, 0x06, 0x07)
	return append(h, make([]byte, 20)...)
}

// sign gives r and s, 32 bytes each.
func sign(key *ecdsa.PrivateKey, data []byte) ([]byte, error) {
	r, s, err := ecdsa.Sign(entropy.Reader(), key, hashes.Of(data).Bytes())
	if err != nil {
		return nil, err
	}
	return pair(r, s), nil
}

func pair(r, s *big.Int) []byte {
	out := make([]byte, 64)
	r.FillBytes(out[:32])
	s.FillBytes(out[32:])
	return out
}
