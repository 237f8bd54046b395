package sevsnp

import (
	"fmt"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/evidence"
	"github.com/virtengine/virtengine/security/hashes"
)

func claimsOf(r *report) attest.Claims {
	policy, info := r.u64(8), r.u64(0x40)
	c := attest.Claims{
		Platform:   evidence.SEVSNP,
		Format:     fmt.Sprintf("snp-report-v%d", r.version),
		Statement:  hashes.Of(r.raw[:signedBytes]),
		PlatformID: r.chip(),
		ReportData: r.field(0x50, 64),
		Measurements: []attest.Measurement{
			{Name: "launch", Value: r.field(0x90, 48)}, {Name: "host_data", Value: r.field(0xc0, 32)},
			{Name: "id_key_digest", Value: r.field(0xe0, 48)}, {Name: "author_key_digest", Value: r.field(0x110, 48)},
			{Name: "family_id", Value: r.field(0x10, 16)}, {Name: "image_id", Value: r.field(0x20, 16)},
			{Name: "report_id", Value: r.field(0x140, 32)},
		},
	}
	add := func(name string, v uint64) { c.Facts = append(c.Facts, attest.Fact{Name: name, Value: v}) }
	add("version", uint64(r.version))
	add("guest_svn", uint64(r.u32(4)))
	add("vmpl", uint64(r.u32(0x30)))
	add("policy", policy)
	add("smt", policy>>16&1)
	add("migrate_ma", policy>>18&1)
	add("debug", policy>>19&1)
	add("single_socket", policy>>20&1)
	add("ciphertext_hiding_policy", policy>>24&1)
	add("platform_info", info)
	add("smt_enabled", info&1)
	add("tsme", info>>1&1)
	add("ecc", info>>2&1)
	add("rapl_disabled", info>>3&1)
	add("ciphertext_hiding", info>>4&1)
	add("alias_check", info>>5&1)
	add("author_key_en", uint64(r.flags&1))
	add("mask_chip_key", uint64(r.flags>>1&1))
	add("vlek", uint64(r.signer()))
	add("chip_id_masked", bit(allZero(r.chip())))
	add("committed_is_current", bit(r.u64(0x38) == r.u64(0x1e0) && string(r.raw[0x1e8:0x1eb]) == string(r.raw[0x1ec:0x1ef])))
	if r.version >= 3 {
		add("family", uint64(r.raw[0x188]))
		add("model", uint64(r.raw[0x189]))
		add("stepping", uint64(r.raw[0x18a]))
	}
	return c
}

// tcbFacts states the components of the four TCB versions; "tcb" is the reported one, which the certificate vouches for.
func tcbFacts(r *report, product string) []attest.Fact {
	var out []attest.Fact
	for _, n := range [...]string{milan, genoa, turin} {
		out = append(out, attest.Fact{Name: "product." + n, Value: bit(n == product)})
	}
	for _, t := range [...]struct {
		name string
		at   int
	}{{"tcb", 0x180}, {"committed", 0x1e0}, {"current", 0x38}, {"launch", 0x1f0}} {
		for _, c := range components(product) {
			out = append(out, attest.Fact{Name: t.name + "." + c.name, Value: uint64(r.raw[t.at+c.at])})
		}
	}
	return out
}

// DefaultPolicy takes guests of VMPL 0 without a migration agent, on committed firmware that checked memory for aliases.
// It names no measurement and no least TCB: the caller does, by rules with If "product.Milan" and the like.
func DefaultPolicy() attest.Policy {
	return attest.Policy{Platform: evidence.SEVSNP, Rules: []attest.Rule{
		{Fact: "vmpl", Op: attest.Equal, Value: 0, Code: attest.PrivilegeLevel},
		{Fact: "alias_check", Op: attest.Equal, Value: 1, Code: attest.NoAliasCheck},
		{Fact: "committed_is_current", Op: attest.Equal, Value: 1, Code: attest.Provisional},
		{Fact: "migrate_ma", Op: attest.Equal, Value: 0, Code: attest.Attributes},
	}}
}
