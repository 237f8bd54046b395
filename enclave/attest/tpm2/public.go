package tpm2

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"math/big"

	"github.com/virtengine/virtengine/enclave/attest"
)

// Attributes of an object. Source: TPM 2.0 Library, Part 2, section 8.3.
const (
	fixedTPM            = 1 << 1
	fixedParent         = 1 << 4
	sensitiveDataOrigin = 1 << 5
	restricted          = 1 << 16
	decrypt             = 1 << 17
	sign                = 1 << 18
)

// MaxPublic is the most bytes of a public area that are read.
const MaxPublic = 1024

// ParseKey reads the public area (TPMT_PUBLIC) of an attestation key. Only a key that a TPM made, that stays in it, and
// that signs nothing but what the TPM itself says is one: Attributes otherwise.
func ParseKey(raw []byte) (crypto.PublicKey, error) {
	if len(raw) > MaxPublic {
		return nil, attest.Refuse(attest.TooLarge, "public area of %d bytes, at most %d", len(raw), MaxPublic)
	}
	r := &reader{rest: raw}
	kind, _, attributes := r.u16(), r.u16(), r.u32()
	r.sized() // authorization policy
	symmetric := r.u16()
	const must, mustNot = fixedTPM | fixedParent | sensitiveDataOrigin | restricted | sign, decrypt
	if r.broken {
		return nil, r.end("the public area")
	}
	if attributes&must != must || attributes&mustNot != 0 || symmetric != algNull {
		return nil, attest.Refuse(attest.Attributes, "attributes %#08x are not those of an attestation key", attributes)
	}
	if scheme := r.u16(); scheme != algNull {
		r.u16() // its hash; the signature names it again
	}
	switch kind {
	case algRSA:
		return rsaKey(r)
	case algECC:
		return ecKey(r)
	}
	return nil, attest.Refuse(attest.Unsupported, "attestation key of type %#04x", kind)
}

func rsaKey(r *reader) (crypto.PublicKey, error) {
	bits, exponent, modulus := r.u16(), r.u32(), r.sized()
	if err := r.end("the public area"); err != nil {
		return nil, err
	}
	n := new(big.Int).SetBytes(modulus)
	if bits < 2048 || bits > 4096 || n.BitLen() != int(bits) || n.Bit(0) == 0 {
		return nil, attest.Refuse(attest.Unsupported, "RSA key of %d bits, said are %d, read are 2048 to 4096", n.BitLen(), bits)
	}
	if exponent != 0 && exponent != 65537 { // zero stands for 65537
		return nil, attest.Refuse(attest.Unsupported, "RSA exponent %d", exponent)
	}
	return &rsa.PublicKey{N: n, E: 65537}, nil
}

func ecKey(r *reader) (crypto.PublicKey, error) {
	id := r.u16()
	if kdf := r.u16(); kdf != algNull {
		r.u16()
	}
	x, y := r.sized(), r.sized()
	if err := r.end("the public area"); err != nil {
		return nil, err
	}
	curve, size := elliptic.Curve(nil), 0
	switch id {
	case 3:
		curve, size = elliptic.P256(), 32
	case 4:
		curve, size = elliptic.P384(), 48
	default:
		return nil, attest.Refuse(attest.Unsupported, "curve %#04x", id)
	}
	if len(x) > size || len(y) > size {
		return nil, attest.Refuse(attest.Malformed, "coordinates of %d and %d bytes, at most %d", len(x), len(y), size)
	}
	point := make([]byte, 1+2*size)
	point[0] = 4
	copy(point[1+size-len(x):], x)
	copy(point[1+2*size-len(y):], y)
	key, err := ecdsa.ParseUncompressedPublicKey(curve, point)
	if err != nil {
		return nil, attest.Refuse(attest.Malformed, "the attestation key is no point of its curve")
	}
	return key, nil
}
