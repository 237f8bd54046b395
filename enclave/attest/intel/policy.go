package intel

import (
	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/intel/collateral"
	"github.com/virtengine/virtengine/enclave/evidence"
)

// DefaultPolicy takes platforms that Intel calls up to date, or up to date for software that is hardened as its
// advisories say, and TDs without service TDs. It names no measurement: the caller does, or sets AnyMeasurement. It does
// not ask for revocation lists, which a policy of the chain does by RequireRevocation.
func DefaultPolicy(p evidence.Platform) attest.Policy {
	out := attest.Policy{
		Platform:    p,
		TCBStatuses: []string{string(collateral.UpToDate), string(collateral.SWHardeningNeeded)},
	}
	if p == evidence.TDX {
		out.Rules = append(out.Rules,
			attest.Rule{Fact: "migratable", Op: attest.Equal, Value: 0, Code: attest.Attributes},
			attest.Rule{Fact: "service_td_zero", Op: attest.Equal, Value: 1, Code: attest.Attributes, If: "td_report", IfValue: 15})
	}
	return out
}

// RequireRevocation is the rule that both revocation lists were checked.
func RequireRevocation() attest.Rule {
	return attest.Rule{Fact: "crl_checked", Op: attest.Equal, Value: 1, Code: attest.MissingCollateral}
}
