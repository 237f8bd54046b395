package types

import (
	"math"
	"slices"
	"time"

	errorsmod "cosmossdk.io/errors"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/evidence"
)

// Bounds of a policy.
const (
	MaxRules    = 64
	MaxStatuses = 32
	maxAge      = 10 * 365 * 24 * 3600
)

// Validate fails with ErrPolicy.
func (p VendorPolicy) Validate() error {
	if !Known(evidence.Platform(p.Platform)) {
		return errorsmod.Wrapf(ErrPolicy, "platform %q", p.Platform)
	}
	if len(p.Rules) > MaxRules || len(p.TcbStatuses) > MaxStatuses || len(p.Advisories) > 8*MaxStatuses {
		return errorsmod.Wrapf(ErrPolicy, "%d rules, %d statuses, %d advisories", len(p.Rules), len(p.TcbStatuses), len(p.Advisories))
	}
	for _, s := range append(slices.Clone(p.TcbStatuses), p.Advisories...) {
		if s == "" || len(s) > maxText {
			return errorsmod.Wrapf(ErrPolicy, "status or advisory %q", s)
		}
	}
	if p.MaxAgeSeconds > maxAge {
		return errorsmod.Wrapf(ErrPolicy, "max_age_seconds is %d, at most %d", p.MaxAgeSeconds, maxAge)
	}
	for _, r := range p.Rules {
		if r.Fact == "" || len(r.Fact) > maxText || len(r.IfFact) > maxText || r.Code == "" || len(r.Code) > maxText || r.Code == string(attest.Accepted) {
			return errorsmod.Wrapf(ErrPolicy, "rule of fact %q with code %q", r.Fact, r.Code)
		}
		if !slices.Contains([]attest.Op{attest.Equal, attest.AtLeast, attest.AtMost}, attest.Op(r.Op)) {
			return errorsmod.Wrapf(ErrPolicy, "rule of fact %q has the operator %q: eq, ge and le are known", r.Fact, r.Op)
		}
	}
	return nil
}

// Appraisal is the policy as enclave/attest has it, for any measurement: which ones serve is asked apart.
func (p VendorPolicy) Appraisal() attest.Policy {
	out := attest.Policy{
		Platform: evidence.Platform(p.Platform), TCBStatuses: p.TcbStatuses, MinEvaluationNumber: p.MinEvaluationNumber,
		AnyMeasurement: true, MaxAge: time.Duration(min(p.MaxAgeSeconds, math.MaxInt32)) * time.Second,
	}
	if !p.AnyAdvisory {
		out.Advisories = append([]string{}, p.Advisories...)
	}
	if p.MinTcbDate != nil {
		out.MinTCBDate = *p.MinTcbDate
	}
	for _, r := range p.Rules {
		out.Rules = append(out.Rules, attest.Rule{
			Fact: r.Fact, Op: attest.Op(r.Op), Value: r.Value, Code: attest.Code(r.Code), If: r.IfFact, IfValue: r.IfValue,
		})
	}
	return out
}

// PolicyOf writes a policy of enclave/attest as state has it, for a platform that is taken.
func PolicyOf(p attest.Policy) VendorPolicy {
	out := VendorPolicy{
		Platform: string(p.Platform), Allowed: true, TcbStatuses: p.TCBStatuses, Advisories: p.Advisories, AnyAdvisory: p.Advisories == nil,
		MinEvaluationNumber: p.MinEvaluationNumber, MaxAgeSeconds: uint64(max(0, p.MaxAge/time.Second)),
	}
	if !p.MinTCBDate.IsZero() {
		out.MinTcbDate = &p.MinTCBDate
	}
	for _, r := range p.Rules {
		out.Rules = append(out.Rules, Rule{Fact: r.Fact, Op: string(r.Op), Value: r.Value, Code: string(r.Code), IfFact: r.If, IfValue: r.IfValue})
	}
	return out
}
