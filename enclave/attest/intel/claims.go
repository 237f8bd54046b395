package intel

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/intel/quote"
	"github.com/virtengine/virtengine/enclave/evidence"
	"github.com/virtengine/virtengine/security/hashes"
)

// refuseOpen refuses what may be looked into from outside, and enclaves that may ask for keys of Intel's own enclaves.
func refuseOpen(q *quote.Quote) error {
	if d := q.Domain; d != nil {
		if d.Attributes&quote.TDUnderDebug != 0 {
			return attest.Refuse(attest.Debug, "the TD is under debug: attributes %#016x", d.Attributes)
		}
		return nil
	}
	flags := q.Enclave.Flags
	if flags&quote.FlagDebug != 0 {
		return attest.Refuse(attest.Debug, "the enclave is in debug mode: attributes %#016x", flags)
	}
	if flags&(quote.FlagProvisionKey|quote.FlagTokenKey) != 0 {
		return attest.Refuse(attest.Attributes, "the enclave may ask for provisioning or launch keys: attributes %#016x", flags)
	}
	return nil
}

// claimsOf gives what the body of a quote says. Of SGX:
//
//	measurements: mrenclave, mrsigner, configid
//	facts: isv_prod_id, isv_svn, config_svn, misc_select, attributes, xfrm, and the bits debug, mode64, provision_key,
//	einittoken_key, kss
//
// Of TDX:
//
//	measurements: mrtd, rtmr0 to rtmr3, mrseam, mrsignerseam, mrconfigid, mrowner, mrownerconfig, with TD report 1.5
//	mrservicetd
//	facts: td_report (10 or 15), td_attributes, xfam, seam_attributes, the bits debug, lass, sept_ve_disable,
//	migratable, pks, kl, perfmon, tee_tcb_svn.0 to tee_tcb_svn.15, with TD report 1.5 tee_tcb_svn_2.0 to .15 and
//	service_td_zero
//
// Of both, once verified: crl_checked.
func claimsOf(q *quote.Quote) attest.Claims {
	if q.Domain != nil {
		return domainClaims(q)
	}
	r := q.Enclave
	return attest.Claims{
		Platform:  evidence.SGX,
		Format:    "sgx-quote-v" + strconv.Itoa(int(q.Version)),
		Statement: hashes.Of(q.Signed),
		Measurements: []attest.Measurement{
			{Name: "mrenclave", Value: slices.Clone(r.MRENCLAVE[:])},
			{Name: "mrsigner", Value: slices.Clone(r.MRSIGNER[:])},
			{Name: "configid", Value: slices.Clone(r.ConfigID[:])},
		},
		Facts: []attest.Fact{
			{Name: "isv_prod_id", Value: uint64(r.ProdID)},
			{Name: "isv_svn", Value: uint64(r.SVN)},
			{Name: "config_svn", Value: uint64(r.ConfigSVN)},
			{Name: "misc_select", Value: uint64(r.Misc())},
			{Name: "attributes", Value: r.Flags},
			{Name: "xfrm", Value: r.XFRM},
			{Name: "debug", Value: bit(r.Flags&quote.FlagDebug != 0)},
			{Name: "mode64", Value: bit(r.Flags&quote.FlagMode64 != 0)},
			{Name: "provision_key", Value: bit(r.Flags&quote.FlagProvisionKey != 0)},
			{Name: "einittoken_key", Value: bit(r.Flags&quote.FlagTokenKey != 0)},
			{Name: "kss", Value: bit(r.Flags&quote.FlagKSS != 0)},
		},
		Debug:      r.Flags&quote.FlagDebug != 0,
		ReportData: slices.Clone(r.Data[:]),
	}
}

func domainClaims(q *quote.Quote) attest.Claims {
	d := q.Domain
	c := attest.Claims{
		Platform:  evidence.TDX,
		Format:    "tdx-quote-v" + strconv.Itoa(int(q.Version)),
		Statement: hashes.Of(q.Signed),
		Measurements: []attest.Measurement{
			{Name: "mrtd", Value: slices.Clone(d.MRTD[:])},
			{Name: "rtmr0", Value: slices.Clone(d.RTMR[0][:])},
			{Name: "rtmr1", Value: slices.Clone(d.RTMR[1][:])},
			{Name: "rtmr2", Value: slices.Clone(d.RTMR[2][:])},
			{Name: "rtmr3", Value: slices.Clone(d.RTMR[3][:])},
			{Name: "mrseam", Value: slices.Clone(d.MRSEAM[:])},
			{Name: "mrsignerseam", Value: slices.Clone(d.MRSIGNERSEAM[:])},
			{Name: "mrconfigid", Value: slices.Clone(d.MRCONFIGID[:])},
			{Name: "mrowner", Value: slices.Clone(d.MROWNER[:])},
			{Name: "mrownerconfig", Value: slices.Clone(d.MROWNERCONFIG[:])},
		},
		Facts: []attest.Fact{
			{Name: "td_report", Value: 10 + 5*bit(d.Is15)},
			{Name: "td_attributes", Value: d.Attributes},
			{Name: "xfam", Value: d.XFAM},
			{Name: "seam_attributes", Value: d.SEAM()},
			{Name: "debug", Value: bit(d.Attributes&quote.TDUnderDebug != 0)},
			{Name: "lass", Value: bit(d.Attributes&quote.TDLASS != 0)},
			{Name: "sept_ve_disable", Value: bit(d.Attributes&quote.TDSeptVEDisable != 0)},
			{Name: "migratable", Value: bit(d.Attributes&quote.TDMigratable != 0)},
			{Name: "pks", Value: bit(d.Attributes&quote.TDPKS != 0)},
			{Name: "kl", Value: bit(d.Attributes&quote.TDKL != 0)},
			{Name: "perfmon", Value: bit(d.Attributes&quote.TDPerfmon != 0)},
		},
		Debug:      d.Attributes&quote.TDUnderDebug != 0,
		ReportData: slices.Clone(d.Data[:]),
	}
	c.Facts = append(c.Facts, parts("tee_tcb_svn", d.TCB)...)
	if d.Is15 {
		c.Measurements = append(c.Measurements, attest.Measurement{Name: "mrservicetd", Value: slices.Clone(d.MRSERVICETD[:])})
		c.Facts = append(c.Facts, parts("tee_tcb_svn_2", d.TCB2)...)
		c.Facts = append(c.Facts, attest.Fact{Name: "service_td_zero", Value: bit(d.MRSERVICETD == [48]byte{})})
	}
	return c
}

// parts gives the sixteen numbers of a TEE TCB SVN.
func parts(name string, svn [16]byte) []attest.Fact {
	out := make([]attest.Fact, len(svn))
	for i, v := range svn {
		out[i] = attest.Fact{Name: fmt.Sprintf("%s.%d", name, i), Value: uint64(v)}
	}
	return out
}
