package attest_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/evidence"
)

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// machine is what a good TDX guest claims.
func machine() attest.Claims {
	return attest.Claims{
		Platform:     evidence.TDX,
		Measurements: []attest.Measurement{{Name: "mrtd", Value: []byte{1}}, {Name: "rtmr0", Value: []byte{2}}},
		Facts:        []attest.Fact{{Name: "svn", Value: 5}, {Name: "migratable", Value: 1}},
		TCB:          attest.TCB{Status: "UpToDate", EvaluationNumber: 17, Date: now.AddDate(0, -3, 0), Advisories: []string{"INTEL-SA-1", "INTEL-SA-2"}},
		PlatformID:   []byte{9},
		IssuedAt:     now.Add(-time.Hour),
	}
}

// policy takes that guest, and no more than needed.
func policy() attest.Policy {
	return attest.Policy{
		Platform: evidence.TDX, TCBStatuses: []string{"UpToDate"}, MinEvaluationNumber: 17, MinTCBDate: now.AddDate(0, -3, 0),
		Rules:           []attest.Rule{{Fact: "svn", Op: attest.AtLeast, Value: 5, Code: attest.TCBTooLow}},
		Measurements:    []attest.Allowed{{Name: "release 1", Measurements: []attest.Measurement{{Name: "mrtd", Value: []byte{1}}, {Name: "rtmr0", Value: []byte{2}}}}},
		DeniedPlatforms: [][]byte{{8}}, MaxAge: time.Hour,
	}
}

func TestAppraise(t *testing.T) {
	type both struct {
		c attest.Claims
		p attest.Policy
	}
	rule := func(r attest.Rule) func(*both) { return func(b *both) { b.p.Rules = []attest.Rule{r} } }
	for name, c := range map[string]struct {
		reason string
		change func(*both)
		want   attest.Code
	}{
		"Good":             {"all at their limits", func(*both) {}, attest.Accepted},
		"OtherPlatform":    {"a policy is of one platform", func(b *both) { b.p.Platform = evidence.SGX }, attest.PlatformRefused},
		"ZeroPolicy":       {"a policy that nobody made takes nothing", func(b *both) { b.p = attest.Policy{} }, attest.PlatformRefused},
		"EmptyPolicy":      {"a policy with a platform alone takes nothing", func(b *both) { b.p = attest.Policy{Platform: evidence.TDX} }, attest.TCBStatus},
		"Debug":            {"whatever the policy says", func(b *both) { b.c.Debug = true; b.p.AnyMeasurement = true }, attest.Debug},
		"OutOfDate":        {"its own code", func(b *both) { b.c.TCB.Status = "OutOfDate" }, attest.OutOfDate},
		"OutOfDateConfig":  {"its own code", func(b *both) { b.c.TCB.Status = "OutOfDateConfigurationNeeded" }, attest.OutOfDate},
		"Revoked":          {"its own code", func(b *both) { b.c.TCB.Status = "Revoked" }, attest.TCBRevoked},
		"OtherStatus":      {"not among those taken", func(b *both) { b.c.TCB.Status = "SWHardeningNeeded" }, attest.TCBStatus},
		"StatusTaken":      {"governance may take it", func(b *both) { b.c.TCB.Status, b.p.TCBStatuses = "SWHardeningNeeded", []string{"SWHardeningNeeded"} }, attest.Accepted},
		"OutOfDateTaken":   {"governance may take even that", func(b *both) { b.c.TCB.Status, b.p.TCBStatuses = "OutOfDate", []string{"OutOfDate"} }, attest.Accepted},
		"OldEvaluation":    {"one below", func(b *both) { b.c.TCB.EvaluationNumber = 16 }, attest.OldCollateral},
		"OldTCB":           {"one second before the least date", func(b *both) { b.p.MinTCBDate = b.c.TCB.Date.Add(time.Second) }, attest.TCBTooLow},
		"NoStatus":         {"AMD and AWS have no words for it", func(b *both) { b.c.TCB = attest.TCB{} }, attest.Accepted},
		"AdvisoryUpToDate": {"advisories of the best status need no list", func(b *both) { b.p.Advisories = []string{} }, attest.Accepted},
		"AdvisoryTaken": {"both are on the list", func(b *both) {
			b.c.TCB.Status, b.p.TCBStatuses, b.p.Advisories = "SWHardeningNeeded", []string{"SWHardeningNeeded"}, []string{"INTEL-SA-2", "INTEL-SA-1"}
		}, attest.Accepted},
		"AdvisoryRefused": {"one is not on the list", func(b *both) {
			b.c.TCB.Status, b.p.TCBStatuses, b.p.Advisories = "SWHardeningNeeded", []string{"SWHardeningNeeded"}, []string{"INTEL-SA-1"}
		}, attest.TCBStatus},
		"NoAdvisoryTaken": {"an empty list is a list", func(b *both) {
			b.c.TCB.Status, b.p.TCBStatuses, b.p.Advisories = "SWHardeningNeeded", []string{"SWHardeningNeeded"}, []string{}
		}, attest.TCBStatus},
		"TooLow":          {"one below", rule(attest.Rule{Fact: "svn", Op: attest.AtLeast, Value: 6, Code: attest.TCBTooLow}), attest.TCBTooLow},
		"AtMost":          {"at its limit", rule(attest.Rule{Fact: "svn", Op: attest.AtMost, Value: 5, Code: attest.PrivilegeLevel}), attest.Accepted},
		"TooHigh":         {"one above", rule(attest.Rule{Fact: "svn", Op: attest.AtMost, Value: 4, Code: attest.PrivilegeLevel}), attest.PrivilegeLevel},
		"Equal":           {"the very value", rule(attest.Rule{Fact: "svn", Op: attest.Equal, Value: 5, Code: attest.Attributes}), attest.Accepted},
		"NotEqual":        {"above is not equal", rule(attest.Rule{Fact: "svn", Op: attest.Equal, Value: 4, Code: attest.Attributes}), attest.Attributes},
		"NotStated":       {"silence breaks a rule", rule(attest.Rule{Fact: "alias_check", Op: attest.AtLeast, Value: 0, Code: attest.NoAliasCheck}), attest.NoAliasCheck},
		"UnknownOperator": {"it holds for nothing", rule(attest.Rule{Fact: "svn", Op: "ne", Value: 1, Code: attest.Attributes}), attest.Attributes},
		"NoOperator":      {"it holds for nothing", rule(attest.Rule{Fact: "svn", Value: 5, Code: attest.Attributes}), attest.Attributes},
		"Applies":         {"the condition is met", rule(attest.Rule{Fact: "svn", Op: attest.Equal, Value: 1, Code: attest.Attributes, If: "migratable", IfValue: 1}), attest.Attributes},
		"DoesNotApply":    {"the condition has another value", rule(attest.Rule{Fact: "svn", Op: attest.Equal, Value: 1, Code: attest.Attributes, If: "migratable", IfValue: 0}), attest.Accepted},
		"NoCondition":     {"a condition that is not stated is not met", rule(attest.Rule{Fact: "svn", Op: attest.Equal, Value: 1, Code: attest.Attributes, If: "product", IfValue: 0}), attest.Accepted},
		"SecondRule": {"every rule must hold", func(b *both) {
			b.p.Rules = append(b.p.Rules, attest.Rule{Fact: "migratable", Op: attest.Equal, Value: 0, Code: attest.Attributes})
		}, attest.Attributes},
		"Denied":       {"this very machine", func(b *both) { b.c.PlatformID = []byte{8} }, attest.PlatformIDDenied},
		"TooOld":       {"one second above", func(b *both) { b.c.IssuedAt = b.c.IssuedAt.Add(-time.Second) }, attest.TooOld},
		"Undated":      {"most platforms do not say when", func(b *both) { b.c.IssuedAt = time.Time{} }, attest.Accepted},
		"NoAge":        {"no limit was asked for", func(b *both) { b.c.IssuedAt, b.p.MaxAge = now.AddDate(-9, 0, 0), 0 }, attest.Accepted},
		"OtherCode":    {"what runs is not allowed", func(b *both) { b.c.Measurements[0].Value = []byte{7} }, attest.UnknownMeasure},
		"PartMissing":  {"every measurement of a release must be there", func(b *both) { b.c.Measurements = b.c.Measurements[:1] }, attest.UnknownMeasure},
		"Cut":          {"a prefix is another digest", func(b *both) { b.c.Measurements[0].Value = []byte{} }, attest.UnknownMeasure},
		"NoReleases":   {"nothing is allowed", func(b *both) { b.p.Measurements = nil }, attest.UnknownMeasure},
		"EmptyRelease": {"a release without measurements fits nothing", func(b *both) { b.p.Measurements = []attest.Allowed{{Name: "any"}} }, attest.UnknownMeasure},
		"SecondRelease": {"one of them is enough", func(b *both) {
			b.p.Measurements = append([]attest.Allowed{{Measurements: []attest.Measurement{{Name: "mrtd", Value: []byte{3}}}}}, b.p.Measurements...)
		}, attest.Accepted},
		"Swapped": {"values of two registers are not exchanged", func(b *both) {
			b.c.Measurements[0].Value, b.c.Measurements[1].Value = []byte{2}, []byte{1}
		}, attest.UnknownMeasure},
		"Any": {"who only looks has no list", func(b *both) { b.p.Measurements, b.p.AnyMeasurement = nil, true }, attest.Accepted},
	} {
		t.Run(name, func(t *testing.T) {
			b := both{machine(), policy()}
			c.change(&b)
			err := attest.Appraise(b.c, b.p, now)
			require.Equal(t, c.want, attest.CodeOf(err), "%s: %v", c.reason, err)
			require.Equal(t, attest.NoTime, attest.CodeOf(attest.Appraise(b.c, b.p, time.Time{})), "the process's clock is never read")
		})
	}
}

func TestNothingIsAcceptedByAccident(t *testing.T) {
	refusal := attest.Refuse(attest.Expired, "certificate %d", 1)
	require.EqualError(t, refusal, "expired: certificate 1")
	require.Equal(t, attest.Accepted, attest.CodeOf(nil))
	require.Equal(t, attest.Expired, attest.CodeOf(refusal))
	require.Equal(t, attest.Expired, attest.CodeOf(fmt.Errorf("wrapped: %w", refusal)))
	require.Equal(t, attest.Malformed, attest.CodeOf(errors.New("an error of somebody else")))
}

func TestClaimsGiveCopies(t *testing.T) {
	c := machine()
	v, ok := c.Measured("mrtd")
	require.True(t, ok)
	v[0] = 0
	again, _ := c.Measured("mrtd")
	require.Equal(t, []byte{1}, again, "who changes what he got changes no claim")
	_, ok = c.Measured("MRTD")
	require.False(t, ok, "names are exact")
	_, ok = c.Fact("none")
	require.False(t, ok)
	got, ok := c.Fact("svn")
	require.True(t, ok)
	require.Equal(t, uint64(5), got)
}

func TestCollateralIsTakenByClass(t *testing.T) {
	col := attest.Collateral{{Class: attest.RootCRL, Raw: []byte{1}}, {Class: attest.PCKCRL, Raw: []byte{2}}, {Class: attest.RootCRL, Raw: []byte{3}}}
	require.Equal(t, [][]byte{{1}, {3}}, col.Of(attest.RootCRL))
	require.Empty(t, col.Of(attest.TCBInfo))
}
