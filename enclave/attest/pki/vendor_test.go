package pki_test

import (
	"crypto/ed25519"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/enclave/attest/pki"
	"github.com/virtengine/virtengine/security/entropy"
)

var (
	begin = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	now   = begin.AddDate(0, 6, 0)
	end   = begin.AddDate(1, 0, 0)
)

// authority is a key with its certificate.
type authority struct {
	*x509.Certificate
	key ed25519.PrivateKey
}

// vendor is a maker of machines as a test wants him: root, authority, leaf.
type vendor struct{ root, middle, leaf authority }

func keyOf(seed byte) ed25519.PrivateKey {
	s := make([]byte, ed25519.SeedSize)
	s[0] = seed
	return ed25519.NewKeyFromSeed(s)
}

func template(name string, serial int64, ca bool) *x509.Certificate {
	c := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name}, NotBefore: begin, NotAfter: end,
		BasicConstraintsValid: true, IsCA: ca, KeyUsage: x509.KeyUsageDigitalSignature,
	}
	if ca {
		c.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	}
	return c
}

// issue signs a template with a parent's key, under a parent's name; the zero parent is the certificate itself.
func issue(t testing.TB, c *x509.Certificate, key ed25519.PrivateKey, parent authority) authority {
	t.Helper()
	if parent.Certificate == nil {
		parent = authority{c, key}
	}
	der, err := x509.CreateCertificate(entropy.Reader(), c, parent.Certificate, key.Public(), parent.key)
	require.NoError(t, err)
	got, err := pki.Parse(der)
	require.NoError(t, err)
	return authority{got, key}
}

// newVendor makes a vendor whose templates were changed by the caller, who may change none.
func newVendor(t testing.TB, change func(root, middle, leaf *x509.Certificate)) vendor {
	t.Helper()
	root, middle, leaf := template("Root", 1, true), template("Middle", 2, true), template("Leaf", 3, false)
	if change != nil {
		change(root, middle, leaf)
	}
	v := vendor{root: issue(t, root, keyOf(1), authority{})}
	v.middle = issue(t, middle, keyOf(2), v.root)
	v.leaf = issue(t, leaf, keyOf(3), v.middle)
	return v
}

func (v vendor) path() []*x509.Certificate {
	return []*x509.Certificate{v.leaf.Certificate, v.middle.Certificate, v.root.Certificate}
}

func (v vendor) rules() pki.Rules {
	return pki.Rules{Roots: []*x509.Certificate{v.root.Certificate}, Length: 3, Algorithms: []x509.SignatureAlgorithm{x509.PureEd25519}}
}
