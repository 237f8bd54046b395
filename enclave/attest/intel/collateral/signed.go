package collateral

import (
	"crypto/ecdsa"
	"encoding/hex"
	"math/big"
	"time"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/security/hashes"
)

// Names of the two kinds of signed documents.
const (
	NameTCBInfo    = "tcbInfo"
	NameQEIdentity = "enclaveIdentity"
)

// Signed is a document that Intel's TCB signer signed, and when it is in force.
type Signed struct {
	Raw       []byte // the inner object, exactly as it was received
	Signature []byte // 64 bytes, r and s on P-256, over SHA-256 of Raw
	Issued    time.Time
	Next      time.Time
}

// Verify checks the signature.
func (s Signed) Verify(key *ecdsa.PublicKey) bool { return Holds(key, s.Raw, s.Signature) }

// Holds says whether a signature of 64 bytes, r and s, is that of a P-256 key over SHA-256 of data. n-s holds where s
// does, so signatures are no part of any id.
func Holds(key *ecdsa.PublicKey, data, signature []byte) bool {
	if len(signature) != 64 {
		return false
	}
	r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
	return ecdsa.Verify(key, hashes.Of(data).Bytes(), r, s)
}

// InForce checks a time against issueDate and nextUpdate.
func (s Signed) InForce(now time.Time) error {
	if now.Before(s.Issued) {
		return attest.Refuse(attest.NotYetValid, "collateral is issued at %s", s.Issued.Format(time.RFC3339))
	}
	if now.After(s.Next) {
		return attest.Refuse(attest.Expired, "collateral ended at %s", s.Next.Format(time.RFC3339))
	}
	return nil
}

// Join writes a document as Intel serves it, for those who keep body and signature apart.
func Join(name string, inner, signature []byte) []byte {
	out := append([]byte(`{"`+name+`":`), inner...)
	out = append(out, `,"signature":"`...)
	out = hex.AppendEncode(out, signature)
	return append(out, `"}`...)
}

// split takes a document apart without touching the bytes of its inner object.
func split(raw []byte, name string) (Signed, error) {
	r, err := newReader(raw)
	if err != nil {
		return Signed{}, err
	}
	s := Signed{Signature: make([]byte, 64)}
	names, err := r.object(func(n string) (err error) {
		switch n {
		case name:
			s.Raw, err = r.span()
			return err
		case "signature":
			return r.octets(s.Signature)
		}
		return attest.Refuse(attest.Malformed, "signed document has another member than %s and signature", name)
	})
	if err != nil {
		return Signed{}, err
	}
	if err := need("signed document", names, name, "signature"); err != nil {
		return Signed{}, err
	}
	return s, r.done()
}
