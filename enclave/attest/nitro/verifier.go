package nitro

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha512"
	"crypto/x509"
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/fxamacker/cbor/v2"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/pki"
	"github.com/virtengine/virtengine/enclave/evidence"
	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/security/safemath"
)

// ahead is how far the enclave's clock may run before ours.
const ahead = 5 * time.Minute

var algorithms = []x509.SignatureAlgorithm{x509.ECDSAWithSHA384}

// Verifier verifies evidence of the platform evidence.Nitro. It is safe for concurrent use.
type Verifier struct {
	roots []*x509.Certificate
	dec   cbor.DecMode
}

var _ attest.Verifier = (*Verifier)(nil)

// New makes a verifier for roots, which are Roots() but in tests of synthetic vendors.
func New(roots []*x509.Certificate) (*Verifier, error) {
	if len(roots) == 0 {
		return nil, attest.Refuse(attest.ChainInvalid, "a verifier needs a root")
	}
	for _, r := range roots {
		if r == nil || !r.IsCA || !slices.Contains(algorithms, r.SignatureAlgorithm) || r.CheckSignature(r.SignatureAlgorithm, r.RawTBSCertificate, r.Signature) != nil {
			return nil, attest.Refuse(attest.ChainInvalid, "a root is no authority's certificate that is signed with its own key")
		}
	}
	dec, err := decoder()
	if err != nil {
		return nil, attest.Refuse(attest.Malformed, "the CBOR reader's bounds are not accepted")
	}
	return &Verifier{roots: slices.Clone(roots), dec: dec}, nil
}

// Verify implements attest.Verifier. ev.Body is the document; endorsements and collateral are not read. Its leaf is
// valid for three hours.
func (v *Verifier) Verify(ev evidence.Evidence, _ attest.Collateral, now time.Time) (attest.Claims, error) {
	if now.IsZero() {
		return attest.Claims{}, attest.Refuse(attest.NoTime, "verification needs the time of the block")
	}
	if ev.Platform != evidence.Nitro {
		return attest.Claims{}, attest.Refuse(attest.WrongPlatform, "this verifier reads %s", evidence.Nitro)
	}
	s, err := parse(v.dec, ev.Body)
	if err != nil {
		return attest.Claims{}, err
	}
	c, err := claimsOf(s)
	if err != nil {
		return attest.Claims{}, err
	}
	if c.Debug {
		return c, attest.Refuse(attest.Debug, "PCR0 to PCR2 are zero: the enclave runs in debug mode")
	}
	if c.IssuedAt.After(now.Add(ahead)) {
		return c, attest.Refuse(attest.NotYetValid, "the document was made at %s", c.IssuedAt.Format(time.RFC3339))
	}
	leaf, until, err := v.certify(s, now)
	if err != nil {
		return c, err
	}
	if err := checkSignature(s, leaf); err != nil {
		return c, err
	}
	c.ValidUntil = until
	return c, nil
}

// certify checks the document's certificates, which stand root first, leaf apart.
func (v *Verifier) certify(s *sealed, now time.Time) (*x509.Certificate, time.Time, error) {
	leaf, err := pki.Parse(s.Certificate)
	if err != nil {
		return nil, time.Time{}, err
	}
	path := []*x509.Certificate{leaf}
	for _, raw := range slices.Backward(s.Bundle) {
		c, err := pki.Parse(raw)
		if err != nil {
			return nil, time.Time{}, err
		}
		path = append(path, c)
	}
	until, err := pki.Verify(path, pki.Rules{Roots: v.roots, Length: len(path), Algorithms: algorithms}, now)
	if err != nil {
		return nil, time.Time{}, err
	}
	if leaf.IsCA || leaf.KeyUsage&x509.KeyUsageDigitalSignature == 0 {
		return nil, time.Time{}, attest.Refuse(attest.ChainInvalid, "the leaf is an authority's or may not sign documents")
	}
	return leaf, until, nil
}

// checkSignature checks ES384 over Sig_structure (RFC 9052 section 4.4).
func checkSignature(s *sealed, leaf *x509.Certificate) error {
	key, ok := leaf.PublicKey.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P384() {
		return attest.Refuse(attest.ChainInvalid, "the leaf's key is not of P-384")
	}
	body, err := cbor.Marshal([]any{"Signature1", protectedES384[1:], []byte{}, s.payload})
	if err != nil {
		return attest.Refuse(attest.Malformed, "what was signed cannot be written")
	}
	sum := sha512.Sum384(body)
	r, n := new(big.Int).SetBytes(s.signature[:signature/2]), new(big.Int).SetBytes(s.signature[signature/2:])
	if !ecdsa.Verify(key, sum[:], r, n) {
		return attest.Refuse(attest.BadSignature, "the document is not signed by its leaf")
	}
	return nil
}

func claimsOf(s *sealed) (attest.Claims, error) {
	ms, err := safemath.To[int64](s.Timestamp)
	if err != nil {
		return attest.Claims{}, attest.Refuse(attest.Malformed, "timestamp is out of bounds")
	}
	c := attest.Claims{
		Platform:   evidence.Nitro,
		Format:     "nitro-document",
		Statement:  hashes.Of(s.payload),
		PlatformID: []byte(s.Module),
		ReportData: s.UserData,
		PublicKey:  s.PublicKey,
		Nonce:      s.Nonce,
		IssuedAt:   time.UnixMilli(ms).UTC(),
		Debug:      true,
		Facts: []attest.Fact{
			{Name: "has_public_key", Value: bit(len(s.PublicKey) > 0)},
			{Name: "has_user_data", Value: bit(len(s.UserData) > 0)},
			{Name: "has_nonce", Value: bit(len(s.Nonce) > 0)},
		},
	}
	for i := range uint64(pcrs) {
		if v, ok := s.PCRs[i]; ok {
			c.Measurements = append(c.Measurements, attest.Measurement{Name: fmt.Sprintf("pcr%d", i), Value: v})
			if i < 3 && slices.ContainsFunc(v, func(b byte) bool { return b != 0 }) {
				c.Debug = false
			}
		}
	}
	return c, nil
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// DefaultPolicy takes documents that are not older than their leaf may be, three hours. It names no measurement.
func DefaultPolicy() attest.Policy {
	return attest.Policy{Platform: evidence.Nitro, MaxAge: 3 * time.Hour}
}
