package attest

import (
	"bytes"
	"slices"
	"time"

	"github.com/virtengine/virtengine/enclave/evidence"
)

// Policy is what we ask of one platform, beyond being genuine. It is data: of chain state, or of a file. The zero value
// takes no TCB status and no measurement, so forgetting it accepts nothing.
type Policy struct {
	Platform            evidence.Platform
	TCBStatuses         []string // words of the vendor that are taken; for platforms without such words: empty
	Advisories          []string // advisories that a status other than UpToDate may name; nil: any
	MinEvaluationNumber uint64   // of Intel's collateral
	MinTCBDate          time.Time
	Rules               []Rule // every rule must hold
	Measurements        []Allowed
	AnyMeasurement      bool // true where the caller wants to know what runs and has no list, as ve-attest does
	DeniedPlatforms     [][]byte
	MaxAge              time.Duration // of statements that say when they were made; 0: no limit
}

// Op compares a fact with a rule's value.
type Op string

const (
	Equal   Op = "eq"
	AtLeast Op = "ge"
	AtMost  Op = "le"
)

// Rule asks something of a fact. A fact that the evidence does not state breaks the rule, unless the rule has If and the
// fact named there has another value than IfValue.
type Rule struct {
	Fact    string
	Op      Op
	Value   uint64
	Code    Code   // what a broken rule is called
	If      string // empty: always
	IfValue uint64
}

// Allowed is a set of measurements that must all be there with these values.
type Allowed struct {
	Name         string // of the release, for people
	Measurements []Measurement
}

// Appraise says whether verified claims are good enough, by a Refusal if not. now is as for Verify.
func Appraise(c Claims, p Policy, now time.Time) error {
	if now.IsZero() {
		return Refuse(NoTime, "appraisal needs the time of the block")
	}
	if p.Platform != c.Platform {
		return Refuse(PlatformRefused, "evidence of %s, policy of %s", c.Platform, p.Platform)
	}
	if c.Debug {
		return Refuse(Debug, "debugging is on")
	}
	for _, step := range []func(Claims, Policy, time.Time) error{appraiseTCB, appraiseRules, appraisePlatform, appraiseAge, appraiseMeasurements} {
		if err := step(c, p, now); err != nil {
			return err
		}
	}
	return nil
}

func appraiseTCB(c Claims, p Policy, _ time.Time) error {
	if c.TCB.Status == "" {
		return nil
	}
	if !slices.Contains(p.TCBStatuses, c.TCB.Status) {
		code := TCBStatus
		switch c.TCB.Status {
		case "OutOfDate", "OutOfDateConfigurationNeeded":
			code = OutOfDate
		case "Revoked":
			code = TCBRevoked
		}
		return Refuse(code, "TCB status %s is not among %v", c.TCB.Status, p.TCBStatuses)
	}
	if c.TCB.EvaluationNumber < p.MinEvaluationNumber {
		return Refuse(OldCollateral, "TCB evaluation %d, least %d", c.TCB.EvaluationNumber, p.MinEvaluationNumber)
	}
	if c.TCB.Date.Before(p.MinTCBDate) {
		return Refuse(TCBTooLow, "TCB of %s, least %s", c.TCB.Date.UTC().Format(time.DateOnly), p.MinTCBDate.UTC().Format(time.DateOnly))
	}
	if p.Advisories == nil || c.TCB.Status == "UpToDate" {
		return nil
	}
	for _, a := range c.TCB.Advisories {
		if !slices.Contains(p.Advisories, a) {
			return Refuse(TCBStatus, "advisory %q is not among those that are taken", a)
		}
	}
	return nil
}

func appraiseRules(c Claims, p Policy, _ time.Time) error {
	for _, r := range p.Rules {
		if r.If != "" {
			if v, ok := c.Fact(r.If); !ok || v != r.IfValue {
				continue
			}
		}
		v, ok := c.Fact(r.Fact)
		if !ok {
			return Refuse(r.Code, "%s is not stated", r.Fact)
		}
		if !r.holds(v) {
			return Refuse(r.Code, "%s is %d, asked is %s %d", r.Fact, v, r.Op, r.Value)
		}
	}
	return nil
}

func (r Rule) holds(v uint64) bool {
	switch r.Op {
	case Equal:
		return v == r.Value
	case AtLeast:
		return v >= r.Value
	case AtMost:
		return v <= r.Value
	}
	return false // an operator that nobody knows holds for nothing
}

func appraisePlatform(c Claims, p Policy, _ time.Time) error {
	for _, d := range p.DeniedPlatforms {
		if bytes.Equal(d, c.PlatformID) {
			return Refuse(PlatformIDDenied, "machine %x", c.PlatformID)
		}
	}
	return nil
}

func appraiseAge(c Claims, p Policy, now time.Time) error {
	if p.MaxAge == 0 || c.IssuedAt.IsZero() {
		return nil
	}
	if age := now.Sub(c.IssuedAt); age > p.MaxAge {
		return Refuse(TooOld, "made %s ago, at most %s", age, p.MaxAge)
	}
	return nil
}

func appraiseMeasurements(c Claims, p Policy, _ time.Time) error {
	if p.AnyMeasurement {
		return nil
	}
	for _, a := range p.Measurements {
		if a.Fits(c) {
			return nil
		}
	}
	return Refuse(UnknownMeasure, "what runs is none of %d allowed releases", len(p.Measurements))
}

// Fits says whether claims have all the measurements of a release. A release without any fits nothing.
func (a Allowed) Fits(c Claims) bool {
	for _, want := range a.Measurements {
		got, ok := c.Measured(want.Name)
		if !ok || !bytes.Equal(got, want.Value) {
			return false
		}
	}
	return len(a.Measurements) > 0
}
