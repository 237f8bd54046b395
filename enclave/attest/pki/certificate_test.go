package pki_test

import (
	"bytes"
	"encoding/pem"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/pki"
)

func block(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func TestCertificatesAreReadWithNothingBeside(t *testing.T) {
	v := newVendor(t, nil)
	one := block("CERTIFICATE", v.leaf.Raw)
	for name, c := range map[string]struct {
		reason string
		raw    []byte
		n      int
		want   attest.Code
	}{
		"DER":        {"one", v.leaf.Raw, 1, attest.Accepted},
		"PEM":        {"one", one, 1, attest.Accepted},
		"Chain":      {"white space between and behind", slices.Concat([]byte("\n"), one, []byte("\n \n"), block("CERTIFICATE", v.middle.Raw), []byte("\n")), 2, attest.Accepted},
		"AtCap":      {"as many as are taken", bytes.Repeat(one, pki.MaxCertificates), pki.MaxCertificates, attest.Accepted},
		"AboveCap":   {"one more", bytes.Repeat(one, pki.MaxCertificates+1), 0, attest.TooLarge},
		"Large":      {"bounded before it is parsed", make([]byte, pki.MaxCertificate+1), 0, attest.TooLarge},
		"LargeBlock": {"bounded before it is parsed", block("CERTIFICATE", make([]byte, pki.MaxCertificate+1)), 0, attest.TooLarge},
		"Nothing":    {"no certificate", nil, 0, attest.Malformed},
		"Noise":      {"no certificate", []byte("certificate"), 0, attest.Malformed},
		"BehindDER":  {"a byte behind", append(slices.Clone(v.leaf.Raw), 0), 0, attest.Malformed},
		"Between":    {"text between blocks", slices.Concat(one, []byte("and\n"), one), 0, attest.TrailingBytes},
		"Behind":     {"text behind the last block", slices.Concat(one, []byte("more")), 0, attest.TrailingBytes},
		"OtherKind":  {"a key where certificates belong", block("PRIVATE KEY", v.leaf.Raw), 0, attest.Malformed},
		"Headers":    {"a block that says more than a certificate", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Headers: map[string]string{"a": "b"}, Bytes: v.leaf.Raw}), 0, attest.Malformed},
		"Cut":        {"a block without end", one[:len(one)-10], 0, attest.Malformed},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := pki.ParseAll(c.raw)
			require.Equal(t, c.want, attest.CodeOf(err), "%s: %v", c.reason, err)
			require.Len(t, got, c.n)
		})
	}
}

func TestAListIsReadWithNothingBeside(t *testing.T) {
	v := newVendor(t, nil)
	l := list(t, v.middle, nil, 3).Raw
	one := block("X509 CRL", l)
	for name, c := range map[string]struct {
		reason string
		raw    []byte
		want   attest.Code
	}{
		"DER":       {"as served", l, attest.Accepted},
		"PEM":       {"as people keep it", one, attest.Accepted},
		"Space":     {"a line end behind", append(slices.Clone(one), '\n'), attest.Accepted},
		"Large":     {"bounded before it is parsed", make([]byte, pki.MaxCRL+1), attest.TooLarge},
		"Two":       {"one at a time", slices.Concat(one, one), attest.TrailingBytes},
		"OtherKind": {"a certificate where a list belongs", block("CERTIFICATE", l), attest.Malformed},
		"Noise":     {"no list", []byte("list"), attest.Malformed},
		"BehindDER": {"a byte behind", append(slices.Clone(l), 0), attest.TrailingBytes},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := pki.ParseCRL(c.raw)
			require.Equal(t, c.want, attest.CodeOf(err), "%s: %v", c.reason, err)
		})
	}
}

func TestStrangersWordsStayOutOfMessages(t *testing.T) {
	_, err := pki.ParseAll([]byte("-----BEGIN \x1b[31m" + string(bytes.Repeat([]byte("A"), 90)) + "-----\nAAAA\n-----END \x1b[31m" + string(bytes.Repeat([]byte("A"), 90)) + "-----\n"))
	require.Error(t, err)
	require.NotContains(t, err.Error(), "\x1b")
	require.Less(t, len(err.Error()), 120)
}

func FuzzParseAll(f *testing.F) {
	v := newVendor(f, nil)
	f.Add(v.leaf.Raw)
	f.Add(block("CERTIFICATE", v.leaf.Raw))
	f.Fuzz(func(t *testing.T, raw []byte) {
		certs, err := pki.ParseAll(raw)
		require.LessOrEqual(t, len(certs), pki.MaxCertificates)
		if err == nil && len(certs) > 0 {
			_, _ = pki.Verify(certs, v.rules(), now)
		}
	})
}

func FuzzParseCRL(f *testing.F) {
	v := newVendor(f, nil)
	f.Add(list(f, v.middle, nil, 3).Raw)
	f.Fuzz(func(_ *testing.T, raw []byte) {
		if l, err := pki.ParseCRL(raw); err == nil {
			_ = pki.CheckCRL(l, v.middle.Certificate, v.rules().Algorithms, now)
		}
	})
}
