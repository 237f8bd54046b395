package tpm2

import (
	"bytes"
	"encoding/binary"

	"github.com/virtengine/virtengine/security/hashes"
)

// Handles of the hierarchies under which a TPM makes primary keys: owner, null, endorsement, platform.
// Source: TPM 2.0 Library, Part 2, section 7.4.
var hierarchies = [...]uint32{0x40000001, 0x40000007, 0x4000000b, 0x4000000c}

// primary says whether signer is the qualified name of this public area as a primary key. The signed statement then covers
// every byte of the public area. Source: TPM 2.0 Library, Part 1, section 26.5.
func primary(public, signer []byte) bool {
	if len(public) < 4 || len(signer) < 2 {
		return false
	}
	bank, known := digestOf(binary.BigEndian.Uint16(public[2:]))
	if !known {
		return false
	}
	name, ok := named(bank, public[2:4], public)
	if !ok {
		return false
	}
	for _, h := range hierarchies {
		qualified, ok := named(bank, public[2:4], append(binary.BigEndian.AppendUint32(nil, h), name...))
		if ok && bytes.Equal(qualified, signer) {
			return true
		}
	}
	return false
}

// named gives a name: the algorithm's number and the digest.
func named(bank hashes.Algorithm, id, data []byte) ([]byte, bool) {
	sum, err := bank.Of(data)
	return append(bytes.Clone(id), sum.Bytes()...), err == nil
}
