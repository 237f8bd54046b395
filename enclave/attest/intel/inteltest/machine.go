package inteltest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"

	"github.com/virtengine/virtengine/security/entropy"
)

// Spec is what a PCK certificate says of a machine.
type Spec struct {
	FMSPC      [6]byte
	PCEID      [2]byte
	PPID       [16]byte
	Components [16]byte
	PCESVN     uint16
}

// Machine is a platform with a PCK certificate and a quoting enclave.
type Machine struct {
	Spec
	vendor      *Vendor
	pck         holder
	attestation *ecdsa.PrivateKey
	QESVN       uint16 // ISVSVN of its quoting enclave
}

// Machine makes a platform whose quoting enclave has SVN 4.
func (v *Vendor) Machine(s Spec) (*Machine, error) {
	extension, err := s.extension()
	if err != nil {
		return nil, err
	}
	pck, err := v.issue("Intel SGX PCK Certificate", &v.pckCA, leaf, extension)
	if err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), entropy.Reader())
	if err != nil {
		return nil, fmt.Errorf("attestation key: %w", err)
	}
	return &Machine{Spec: s, vendor: v, pck: pck, attestation: key, QESVN: 4}, nil
}

type member struct {
	ID    asn1.ObjectIdentifier
	Value any
}

var sgxExtension = asn1.ObjectIdentifier{1, 2, 840, 113741, 1, 13, 1}

func below(id asn1.ObjectIdentifier, n int) asn1.ObjectIdentifier {
	return append(append(asn1.ObjectIdentifier{}, id...), n)
}

// extension writes the SGX extension of a PCK certificate.
func (s Spec) extension() (pkix.Extension, error) {
	tcb := below(sgxExtension, 2)
	var parts []member
	for i, n := range s.Components {
		parts = append(parts, member{ID: below(tcb, i+1), Value: int(n)})
	}
	parts = append(parts, member{ID: below(tcb, 17), Value: int(s.PCESVN)}, member{ID: below(tcb, 18), Value: s.Components[:]})
	der, err := asn1.Marshal([]member{
		{ID: below(sgxExtension, 1), Value: s.PPID[:]},
		{ID: tcb, Value: parts},
		{ID: below(sgxExtension, 3), Value: s.PCEID[:]},
		{ID: below(sgxExtension, 4), Value: s.FMSPC[:]},
		{ID: below(sgxExtension, 5), Value: asn1.Enumerated(0)},
	})
	return pkix.Extension{Id: sgxExtension, Value: der}, err
}

// Serial is the serial number of the machine's PCK certificate.
func (m *Machine) Serial() *big.Int { return m.pck.certificate.SerialNumber }
