package tpm2

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"math/big"
	"strconv"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/evidence"
	"github.com/virtengine/virtengine/security/hashes"
)

// Quote is a statement with its signature.
type Quote struct {
	Signed    []byte // TPMS_ATTEST
	Statement *Statement
	hash      hashes.Algorithm
	scheme    uint16
	a, b      []byte // RSASSA: the signature; ECDSA: r and s
}

// ParseQuote reads TPM2B_ATTEST and TPMT_SIGNATURE, one behind the other. Where the statement was read and the signature
// not, the quote holds the statement beside the refusal.
func ParseQuote(raw []byte) (*Quote, error) {
	if len(raw) > evidence.MaxBody {
		return nil, attest.Refuse(attest.TooLarge, "quote of %d bytes, at most %d", len(raw), evidence.MaxBody)
	}
	r := &reader{rest: raw}
	q := &Quote{Signed: r.sized()}
	if r.broken {
		return nil, r.end("the quote")
	}
	var err error
	if q.Statement, err = ParseStatement(q.Signed); err != nil {
		return nil, err
	}
	var known bool
	q.scheme = r.u16()
	hash := r.u16()
	q.hash, known = digestOf(hash)
	if !r.broken && (!known || q.hash == hashes.SHA512) {
		return q, attest.Refuse(attest.Unsupported, "signature with hash %#04x", hash)
	}
	switch {
	case r.broken:
	case q.scheme == algRSASSA:
		q.a = r.sized()
	case q.scheme == algECDSA:
		q.a, q.b = r.sized(), r.sized()
	default:
		return q, attest.Refuse(attest.Unsupported, "signature scheme %#04x", q.scheme)
	}
	return q, r.end("the quote")
}

// Check says whether key signed the quote: BadSignature if not.
func (q *Quote) Check(key crypto.PublicKey) error {
	sum, err := q.hash.Of(q.Signed)
	if err != nil {
		return attest.Refuse(attest.Unsupported, "hash of the signature")
	}
	holds := false
	switch k := key.(type) {
	case *rsa.PublicKey:
		id := crypto.SHA256
		if q.hash == hashes.SHA384 {
			id = crypto.SHA384
		}
		bits := k.N.BitLen()
		holds = q.scheme == algRSASSA && bits >= 2048 && bits <= 4096 && rsa.VerifyPKCS1v15(k, id, sum.Bytes(), q.a) == nil
	case *ecdsa.PublicKey:
		size := 32
		if k.Curve == elliptic.P384() {
			size = 48
		}
		known := k.Curve == elliptic.P256() || k.Curve == elliptic.P384()
		holds = q.scheme == algECDSA && known && len(q.a) <= size && len(q.b) <= size &&
			ecdsa.Verify(k, sum.Bytes(), new(big.Int).SetBytes(q.a), new(big.Int).SetBytes(q.b))
	}
	if !holds {
		return attest.Refuse(attest.BadSignature, "the quote is not signed by its attestation key")
	}
	return nil
}

// Measure cuts values into the PCRs that the quote selects, in the selection's order, and checks their digest. The names
// are "pcr0" to "pcr31" of the first bank, and "sha384.pcr0" and the like of further ones.
//
// Errors: MissingRuntime, TrailingBytes, WrongRuntime.
func (q *Quote) Measure(values []byte) ([]attest.Measurement, error) {
	r := &reader{rest: values}
	out := make([]attest.Measurement, 0, len(q.Statement.Selection))
	for _, p := range q.Statement.Selection {
		v := r.take(p.Bank.Size())
		if r.broken {
			return nil, attest.Refuse(attest.MissingRuntime, "the value of PCR %d is missing", p.Index)
		}
		out = append(out, attest.Measurement{Name: name(p, q.Statement.Selection[0].Bank), Value: bytes.Clone(v)})
	}
	if err := r.end("the PCR values"); err != nil {
		return nil, err
	}
	sum, err := q.hash.Of(values)
	if err != nil || !bytes.Equal(sum.Bytes(), q.Statement.Digest) {
		return nil, attest.Refuse(attest.WrongRuntime, "the PCR values have another digest than was signed")
	}
	return out, nil
}

func name(p PCR, first hashes.Algorithm) string {
	digits := strconv.Itoa(p.Index)
	if p.Bank == first {
		return "pcr" + digits
	}
	return string(p.Bank) + ".pcr" + digits
}
