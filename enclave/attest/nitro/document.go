package nitro

import (
	"bytes"
	"errors"

	"github.com/fxamacker/cbor/v2"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/evidence"
)

// Caps of a document; the lengths of fields in bytes.
const (
	maxChain  = 4 // certificates in cabundle
	maxField  = 1024
	pcrs      = 32
	pcrBytes  = 48
	signature = 96 // r and s of P-384, RFC 9053 section 2.1
)

// protectedES384 is the CBOR of the byte string of the header {1: -35}, the only one that is read.
var protectedES384 = []byte{0x44, 0xa1, 0x01, 0x38, 0x22}

// document is the payload of one attestation document.
type document struct {
	Module      string            `cbor:"module_id"`
	Digest      string            `cbor:"digest"`
	Timestamp   uint64            `cbor:"timestamp"` // ms since 1970, UTC
	PCRs        map[uint64][]byte `cbor:"pcrs"`
	Certificate []byte            `cbor:"certificate"`
	Bundle      [][]byte          `cbor:"cabundle"`
	PublicKey   []byte            `cbor:"public_key"`
	UserData    []byte            `cbor:"user_data"`
	Nonce       []byte            `cbor:"nonce"`
}

// sealed is a document with what its signature needs.
type sealed struct {
	document
	payload   []byte
	signature []byte
}

func decoder() (cbor.DecMode, error) {
	return cbor.DecOptions{
		DupMapKey:         cbor.DupMapKeyEnforcedAPF,
		MaxNestedLevels:   8,
		MaxMapPairs:       64,
		MaxArrayElements:  64,
		TagsMd:            cbor.TagsForbidden,
		FieldNameMatching: cbor.FieldNameMatchingCaseSensitive,
	}.DecMode()
}

func parse(dec cbor.DecMode, raw []byte) (*sealed, error) {
	if len(raw) > evidence.MaxBody {
		return nil, attest.Refuse(attest.TooLarge, "document of %d bytes, at most %d", len(raw), evidence.MaxBody)
	}
	raw = bytes.TrimPrefix(raw, []byte{0xd2}) // tag 18
	var parts []cbor.RawMessage
	if err := read(dec, raw, &parts, "COSE_Sign1"); err != nil {
		return nil, err
	}
	if len(parts) != 4 {
		return nil, attest.Refuse(attest.Malformed, "COSE_Sign1 of %d parts, they have 4", len(parts))
	}
	if !bytes.Equal(parts[0], protectedES384) {
		return nil, attest.Refuse(attest.Unsupported, "protected header is not that of ES384 alone")
	}
	if !bytes.Equal(parts[1], []byte{0xa0}) {
		return nil, attest.Refuse(attest.Malformed, "unprotected header is not empty")
	}
	s := &sealed{}
	if err := read(dec, parts[2], &s.payload, "payload"); err != nil {
		return nil, err
	}
	if err := read(dec, parts[3], &s.signature, "signature"); err != nil {
		return nil, err
	}
	if len(s.signature) != signature {
		return nil, attest.Refuse(attest.Malformed, "signature of %d bytes, they have %d", len(s.signature), signature)
	}
	if err := read(dec, s.payload, &s.document, "document"); err != nil {
		return nil, err
	}
	return s, s.check()
}

func read(dec cbor.DecMode, raw []byte, into any, what string) error {
	err := dec.Unmarshal(raw, into)
	var extra *cbor.ExtraneousDataError
	switch {
	case errors.As(err, &extra):
		return attest.Refuse(attest.TrailingBytes, "bytes behind the %s", what)
	case err != nil:
		return attest.Refuse(attest.Malformed, "%s cannot be read as CBOR of its kind", what)
	}
	return nil
}

func (s *sealed) check() error {
	if s.Digest != "SHA384" {
		return attest.Refuse(attest.Unsupported, "PCRs of another digest than SHA384")
	}
	if s.Module == "" || len(s.Module) > maxField || s.Timestamp == 0 || s.Timestamp > 1<<47 {
		return attest.Refuse(attest.Malformed, "module id or timestamp is missing or out of bounds")
	}
	if n := len(s.Bundle); n < 1 || n > maxChain {
		return attest.Refuse(attest.ChainInvalid, "cabundle of %d certificates, 1 to %d are read", n, maxChain)
	}
	if len(s.PublicKey) > maxField || len(s.UserData) > maxField || len(s.Nonce) > maxField {
		return attest.Refuse(attest.TooLarge, "public key, user data or nonce of more than %d bytes", maxField)
	}
	seen := 0
	for i := range uint64(pcrs) {
		v, ok := s.PCRs[i]
		if !ok && i < 3 {
			return attest.Refuse(attest.Malformed, "PCR%d is missing", i)
		}
		if ok && len(v) != pcrBytes {
			return attest.Refuse(attest.Malformed, "PCR%d of %d bytes, they have %d", i, len(v), pcrBytes)
		}
		if ok {
			seen++
		}
	}
	if seen != len(s.PCRs) {
		return attest.Refuse(attest.Malformed, "a PCR beyond %d", pcrs-1)
	}
	return nil
}
