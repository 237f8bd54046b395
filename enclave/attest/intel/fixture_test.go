package intel_test

import (
	"bytes"
	"encoding/binary"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/intel"
	"github.com/virtengine/virtengine/enclave/attest/intel/collateral"
	"github.com/virtengine/virtengine/enclave/attest/intel/inteltest"
	"github.com/virtengine/virtengine/enclave/attest/intel/quote"
	"github.com/virtengine/virtengine/enclave/evidence"
)

// synthetic is a vendor, one machine of it and a verifier of its root.
type synthetic struct {
	t        testing.TB
	vendor   *inteltest.Vendor
	machine  *inteltest.Machine
	verifier *intel.Verifier
	now      time.Time
}

func newSynthetic(t testing.TB) *synthetic {
	t.Helper()
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	vendor, err := inteltest.New(now)
	require.NoError(t, err)
	machine, err := vendor.Machine(inteltest.Spec{
		FMSPC: [6]byte{1, 2, 3, 4, 5, 6}, PPID: [16]byte{9, 8, 7}, Components: [16]byte{7, 7, 2, 2, 3, 1, 0, 3}, PCESVN: 11,
	})
	require.NoError(t, err)
	verifier, err := intel.New(vendor.Roots())
	require.NoError(t, err)
	return &synthetic{t: t, vendor: vendor, machine: machine, verifier: verifier, now: now}
}

// enclave and domain are what evidence is about where a test does not care.
func enclave() quote.Report {
	return quote.Report{Flags: quote.FlagMode64, XFRM: 3, MRENCLAVE: [32]byte{1}, MRSIGNER: [32]byte{2}, ProdID: 7, SVN: 3, Data: [64]byte{0xAB}}
}

func domain() quote.Domain {
	return quote.Domain{TCB: inteltest.UsualTCB, Attributes: quote.TDSeptVEDisable, XFAM: 0xE7, MRTD: [48]byte{1}, Data: [64]byte{0xCD}}
}

func domain15() quote.Domain {
	d := domain()
	d.Is15, d.TCB2 = true, inteltest.UsualTCB
	return d
}

func (s *synthetic) sgx(r quote.Report) evidence.Evidence {
	s.t.Helper()
	raw, err := s.machine.SGX(r)
	require.NoError(s.t, err)
	return evidence.Evidence{Platform: evidence.SGX, Body: raw}
}

func (s *synthetic) tdx(version uint16, d quote.Domain) evidence.Evidence {
	s.t.Helper()
	raw, err := s.machine.TDX(version, d)
	require.NoError(s.t, err)
	return evidence.Evidence{Platform: evidence.TDX, Body: raw}
}

// collateral is complete; change may alter what the vendor says.
func (s *synthetic) collateral(tee quote.TEE, change func(*collateral.TCBInfo, *collateral.QEIdentity)) attest.Collateral {
	s.t.Helper()
	info, qe := s.machine.UsualInfo(tee, s.now), inteltest.UsualIdentity(tee, s.now)
	if change != nil {
		change(&info, &qe)
	}
	col, err := s.vendor.Complete(info, qe, s.now)
	require.NoError(s.t, err)
	return col
}

// replace puts other bytes in the place of a class; without bytes it takes the class out.
func replace(col attest.Collateral, class attest.Class, raw ...[]byte) attest.Collateral {
	var out attest.Collateral
	for _, i := range col {
		if i.Class != class {
			out = append(out, i)
		}
	}
	for _, r := range raw {
		out = append(out, attest.Item{Class: class, Raw: r})
	}
	return out
}

// verify is at a day after everything was issued.
func (s *synthetic) verify(ev evidence.Evidence, col attest.Collateral) (attest.Claims, error) {
	return s.verifier.Verify(ev, col, s.now.Add(24*time.Hour))
}

func (s *synthetic) requireCode(want attest.Code, ev evidence.Evidence, col attest.Collateral, reason string) attest.Claims {
	s.t.Helper()
	c, err := s.verify(ev, col)
	require.Equal(s.t, want, attest.CodeOf(err), "%s: %v", reason, err)
	return c
}

// rechained puts another chain into a quote of version 4, with lengths that fit.
func rechained(body, chain []byte) []byte {
	const (
		data  = 48 + quote.Domain10Size // where the length of the signature data stands
		inner = data + 4 + 64 + 64      // where type and length of the QE report stand
		pem   = inner + 6 + 384 + 64 + 2 + 32
	)
	out := append(bytes.Clone(body[:pem+6]), chain...)
	for _, at := range []int{data, inner + 2, pem + 2} {
		binary.LittleEndian.PutUint32(out[at:], uint32(len(out)-at-4))
	}
	return out
}

// resized puts other bytes behind the chain of a quote of version 4 than its one NUL.
func resized(body, tail []byte) []byte {
	q, err := quote.Parse(body)
	if err != nil {
		return nil
	}
	return rechained(body, append(bytes.TrimSuffix(bytes.Clone(q.Chain), []byte{0}), tail...))
}
