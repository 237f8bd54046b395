package pki_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/pki"
)

func TestAPathHolds(t *testing.T) {
	v := newVendor(t, func(_, middle, leaf *x509.Certificate) {
		middle.NotAfter = now.AddDate(0, 1, 0)
		leaf.NotAfter = now.AddDate(0, 2, 0)
	})
	until, err := pki.Verify(v.path(), v.rules(), now)
	require.NoError(t, err)
	require.Equal(t, now.AddDate(0, 1, 0), until, "the first end among the certificates")
	for name, at := range map[string]time.Time{"first second": begin, "last second": until} {
		_, err := pki.Verify(v.path(), v.rules(), at)
		require.NoError(t, err, name)
	}
}

func TestAPathIsRefused(t *testing.T) {
	unknown := pkix.Extension{Id: asn1.ObjectIdentifier{1, 2, 3}, Critical: true, Value: []byte{5, 0}}
	good := newVendor(t, nil)
	forged := newVendor(t, nil) // same names, and a root by another key
	forged.root = issue(t, template("Root", 1, true), keyOf(9), authority{})
	forged.middle = issue(t, template("Middle", 2, true), keyOf(8), forged.root)
	forged.leaf = issue(t, template("Leaf", 3, false), keyOf(7), forged.middle)

	type inputs struct {
		path  []*x509.Certificate
		rules pki.Rules
		now   time.Time
	}
	of := func(v vendor) inputs { return inputs{v.path(), v.rules(), now} }
	changed := func(change func(root, middle, leaf *x509.Certificate)) func(*testing.T) inputs {
		return func(t *testing.T) inputs { return of(newVendor(t, change)) }
	}
	with := func(change func(*inputs)) func(*testing.T) inputs {
		return func(*testing.T) inputs {
			in := of(good)
			change(&in)
			return in
		}
	}
	for name, c := range map[string]struct {
		reason string
		in     func(*testing.T) inputs
		want   attest.Code
	}{
		"NoTime":          {"the process's clock is never read", with(func(in *inputs) { in.now = time.Time{} }), attest.NoTime},
		"Empty":           {"nothing proves nothing", with(func(in *inputs) { in.path = nil }), attest.ChainInvalid},
		"EmptyRules":      {"rules that nobody made take nothing", with(func(in *inputs) { in.path, in.rules = nil, pki.Rules{} }), attest.ChainInvalid},
		"TooShort":        {"the root alone is no path", with(func(in *inputs) { in.path = in.path[2:] }), attest.ChainInvalid},
		"TooLong":         {"one authority more than the vendor has", with(func(in *inputs) { in.path = append(in.path[:2:2], in.path[1:]...) }), attest.ChainInvalid},
		"NoRoots":         {"no root, no trust", with(func(in *inputs) { in.rules.Roots = nil }), attest.UnknownRoot},
		"ForgedRoot":      {"a root of the same name by another key", func(*testing.T) inputs { return inputs{forged.path(), good.rules(), now} }, attest.UnknownRoot},
		"ForgedBelow":     {"the genuine root behind forged certificates", with(func(in *inputs) { in.path = append(forged.path()[:2:2], in.path[2]) }), attest.BadSignature},
		"OtherLeaf":       {"a leaf that another authority of that name signed", with(func(in *inputs) { in.path = append(forged.path()[:1:1], in.path[1:]...) }), attest.BadSignature},
		"Turned":          {"root first", with(func(in *inputs) { in.path = []*x509.Certificate{in.path[2], in.path[1], in.path[0]} }), attest.UnknownRoot},
		"LeafEarly":       {"one second before it begins", changed(func(_, _, l *x509.Certificate) { l.NotBefore = now.Add(time.Second) }), attest.NotYetValid},
		"MiddleEarly":     {"one second before it begins", changed(func(_, m, _ *x509.Certificate) { m.NotBefore = now.Add(time.Second) }), attest.NotYetValid},
		"RootEarly":       {"one second before it begins", changed(func(r, _, _ *x509.Certificate) { r.NotBefore = now.Add(time.Second) }), attest.NotYetValid},
		"LeafLate":        {"one second after it ended", changed(func(_, _, l *x509.Certificate) { l.NotAfter = now.Add(-time.Second) }), attest.Expired},
		"MiddleLate":      {"one second after it ended", changed(func(_, m, _ *x509.Certificate) { m.NotAfter = now.Add(-time.Second) }), attest.Expired},
		"RootLate":        {"one second after it ended", changed(func(r, _, _ *x509.Certificate) { r.NotAfter = now.Add(-time.Second) }), attest.Expired},
		"CriticalLeaf":    {"an extension that must be understood", changed(func(_, _, l *x509.Certificate) { l.ExtraExtensions = []pkix.Extension{unknown} }), attest.ChainInvalid},
		"CriticalRoot":    {"an extension that must be understood", changed(func(r, _, _ *x509.Certificate) { r.ExtraExtensions = []pkix.Extension{unknown} }), attest.ChainInvalid},
		"OtherAlgorithm":  {"signed as this vendor never does", with(func(in *inputs) { in.rules.Algorithms = []x509.SignatureAlgorithm{x509.ECDSAWithSHA256} }), attest.ChainInvalid},
		"NoAlgorithm":     {"rules name what is taken", with(func(in *inputs) { in.rules.Algorithms = nil }), attest.ChainInvalid},
		"OtherIssuer":     {"the leaf is of the root", with(func(in *inputs) { in.path[0] = issue(t, template("Leaf", 3, false), keyOf(3), good.root).Certificate }), attest.ChainInvalid},
		"NoAuthority":     {"a leaf that signs", changed(func(_, m, _ *x509.Certificate) { m.IsCA, m.KeyUsage = false, x509.KeyUsageDigitalSignature }), attest.ChainInvalid},
		"NoConstraints":   {"an authority that does not say it is one", changed(func(_, m, _ *x509.Certificate) { m.IsCA, m.BasicConstraintsValid, m.KeyUsage = false, false, 0 }), attest.ChainInvalid},
		"MayNotSign":      {"an authority for lists alone", changed(func(_, m, _ *x509.Certificate) { m.KeyUsage = x509.KeyUsageCRLSign }), attest.ChainInvalid},
		"RootMayNotSign":  {"a root for lists alone", changed(func(r, _, _ *x509.Certificate) { r.KeyUsage = x509.KeyUsageCRLSign }), attest.ChainInvalid},
		"NoAuthorityMore": {"a root with no authority below it", changed(func(r, _, _ *x509.Certificate) { r.MaxPathLen, r.MaxPathLenZero = 0, true }), attest.ChainInvalid},
		"MiddleMayLeaves": {"an authority with leaves alone below it is right", changed(func(_, m, _ *x509.Certificate) { m.MaxPathLen, m.MaxPathLenZero = 0, true }), attest.Accepted},
		"NoKeyUsage":      {"older roots name no usage", changed(func(r, _, _ *x509.Certificate) { r.KeyUsage = 0 }), attest.Accepted},
		"KnownCritical": {"the caller checks this extension himself", func(t *testing.T) inputs {
			in := of(newVendor(t, func(_, _, l *x509.Certificate) { l.ExtraExtensions = []pkix.Extension{unknown} }))
			in.rules.Critical = []string{"1.2.3"}
			return in
		}, attest.Accepted},
	} {
		t.Run(name, func(t *testing.T) {
			in := c.in(t)
			until, err := pki.Verify(in.path, in.rules, in.now)
			require.Equal(t, c.want, attest.CodeOf(err), "%s: %v", c.reason, err)
			require.Equal(t, c.want != attest.Accepted, until.IsZero(), "an end only where it holds")
		})
	}
}

// Whatever bit of a leaf is changed, it is no longer the vendor's. A changed bit of the signature's own frame may fail to parse.
func TestNoBitOfALeafMayChange(t *testing.T) {
	v := newVendor(t, nil)
	rapid.Check(t, func(t *rapid.T) {
		raw := append([]byte(nil), v.leaf.Raw...)
		raw[rapid.IntRange(0, len(raw)-1).Draw(t, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		leaf, err := pki.Parse(raw)
		if err != nil {
			require.Equal(t, attest.Malformed, attest.CodeOf(err))
			return
		}
		_, err = pki.Verify([]*x509.Certificate{leaf, v.middle.Certificate, v.root.Certificate}, v.rules(), now)
		require.Error(t, err)
	})
}

func TestAPathIsFoundByNamesAndKeys(t *testing.T) {
	v := newVendor(t, nil)
	decoy := issue(t, template("Middle", 2, true), keyOf(9), v.root) // the right name, another key
	for name, c := range map[string]struct {
		reason string
		others []*x509.Certificate
		want   attest.Code
	}{
		"RootNotSent": {"pinned roots are added", []*x509.Certificate{v.middle.Certificate}, attest.Accepted},
		"AnyOrder":    {"senders order as they like", []*x509.Certificate{v.root.Certificate, v.leaf.Certificate, v.middle.Certificate}, attest.Accepted},
		"Decoy":       {"a namesake that did not sign is passed over", []*x509.Certificate{decoy.Certificate, v.middle.Certificate}, attest.Accepted},
		"DecoyAlone":  {"a namesake that did not sign is no issuer", []*x509.Certificate{decoy.Certificate}, attest.MissingChain},
		"Nothing":     {"the issuer was not given", nil, attest.MissingChain},
	} {
		t.Run(name, func(t *testing.T) {
			path, err := pki.Path(v.leaf.Certificate, c.others, v.rules())
			require.Equal(t, c.want, attest.CodeOf(err), c.reason)
			if err == nil {
				require.Equal(t, v.path(), path, c.reason)
			}
		})
	}
}
