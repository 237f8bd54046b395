package pki_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/pki"
	"github.com/virtengine/virtengine/security/entropy"
)

// list signs a revocation list; its certificates are the authority's of those serial numbers.
func list(t testing.TB, by authority, change func(*x509.RevocationList), serials ...int64) *x509.RevocationList {
	t.Helper()
	l := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: begin, NextUpdate: end}
	for _, s := range serials {
		l.RevokedCertificateEntries = append(l.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: big.NewInt(s), RevocationTime: begin})
	}
	if change != nil {
		change(l)
	}
	der, err := x509.CreateRevocationList(entropy.Reader(), l, by.Certificate, by.key)
	require.NoError(t, err)
	got, err := pki.ParseCRL(der)
	require.NoError(t, err)
	return got
}

func TestAListIsCheckedBeforeItIsBelieved(t *testing.T) {
	v := newVendor(t, nil)
	namesake := issue(t, template("Middle", 2, true), keyOf(9), v.root)
	mayNot := *v.middle.Certificate
	mayNot.KeyUsage = x509.KeyUsageCertSign
	unbounded := list(t, v.middle, nil)
	unbounded.NextUpdate = time.Time{}
	ed := []x509.SignatureAlgorithm{x509.PureEd25519}
	good := list(t, v.middle, nil, 3)

	for name, c := range map[string]struct {
		reason     string
		list       *x509.RevocationList
		issuer     *x509.Certificate
		algorithms []x509.SignatureAlgorithm
		now        time.Time
		want       attest.Code
	}{
		"Good":           {"its issuer's, and in force", good, v.middle.Certificate, ed, now, attest.Accepted},
		"FirstSecond":    {"in force from its beginning", good, v.middle.Certificate, ed, begin, attest.Accepted},
		"LastSecond":     {"in force to its end", good, v.middle.Certificate, ed, end, attest.Accepted},
		"NoTime":         {"the process's clock is never read", good, v.middle.Certificate, ed, time.Time{}, attest.NoTime},
		"OtherIssuer":    {"genuine, and of another authority", good, v.root.Certificate, ed, now, attest.WrongCollateral},
		"OtherAlgorithm": {"signed as this vendor never does", good, v.middle.Certificate, []x509.SignatureAlgorithm{x509.ECDSAWithSHA256}, now, attest.WrongSigner},
		"NoAlgorithm":    {"rules name what is taken", good, v.middle.Certificate, nil, now, attest.WrongSigner},
		"MayNotSign":     {"an authority for certificates alone", good, &mayNot, ed, now, attest.WrongSigner},
		"Namesake":       {"an authority of that name with another key", good, namesake.Certificate, ed, now, attest.BadSignature},
		"Forged":         {"signed by a namesake", list(t, namesake, nil), v.middle.Certificate, ed, now, attest.BadSignature},
		"Critical": {"an extension that must be understood, as of a list that is only a part", list(t, v.middle, func(l *x509.RevocationList) {
			l.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 28}, Critical: true, Value: []byte{0x30, 0}}}
		}), v.middle.Certificate, ed, now, attest.Unsupported},
		"Early":     {"one second before it begins", good, v.middle.Certificate, ed, begin.Add(-time.Second), attest.NotYetValid},
		"Late":      {"one second after the next one was due", good, v.middle.Certificate, ed, end.Add(time.Second), attest.Expired},
		"Unbounded": {"a list without end could be kept for ever", unbounded, v.middle.Certificate, ed, now, attest.Expired},
	} {
		t.Run(name, func(t *testing.T) {
			err := pki.CheckCRL(c.list, c.issuer, c.algorithms, c.now)
			require.Equal(t, c.want, attest.CodeOf(err), "%s: %v", c.reason, err)
		})
	}
	require.True(t, pki.Listed(good, v.leaf.Certificate))
	require.False(t, pki.Listed(list(t, v.middle, nil), v.leaf.Certificate), "an empty list")
	require.False(t, pki.Listed(list(t, v.middle, nil, 2, 4), v.leaf.Certificate), "neighbours")
}
