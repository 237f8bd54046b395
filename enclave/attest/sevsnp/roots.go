package sevsnp

import (
	"crypto/x509"
	"embed"
	"encoding/hex"
	"slices"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/pki"
	"github.com/virtengine/virtengine/security/hashes"
)

const (
	milan = "Milan"
	genoa = "Genoa"
	turin = "Turin"
)

//go:embed roots/*.pem
var files embed.FS

// Product is the authorities of one line of processors.
type Product struct {
	Name string            // "Milan", "Genoa" or "Turin"
	ARK  *x509.Certificate // root
	ASK  *x509.Certificate // signs VCEKs
	ASVK *x509.Certificate // signs VLEKs
}

// RootSet is what a verifier pins.
type RootSet []Product

// Roots gives AMD's authorities, checked against their pins.
func Roots() (RootSet, error) {
	var out RootSet
	for _, p := range [...]struct{ name, vcek, vlek string }{
		{milan, "ask_ark_milan.pem", "ask_ark_milan_vlek.pem"},
		{genoa, "ask_ark_genoa.pem", "ask_ark_genoa_vlek.pem"},
		{turin, "ask_ark_turin_vcek.pem", "ask_ark_turin_vlek.pem"},
	} {
		a, err := embedded(p.vcek)
		if err != nil {
			return nil, err
		}
		b, err := embedded(p.vlek)
		if err != nil {
			return nil, err
		}
		out = append(out, Product{Name: p.name, ARK: a[1], ASK: a[0], ASVK: b[0]})
	}
	return out, nil
}

func embedded(name string) ([]*x509.Certificate, error) {
	text, err := files.ReadFile("roots/" + name)
	if err != nil {
		return nil, attest.Refuse(attest.UnknownRoot, "an embedded root is missing")
	}
	all, err := pki.ParseAll(text)
	if err != nil {
		return nil, err
	}
	if len(all) != 2 {
		return nil, attest.Refuse(attest.UnknownRoot, "an embedded file holds %d certificates, not 2", len(all))
	}
	for _, c := range all {
		if !slices.Contains(pins[:], hex.EncodeToString(hashes.Of(c.Raw).Bytes())) {
			return nil, attest.Refuse(attest.UnknownRoot, "an embedded certificate is not a pinned one")
		}
	}
	return all, nil
}
