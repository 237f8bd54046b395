// Package vendors is the makers of trusted hardware whose word the chain takes: their verifiers over roots that are pinned in this
// tree, and the readers of what they sign about their platforms.
//
// Guarantee: nothing but bytes of this tree decides who is a vendor; parameters of the chain add software TPMs for development
// chains, and no vendor of hardware.
package vendors

import (
	"crypto/x509"
	"time"

	errorsmod "cosmossdk.io/errors"

	"github.com/virtengine/virtengine/chain/x/enclave/types"
	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/intel"
	"github.com/virtengine/virtengine/enclave/attest/nitro"
	"github.com/virtengine/virtengine/enclave/attest/pki"
	"github.com/virtengine/virtengine/enclave/attest/sevsnp"
	"github.com/virtengine/virtengine/enclave/attest/tpm2"
	"github.com/virtengine/virtengine/enclave/evidence"
)

// Roots are whom the chain believes.
type Roots struct {
	Intel  []*x509.Certificate
	AMD    sevsnp.RootSet
	Amazon []*x509.Certificate
}

// Vendors are the verifiers of all platforms that can be verified. It is types.Vendors.
type Vendors struct {
	intel  *intel.Verifier
	amd    *sevsnp.Verifier
	amazon *nitro.Verifier
}

var _ types.Vendors = Vendors{}

// Pinned are the vendors over the roots of this tree.
func Pinned() (types.Vendors, error) {
	ofIntel, err := intel.Roots()
	if err != nil {
		return nil, err
	}
	ofAMD, err := sevsnp.Roots()
	if err != nil {
		return nil, err
	}
	ofAmazon, err := nitro.Roots()
	if err != nil {
		return nil, err
	}
	return New(Roots{Intel: ofIntel, AMD: ofAMD, Amazon: ofAmazon})
}

// New are the vendors over other roots, which tests make.
func New(r Roots) (types.Vendors, error) {
	var v Vendors
	var err error
	if v.intel, err = intel.New(r.Intel); err != nil {
		return nil, err
	}
	if v.amd, err = sevsnp.New(r.AMD); err != nil {
		return nil, err
	}
	if v.amazon, err = nitro.New(r.Amazon); err != nil {
		return nil, err
	}
	return v, nil
}

// Verifier of a platform. Fails with ErrPlatform: no maker of TPMs is pinned, and Azure's chain and simulated platforms have no
// verifier here.
func (v Vendors) Verifier(p evidence.Platform, development []types.DevelopmentRoot) (attest.Verifier, error) {
	switch p {
	case evidence.SGX, evidence.TDX:
		return v.intel, nil
	case evidence.SEVSNP:
		return v.amd, nil
	case evidence.Nitro:
		return v.amazon, nil
	case evidence.SoftTPM:
		return soft(development)
	}
	return nil, errorsmod.Wrapf(types.ErrPlatform, "%s has no verifier", p)
}

// soft verifies software TPMs whose authority the parameters of a development chain name.
func soft(development []types.DevelopmentRoot) (attest.Verifier, error) {
	rules := pki.Rules{Length: 2, Algorithms: []x509.SignatureAlgorithm{x509.ECDSAWithSHA256, x509.ECDSAWithSHA384, x509.SHA256WithRSA}}
	for _, r := range development {
		if evidence.Platform(r.Platform) != evidence.SoftTPM {
			continue
		}
		c, err := pki.Parse(r.Root)
		if err != nil {
			return nil, errorsmod.Wrapf(types.ErrPlatform, "the development root of %s: %s", evidence.SoftTPM, err)
		}
		rules.Roots = append(rules.Roots, c)
	}
	if len(rules.Roots) == 0 {
		return nil, errorsmod.Wrapf(types.ErrPlatform, "%s: the parameters name no development root", evidence.SoftTPM)
	}
	v, err := tpm2.New(evidence.SoftTPM, rules)
	if err != nil {
		return nil, errorsmod.Wrap(types.ErrPlatform, err.Error())
	}
	return v, nil
}

// Wants names the collateral that evidence is judged by.
func (v Vendors) Wants(ev evidence.Evidence) ([]types.Want, error) {
	switch ev.Platform {
	case evidence.SGX, evidence.TDX:
		w, err := intel.WantedBy(ev.Body)
		if err != nil {
			return nil, err
		}
		return []types.Want{
			{Class: attest.TCBInfo, Key: w.TEE + "/" + w.FMSPC}, {Class: attest.QEIdentity, Key: w.TEE},
			{Class: attest.RootCRL, Key: intel.KeyRoot}, {Class: attest.PCKCRL, Key: w.Issuer}, {Class: attest.Certificates, Key: signer},
		}, nil
	}
	return nil, nil // the others bring all that they are judged by
}

// signer is the key of Intel's TCB signer among certificates: one at a time, the one whose certificate began last.
const signer = "intel/tcb_signer"

// Read checks collateral of Intel; no other vendor's is kept.
func (v Vendors) Read(item attest.Item, chain []*x509.Certificate, now time.Time) ([]types.Collateral, error) {
	d, err := v.intel.Read(item, chain, now)
	if err != nil {
		return nil, err
	}
	out := []types.Collateral{{Class: string(item.Class), Key: d.Key, Raw: item.Raw, Issued: d.Issued, Next: d.Next, Number: d.Number}}
	if d.Signer != nil {
		out = append(out, types.Collateral{Class: string(attest.Certificates), Key: signer, Raw: d.Signer.Raw, Issued: d.Signer.NotBefore, Next: d.Signer.NotAfter})
	}
	return out, nil
}
