package sevsnp

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/evidence"
	"github.com/virtengine/virtengine/security/entropy"
)

// A stranger signs with an ASK and an ARK of his own that bear AMD's names, and sends them along.
func TestAuthoritiesThatWereSentAreNotBelieved(t *testing.T) {
	ev := genuine(t)
	roots, err := Roots()
	require.NoError(t, err)
	key, err := rsa.GenerateKey(entropy.Reader(), 3072)
	require.NoError(t, err)
	leafKey, err := ecdsa.GenerateKey(elliptic.P384(), entropy.Reader())
	require.NoError(t, err)
	issue := func(like, by *x509.Certificate, pub crypto.PublicKey) *x509.Certificate {
		c := &x509.Certificate{SerialNumber: big.NewInt(1), RawSubject: like.RawSubject, NotBefore: like.NotBefore, NotAfter: like.NotAfter,
			IsCA: like.IsCA, BasicConstraintsValid: true, KeyUsage: like.KeyUsage, SignatureAlgorithm: x509.SHA384WithRSAPSS}
		der, err := x509.CreateCertificate(entropy.Reader(), c, &x509.Certificate{RawSubject: by.RawSubject}, pub, key)
		require.NoError(t, err)
		out, err := x509.ParseCertificate(der)
		require.NoError(t, err)
		return out
	}
	vcek, err := leafOf(&report{raw: ev.Body}, ev.Endorsements)
	require.NoError(t, err)
	ark := issue(roots[0].ARK, roots[0].ARK, key.Public())
	ask := issue(roots[0].ASK, roots[0].ARK, key.Public())
	forged := issue(vcek, roots[0].ASK, leafKey.Public())
	_, err = pinned(t).Verify(evidence.Evidence{Platform: evidence.SEVSNP, Body: ev.Body, Endorsements: [][]byte{forged.Raw, ask.Raw, ark.Raw}}, nil, june)
	require.Equal(t, attest.BadSignature, attest.CodeOf(err), "the pinned ASK did not sign this VCEK")
}
