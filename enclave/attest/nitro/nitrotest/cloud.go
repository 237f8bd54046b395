package nitrotest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/entropy"
)

// Cloud is the authorities of a region, and an instance's key.
type Cloud struct {
	t      *testing.T
	Root   *x509.Certificate
	bundle [][]byte // root first
	leaf   *x509.Certificate
	key    *ecdsa.PrivateKey
}

// New makes a cloud with a root, a region and an instance; the leaf is valid for three hours from a time on.
func New(t *testing.T, at time.Time) *Cloud {
	t.Helper()
	c := &Cloud{t: t}
	rootKey, regionKey := c.generate(), c.generate()
	c.key = c.generate()
	c.Root = c.certify(1, "root", at.AddDate(-10, 0, 0), at.AddDate(10, 0, 0), true, nil, rootKey, rootKey)
	region := c.certify(2, "region", at.AddDate(0, 0, -1), at.AddDate(0, 0, 20), true, c.Root, regionKey, rootKey)
	c.leaf = c.certify(3, "instance", at, at.Add(3*time.Hour), false, region, c.key, regionKey)
	c.bundle = [][]byte{c.Root.Raw, region.Raw}
	return c
}

func (c *Cloud) generate() *ecdsa.PrivateKey {
	k, err := ecdsa.GenerateKey(elliptic.P384(), entropy.Reader())
	require.NoError(c.t, err)
	return k
}

func (c *Cloud) certify(serial int64, name string, from, until time.Time, authority bool, parent *x509.Certificate, key, by *ecdsa.PrivateKey) *x509.Certificate {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name, Organization: []string{"Synthetic"}}, NotBefore: from, NotAfter: until,
		SignatureAlgorithm: x509.ECDSAWithSHA384, BasicConstraintsValid: true, IsCA: authority, KeyUsage: x509.KeyUsageDigitalSignature,
	}
	if authority {
		template.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	}
	if parent == nil {
		parent = template
	}
	der, err := x509.CreateCertificate(entropy.Reader(), template, parent, &key.PublicKey, by)
	require.NoError(c.t, err)
	out, err := x509.ParseCertificate(der)
	require.NoError(c.t, err)
	return out
}

// Document is what an enclave has its hypervisor sign. Fields that are nil are left out as null.
type Document struct {
	Module      string            `cbor:"module_id"`
	Digest      string            `cbor:"digest"`
	Timestamp   int64             `cbor:"timestamp"` // ms since 1970
	PCRs        map[uint64][]byte `cbor:"pcrs"`
	Certificate []byte            `cbor:"certificate"`
	Bundle      [][]byte          `cbor:"cabundle"`
	PublicKey   []byte            `cbor:"public_key"`
	UserData    []byte            `cbor:"user_data"`
	Nonce       []byte            `cbor:"nonce"`
}

// Document is one of an enclave whose PCR0 to PCR2 begin with a byte, made at a time.
func (c *Cloud) Document(image byte, at time.Time) Document {
	pcr := func(i byte) []byte { return append([]byte{image, i}, make([]byte, 46)...) }
	return Document{
		Module: "i-0123456789abcdef0-enc0123456789abcde", Digest: "SHA384", Timestamp: at.UnixMilli(), Certificate: c.leaf.Raw, Bundle: c.bundle,
		PCRs: map[uint64][]byte{0: pcr(0), 1: pcr(1), 2: pcr(2), 3: make([]byte, 48), 4: make([]byte, 48), 8: make([]byte, 48)},
	}
}

// Sign signs a document, as COSE_Sign1 without a tag.
func (c *Cloud) Sign(d Document) []byte {
	c.t.Helper()
	ordered, err := cbor.CoreDetEncOptions().EncMode()
	require.NoError(c.t, err)
	payload, err := ordered.Marshal(d)
	require.NoError(c.t, err)
	return c.SignRaw(payload)
}

// SignRaw signs any payload.
func (c *Cloud) SignRaw(payload []byte) []byte {
	c.t.Helper()
	header := []byte{0xa1, 0x01, 0x38, 0x22} // {1: -35}, ES384
	body, err := cbor.Marshal([]any{"Signature1", header, []byte{}, payload})
	require.NoError(c.t, err)
	sum := sha512.Sum384(body)
	r, s, err := ecdsa.Sign(entropy.Reader(), c.key, sum[:])
	require.NoError(c.t, err)
	signature := append(r.FillBytes(make([]byte, 48)), s.FillBytes(make([]byte, 48))...)
	raw, err := cbor.Marshal([]any{header, map[int]int{}, payload, signature})
	require.NoError(c.t, err)
	return raw
}
