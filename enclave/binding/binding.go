package binding

import (
	"encoding/binary"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/evidence"
	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/security/safemath"
)

// Size is the length of a binding in bytes: that of report data of SGX, TDX and SEV-SNP.
const Size = 64

// domain begins every binding. Another layout gets another one.
const domain = "ve/enclave/v1"

// Purpose is what evidence is made for. Evidence for one purpose serves no other.
type Purpose string

const (
	Register Purpose = "register"
	Reattest Purpose = "reattest"
	Rotate   Purpose = "rotate"
	Release  Purpose = "release"
)

// Key encapsulation mechanisms (IANA "HPKE KEM Identifiers"), and how long their public keys are in bytes.
const (
	X25519         uint16 = 0x0020 // DHKEM(X25519, HKDF-SHA256)
	MLKEM768X25519 uint16 = 0x647a // hybrid of ML-KEM-768 and X25519
)

// Lengths in bytes.
const (
	MaxChainID  = 50 // as CometBFT has it
	MaxOperator = 128
	hashBytes   = 32
	signBytes   = 32
)

// Binding is what evidence is bound to.
type Binding struct {
	ChainID         string
	GenesisHash     []byte // 32 bytes: the hash of the chain's first header
	Operator        string // address of who answers for the enclave, as text
	Platform        evidence.Platform
	Purpose         Purpose
	Epoch           uint64
	SignPub         []byte // Ed25519, 32 bytes
	KEMID           uint16
	KEMPub          []byte
	ChallengeHeight int64  // above 0
	ChallengeHash   []byte // 32 bytes: the hash of the header at that height; for Release the releaser's nonce
}

// Sum is SHA-512 of the domain and then of every field behind its length: lengths in 4 bytes, numbers in 8, the KEM's
// number in 2 before its key, all big-endian.
//
// Errors: Malformed, WrongPlatform for a platform that is not known.
func (b Binding) Sum() ([Size]byte, error) {
	if err := b.check(); err != nil {
		return [Size]byte{}, err
	}
	height, err := safemath.To[uint64](b.ChallengeHeight)
	if err != nil {
		return [Size]byte{}, attest.Refuse(attest.Malformed, "challenge of height %d", b.ChallengeHeight)
	}
	message := []byte(domain)
	for _, f := range [][]byte{
		[]byte(b.ChainID), b.GenesisHash, []byte(b.Operator), []byte(b.Platform), []byte(b.Purpose), number(b.Epoch), b.SignPub,
		append(binary.BigEndian.AppendUint16(nil, b.KEMID), b.KEMPub...), number(height), b.ChallengeHash,
	} {
		message = binary.BigEndian.AppendUint32(message, safemath.Clamp[uint32](len(f))) // check bounds every field
		message = append(message, f...)
	}
	sum, err := hashes.SHA512.Of(message)
	if err != nil {
		return [Size]byte{}, attest.Refuse(attest.Unsupported, "SHA-512 is not allowed")
	}
	return [Size]byte(sum.Bytes()), nil
}

func number(v uint64) []byte { return binary.BigEndian.AppendUint64(nil, v) }

func (b Binding) check() error {
	switch {
	case b.ChainID == "" || len(b.ChainID) > MaxChainID:
		return attest.Refuse(attest.Malformed, "chain id of %d bytes, 1 to %d", len(b.ChainID), MaxChainID)
	case len(b.GenesisHash) != hashBytes:
		return attest.Refuse(attest.Malformed, "genesis hash of %d bytes, it has %d", len(b.GenesisHash), hashBytes)
	case b.Operator == "" || len(b.Operator) > MaxOperator:
		return attest.Refuse(attest.Malformed, "operator of %d bytes, 1 to %d", len(b.Operator), MaxOperator)
	case !b.Platform.Known():
		return attest.Refuse(attest.WrongPlatform, "a binding is of a known platform")
	case b.Purpose != Register && b.Purpose != Reattest && b.Purpose != Rotate && b.Purpose != Release:
		return attest.Refuse(attest.Malformed, "purpose is none of %s, %s, %s, %s", Register, Reattest, Rotate, Release)
	case len(b.SignPub) != signBytes:
		return attest.Refuse(attest.Malformed, "signing key of %d bytes, it has %d", len(b.SignPub), signBytes)
	case b.ChallengeHeight < 1:
		return attest.Refuse(attest.Malformed, "challenge of height %d", b.ChallengeHeight)
	case len(b.ChallengeHash) != hashBytes:
		return attest.Refuse(attest.Malformed, "challenge of %d bytes, it has %d", len(b.ChallengeHash), hashBytes)
	}
	want, ok := KEMBytes(b.KEMID)
	if !ok {
		return attest.Refuse(attest.Unsupported, "KEM %#04x, known are %#04x and %#04x", b.KEMID, X25519, MLKEM768X25519)
	}
	if len(b.KEMPub) != want {
		return attest.Refuse(attest.Malformed, "key of KEM %#04x has %d bytes, they have %d", b.KEMID, len(b.KEMPub), want)
	}
	return nil
}

// KEMBytes is how long a KEM's public keys are; false for a KEM that is not used here.
func KEMBytes(id uint16) (int, bool) {
	switch id {
	case X25519:
		return 32, true
	case MLKEM768X25519:
		return 1184 + 32, true
	}
	return 0, false
}
