package sevsnptest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"

	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/binary"
	"math/big"
	"testing"
	"time"

	"crypto/sha512"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/enclave/attest/sevsnp"
	"github.com/virtengine/virtengine/security/entropy"
)

// Vendor is the authorities of one line of processors.
type Vendor struct {
	t        *testing.T
	Product  sevsnp.Product
	ark, ask *rsa.PrivateKey
	asvk     *rsa.PrivateKey
	at       time.Time
	serial   int64
}

// bits of the vendor's RSA keys: fewer than AMD's, since tests make many.
const bits = 3072

// New makes a vendor of a product ("Milan", "Genoa" or "Turin") whose certificates are valid for ten years around a time.
func New(t *testing.T, product string, at time.Time) *Vendor {
	t.Helper()
	v := &Vendor{t: t, at: at}
	v.ark, v.ask, v.asvk = v.rsa(), v.rsa(), v.rsa()
	v.Product.Name = product
	v.Product.ARK = v.authority("ARK-"+product, v.ark, nil, v.ark)
	v.Product.ASK = v.authority("SEV-"+product, v.ask, v.Product.ARK, v.ark)
	v.Product.ASVK = v.authority("SEV-VLEK-"+product, v.asvk, v.Product.ARK, v.ark)
	return v
}

// Roots are what a verifier of this vendor pins.
func (v *Vendor) Roots() sevsnp.RootSet { return sevsnp.RootSet{v.Product} }

func (v *Vendor) rsa() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(entropy.Reader(), bits)
	require.NoError(v.t, err)
	return k
}

func (v *Vendor) authority(name string, key *rsa.PrivateKey, parent *x509.Certificate, by *rsa.PrivateKey) *x509.Certificate {
	v.serial++
	template := &x509.Certificate{
		SerialNumber: big.NewInt(v.serial), Subject: pkix.Name{CommonName: name, Organization: []string{"Synthetic"}},
		NotBefore: v.at.AddDate(-5, 0, 0), NotAfter: v.at.AddDate(5, 0, 0), BasicConstraintsValid: true, IsCA: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, SignatureAlgorithm: x509.SHA384WithRSAPSS,
	}
	if parent == nil {
		parent = template
	}
	return v.sign(template, parent, &key.PublicKey, by)
}

func (v *Vendor) sign(template, parent *x509.Certificate, public crypto.PublicKey, by *rsa.PrivateKey) *x509.Certificate {
	der, err := x509.CreateCertificate(entropy.Reader(), template, parent, public, by)
	require.NoError(v.t, err)
	c, err := x509.ParseCertificate(der)
	require.NoError(v.t, err)
	return c
}

// TCB is the firmware of a chip; FMC is of Turin alone.
type TCB struct{ FMC, Bootloader, TEE, SNP, Microcode uint8 }

// word is a TCB_VERSION in the layout of a product.
func (t TCB) word(product string) []byte {
	if product == "Turin" {
		return []byte{t.FMC, t.Bootloader, t.TEE, t.SNP, 0, 0, 0, t.Microcode}
	}
	return []byte{t.Bootloader, t.TEE, 0, 0, 0, 0, t.SNP, t.Microcode}
}

// Chip is a processor with the key that its firmware signs with.
type Chip struct {
	v           *Vendor
	ID          [64]byte
	TCB         TCB
	Certificate *x509.Certificate // VCEK or VLEK
	key         *ecdsa.PrivateKey
	vlek        bool
}

// Chip makes a chip with a VCEK for its firmware. A Turin's id has 8 bytes.
func (v *Vendor) Chip(id byte, tcb TCB) *Chip {
	v.t.Helper()
	c := &Chip{v: v, TCB: tcb}
	n := len(c.ID)
	if v.Product.Name == "Turin" {
		n = 8
	}
	for i := range c.ID[:n] {
		c.ID[i] = id
	}
	c.certify("SEV-VCEK", v.Product.ASK, v.ask, v.at.AddDate(3, 0, 0), ext(c.ID[:n], 4))
	return c
}

// Rented makes a chip that a provider signs for with a VLEK, which ends at a time.
func (v *Vendor) Rented(tcb TCB, until time.Time) *Chip {
	v.t.Helper()
	c := &Chip{v: v, TCB: tcb, vlek: true}
	provider, err := asn1.Marshal("provider")
	require.NoError(v.t, err)
	c.certify("SEV-VLEK", v.Product.ASVK, v.asvk, until, ext(provider, 5))
	return c
}

// ext is an extension of AMD's arc.
func ext(value []byte, last ...int) pkix.Extension {
	return pkix.Extension{Id: append(asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 3704, 1}, last...), Value: value}
}

func (c *Chip) certify(name string, issuer *x509.Certificate, by *rsa.PrivateKey, until time.Time, more ...pkix.Extension) {
	v := c.v
	var err error
	c.key, err = ecdsa.GenerateKey(elliptic.P384(), entropy.Reader())
	require.NoError(v.t, err)
	parts := []struct {
		last  int
		value uint8
	}{{1, c.TCB.Bootloader}, {2, c.TCB.TEE}, {3, c.TCB.SNP}, {8, c.TCB.Microcode}, {9, c.TCB.FMC}}
	if v.Product.Name != "Turin" {
		parts = parts[:4] // no FMC
	}
	for _, p := range parts {
		der, err := asn1.Marshal(int(p.value))
		require.NoError(v.t, err)
		more = append(more, ext(der, 3, p.last))
	}
	c.Certificate = v.sign(&x509.Certificate{
		SerialNumber: big.NewInt(100), Subject: pkix.Name{CommonName: name}, NotBefore: v.at.AddDate(-1, 0, 0), NotAfter: until,
		SignatureAlgorithm: x509.SHA384WithRSAPSS, ExtraExtensions: more,
	}, issuer, &c.key.PublicKey, by)
}

// Guest is what a report says besides the chip. The zero Guest runs at VMPL 0 under a policy that allows nothing.
type Guest struct {
	Version     uint32 // of the report; 0: 3
	Launch      [48]byte
	ReportData  [64]byte
	VMPL        uint32
	Policy      uint64
	NoAlias     bool // memory was not checked for aliases
	Provisional bool // the running firmware is newer than the committed one
	HideChip    bool
}

// Report signs a report of a guest on the chip.
func (c *Chip) Report(g Guest) []byte {
	c.v.t.Helper()
	if g.Version == 0 {
		g.Version = 3
	}
	raw := make([]byte, sevsnp.ReportBytes)
	le := binary.LittleEndian
	le.PutUint32(raw, g.Version)
	le.PutUint64(raw[8:], g.Policy|1<<17)
	le.PutUint32(raw[0x30:], g.VMPL)
	le.PutUint32(raw[0x34:], 1)
	if !g.NoAlias {
		le.PutUint64(raw[0x40:], 1<<5)
	}
	if c.vlek {
		le.PutUint32(raw[0x48:], 1<<2)
	}
	copy(raw[0x50:], g.ReportData[:])
	copy(raw[0x90:], g.Launch[:])
	word := c.TCB.word(c.v.Product.Name)
	for _, at := range []int{0x38, 0x180, 0x1e0, 0x1f0} {
		copy(raw[at:], word)
	}
	if g.Provisional {
		raw[0x38+7]++
	}
	if g.Version >= 3 {
		raw[0x188], raw[0x189] = 0x19, 0x01
		switch c.v.Product.Name {
		case "Genoa":
			raw[0x189] = 0x11
		case "Turin":
			raw[0x188], raw[0x189] = 0x1a, 0x02
		}
	}
	if !g.HideChip && !c.vlek {
		copy(raw[0x1a0:], c.ID[:])
	}
	c.sign(raw)
	return raw
}

func (c *Chip) sign(raw []byte) {
	const signed, width = 0x2a0, 72
	sum := sha512.Sum384(raw[:signed])
	r, s, err := ecdsa.Sign(entropy.Reader(), c.key, sum[:])
	require.NoError(c.v.t, err)
	for i, n := range []*big.Int{r, s} {
		big := n.FillBytes(make([]byte, width))
		for k, b := range big {
			raw[signed+i*width+width-1-k] = b
		}
	}
}

// CRL is the ARK's list, with the ASK on it or not.
func (v *Vendor) CRL(withASK bool, from, until time.Time) []byte {
	v.t.Helper()
	l := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: from, NextUpdate: until, SignatureAlgorithm: x509.SHA384WithRSAPSS}
	if withASK {
		l.RevokedCertificateEntries = []x509.RevocationListEntry{{SerialNumber: v.Product.ASK.SerialNumber, RevocationTime: from}}
	}
	der, err := x509.CreateRevocationList(entropy.Reader(), l, v.Product.ARK, v.ark)
	require.NoError(v.t, err)
	return der
}
