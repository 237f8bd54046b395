package intel_test

import (
	"bytes"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/intel"
	"github.com/virtengine/virtengine/enclave/attest/intel/quote"
	"github.com/virtengine/virtengine/enclave/evidence"
)

// step is one, so that every byte is tried, but where P-256 is slow: without assembly on machines of 32 bits, and where
// the caller is in a hurry.
func step(t *testing.T) int {
	if testing.Short() || strconv.IntSize == 32 {
		t.Log("NOT RUN: flips of most bytes, only every 17th is tried here")
		return 17
	}
	return 1
}

// sweep flips one bit of each byte of a file and gives the offsets at which it was accepted still. What it then says
// must be what it said before.
func sweep(t *testing.T, raw []byte, verify func([]byte) (attest.Claims, error)) []int {
	t.Helper()
	want, err := verify(raw)
	require.NoError(t, err)
	var accepted []int
	n := step(t)
	for i := 0; i < len(raw); i += n {
		flipped := bytes.Clone(raw)
		flipped[i] ^= 1 << (i % 8)
		if c, err := verify(flipped); err == nil {
			require.Equal(t, want, c, "byte %d", i)
			accepted = append(accepted, i)
		}
	}
	return accepted
}

// unsigned gives the bytes of a document that may change: the case of hexadecimal letters of its signature, where a
// flip changes that alone.
func unsigned(t *testing.T, doc []byte) []int {
	t.Helper()
	var out []int
	n := step(t)
	start := bytes.LastIndex(doc, []byte(`"signature":"`)) + len(`"signature":"`)
	for i := start; i < start+128; i++ {
		if doc[i] > '9' && i%8 == 5 && i%n == 0 {
			out = append(out, i)
		}
	}
	return out
}

// sweepAll sweeps a quote and its documents. No byte of a quote may change.
func sweepAll(t *testing.T, v *intel.Verifier, ev evidence.Evidence, col attest.Collateral, now time.Time) {
	t.Helper()
	at := sweep(t, ev.Body, func(raw []byte) (attest.Claims, error) {
		return v.Verify(evidence.Evidence{Platform: ev.Platform, Body: raw}, col, now)
	})
	require.Empty(t, at, "the quote has no byte that may change")
	for _, class := range []attest.Class{attest.TCBInfo, attest.QEIdentity} {
		doc := col.Of(class)[0]
		at := sweep(t, doc, func(raw []byte) (attest.Claims, error) { return v.Verify(ev, replace(col, class, raw), now) })
		require.Equal(t, unsigned(t, doc), at, "of %s, only the case of the signature's digits", class)
	}
}

func TestFlippedBitsOfGenuineEvidence(t *testing.T) {
	dir := folder(t)
	v := genuine(t)
	for name, tc := range map[string]struct {
		platform        evidence.Platform
		quote, info, qe string
		now             time.Time
	}{
		"SGX": {evidence.SGX, sgxQuote, sgxInfo, sgxQE, sgxTime},
		"TDX": {evidence.TDX, tdxQuote, tdxInfo, tdxQE, tdxTime},
	} {
		t.Run(name, func(t *testing.T) {
			sweepAll(t, v, evidence.Evidence{Platform: tc.platform, Body: read(t, dir, tc.quote)}, attest.Collateral{
				{Class: attest.TCBInfo, Raw: read(t, dir, tc.info)}, {Class: attest.QEIdentity, Raw: read(t, dir, tc.qe)},
			}, tc.now)
		})
	}
}

func TestFlippedBitsOfSyntheticEvidence(t *testing.T) {
	s := newSynthetic(t)
	now := s.now.Add(time.Hour)
	col := s.collateral(quote.TDX, nil)
	at := sweep(t, s.tdx(5, domain15()).Body, func(raw []byte) (attest.Claims, error) {
		return s.verifier.Verify(evidence.Evidence{Platform: evidence.TDX, Body: raw}, col, now)
	})
	require.Empty(t, at, "a quote of version 5 has no byte that may change")
	for _, class := range []attest.Class{attest.RootCRL, attest.PCKCRL} {
		ev := s.tdx(4, domain())
		at := sweep(t, col.Of(class)[0], func(raw []byte) (attest.Claims, error) { return s.verifier.Verify(ev, replace(col, class, raw), now) })
		require.Empty(t, at, "a revocation list has no byte that may change")
	}
}

func TestWhatStandsBehindTheChain(t *testing.T) {
	s := newSynthetic(t)
	col := s.collateral(quote.TDX, nil)
	made := s.tdx(4, domain())
	for name, tc := range map[string]struct {
		reason string
		tail   []byte
		want   attest.Code
	}{
		"OneNUL":     {"as the quoting library writes it", []byte{0}, attest.Accepted},
		"NoNUL":      {"as genuine quotes have it too", nil, attest.Accepted},
		"TwoNULs":    {"no genuine quote has more", []byte{0, 0}, attest.TrailingBytes},
		"OtherByte":  {"nor anything else", []byte{1}, attest.TrailingBytes},
		"WhiteSpace": {"white space around PEM is no content", []byte("\r\n"), attest.Accepted},
	} {
		t.Run(name, func(t *testing.T) {
			c := s.requireCode(tc.want, evidence.Evidence{Platform: evidence.TDX, Body: resized(made.Body, tc.tail)}, col, tc.reason)
			whole := s.requireCode(attest.Accepted, made, col, "as made")
			require.Equal(t, whole.Statement, c.Statement, "ids do not depend on it")
		})
	}
}

func TestChainIsThreeCertificates(t *testing.T) {
	s := newSynthetic(t)
	col := s.collateral(quote.TDX, nil)
	made := s.tdx(4, domain())
	q, err := quote.Parse(made.Body)
	require.NoError(t, err)
	blocks := bytes.SplitAfter(bytes.TrimSuffix(q.Chain, []byte{0}), []byte("-----END CERTIFICATE-----\n"))
	leaf, issuer, root := blocks[0], blocks[1], blocks[2]
	for name, tc := range map[string]struct {
		reason string
		chain  [][]byte
		want   attest.Code
	}{
		"Right":      {"leaf, issuer, root", [][]byte{leaf, issuer, root}, attest.Accepted},
		"NoRoot":     {"the root belongs to it", [][]byte{leaf, issuer}, attest.ChainInvalid},
		"NoIssuer":   {"and so does the issuer", [][]byte{leaf, root}, attest.ChainInvalid},
		"Turned":     {"in that order", [][]byte{root, issuer, leaf}, attest.UnknownRoot},
		"More":       {"and nothing else", [][]byte{leaf, issuer, root, root}, attest.ChainInvalid},
		"Nothing":    {"no certificate", nil, attest.Malformed},
		"SignerLeaf": {"a TCB signer is no PCK", [][]byte{s.vendor.Signing()}, attest.ChainInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			body := rechained(made.Body, bytes.Join(tc.chain, nil))
			s.requireCode(tc.want, evidence.Evidence{Platform: evidence.TDX, Body: body}, col, tc.reason)
		})
	}
}
