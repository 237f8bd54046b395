package intel

import (
	"crypto/x509"
	"slices"
	"time"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/intel/collateral"
	"github.com/virtengine/virtengine/enclave/attest/intel/quote"
	"github.com/virtengine/virtengine/enclave/evidence"
)

// Verifier verifies evidence of the platforms evidence.SGX and evidence.TDX. It has no state but its roots, and is safe
// for concurrent use.
type Verifier struct {
	roots []*x509.Certificate
	known []*x509.Certificate // TCB signers of those roots, for collateral that comes without
}

var _ attest.Verifier = (*Verifier)(nil)

// New makes a verifier for roots, which are Roots() but in tests of synthetic vendors. A root must be there, be an
// authority and have signed itself: ChainInvalid.
func New(roots []*x509.Certificate) (*Verifier, error) {
	if len(roots) == 0 {
		return nil, attest.Refuse(attest.ChainInvalid, "a verifier needs a root")
	}
	for _, r := range roots {
		if r == nil || !r.IsCA || !slices.Contains(algorithms, r.SignatureAlgorithm) || r.CheckSignature(r.SignatureAlgorithm, r.RawTBSCertificate, r.Signature) != nil {
			return nil, attest.Refuse(attest.ChainInvalid, "a root is no authority's certificate that is signed with its own key")
		}
	}
	v := &Verifier{roots: slices.Clone(roots)}
	known, err := embedded(signersPEM)
	if err != nil {
		return nil, err
	}
	for _, c := range known {
		if slices.ContainsFunc(roots, func(r *x509.Certificate) bool { return c.CheckSignatureFrom(r) == nil }) {
			v.known = append(v.known, c)
		}
	}
	return v, nil
}

// Verify implements attest.Verifier. ev.Body is the quote; endorsements and runtime of the evidence are not read.
// Collateral: TCBInfo and QEIdentity are needed; Certificates with the TCB signer, RootCRL and PCKCRL are taken where
// they are given.
func (v *Verifier) Verify(ev evidence.Evidence, col attest.Collateral, now time.Time) (attest.Claims, error) {
	if now.IsZero() {
		return attest.Claims{}, attest.Refuse(attest.NoTime, "verification needs the time of the block")
	}
	if ev.Platform != evidence.SGX && ev.Platform != evidence.TDX {
		return attest.Claims{}, attest.Refuse(attest.WrongPlatform, "Intel's verifier reads %s and %s", evidence.SGX, evidence.TDX)
	}
	if err := bounded(col); err != nil {
		return attest.Claims{}, err
	}
	q, err := quote.Parse(ev.Body)
	if q == nil || q.Signed == nil {
		return attest.Claims{}, err
	}
	c := claimsOf(q)
	if err != nil {
		return c, err
	}
	if c.Platform != ev.Platform {
		return c, attest.Refuse(attest.WrongPlatform, "quote of %s, said is %s", c.Platform, ev.Platform)
	}
	if err := refuseOpen(q); err != nil {
		return c, err
	}
	return c, v.judge(&c, q, col, now)
}

func bounded(col attest.Collateral) error {
	if len(col) > attest.MaxItems {
		return attest.Refuse(attest.TooLarge, "%d pieces of collateral, at most %d", len(col), attest.MaxItems)
	}
	for i, item := range col {
		if len(item.Raw) > attest.MaxItem {
			return attest.Refuse(attest.TooLarge, "piece %d of collateral has %d bytes, at most %d", i, len(item.Raw), attest.MaxItem)
		}
	}
	return nil
}

// judge verifies a quote and adds to the claims what is known from elsewhere than its body.
func (v *Verifier) judge(c *attest.Claims, q *quote.Quote, col attest.Collateral, now time.Time) error {
	chain, err := v.certify(q, now)
	if err != nil {
		return err
	}
	c.PlatformID = slices.Concat(chain.FMSPC[:], chain.PPID[:])
	revoked, err := lists(col, chain.issuer, chain.root, now)
	if err != nil {
		return err
	}
	if err := refuseListed(revoked.ofIssuer, "PCK certificate", chain.leaf); err != nil {
		return err
	}
	if err := refuseListed(revoked.ofRoot, "PCK authority", chain.issuer); err != nil {
		return err
	}
	state, err := v.state(q, chain, revoked, col, now)
	if err != nil {
		return err
	}
	c.TCB = state.TCB
	c.Facts = append(c.Facts, attest.Fact{Name: "crl_checked", Value: bit(revoked.complete())})
	c.ValidUntil = earliest(chain.until, state.until, revoked.until)
	return nil
}

// state is what Intel says of a platform, and until when.
type state struct {
	TCB   attest.TCB
	until time.Time
}

func (v *Verifier) state(q *quote.Quote, chain certified, revoked revocation, col attest.Collateral, now time.Time) (state, error) {
	info, err := tcbInfo(col, q.TEE, chain.pck, now)
	if err != nil {
		return state{}, err
	}
	identity, err := qeIdentity(col, q.TEE, now)
	if err != nil {
		return state{}, err
	}
	by, err := v.signers(col, now)
	if err != nil {
		return state{}, err
	}
	until := earliest(info.Next, identity.Next)
	for _, s := range []collateral.Signed{info.Signed, identity.Signed} {
		one, err := check(s, by)
		if err != nil {
			return state{}, err
		}
		if err := refuseListed(revoked.ofRoot, "TCB signer", one.certificate); err != nil {
			return state{}, err
		}
		until = earliest(until, one.until)
	}
	standing, err := stand(q, info, identity, chain.Platform)
	if err != nil {
		return state{}, err
	}
	return state{
		TCB: attest.TCB{
			Status:           string(standing.Status),
			EvaluationNumber: min(info.EvaluationNumber, identity.EvaluationNumber),
			Date:             standing.Date,
			Advisories:       standing.Advisories,
		},
		until: until,
	}, nil
}

func stand(q *quote.Quote, info *collateral.TCBInfo, identity *collateral.QEIdentity, p collateral.Platform) (collateral.Standing, error) {
	qe, err := identity.Standing(q.QE)
	if err != nil {
		return collateral.Standing{}, err
	}
	if q.Domain != nil {
		return info.Domain(p, q.Domain, qe)
	}
	return info.Enclave(p, qe)
}

// earliest gives the first of times, zero ones aside.
func earliest(times ...time.Time) time.Time {
	var out time.Time
	for _, t := range times {
		if !t.IsZero() && (out.IsZero() || t.Before(out)) {
			out = t
		}
	}
	return out
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
