package nitro_test

import (
	"bytes"
	"crypto/x509"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/nitro"
	"github.com/virtengine/virtengine/enclave/attest/nitro/nitrotest"
	"github.com/virtengine/virtengine/enclave/evidence"
)

var then = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)

func verdict(t *testing.T, v *nitro.Verifier, raw []byte, now time.Time) (attest.Claims, attest.Code) {
	t.Helper()
	c, err := v.Verify(evidence.Evidence{Platform: evidence.Nitro, Body: raw}, nil, now)
	return c, attest.CodeOf(err)
}

func TestWhatADocumentMayBe(t *testing.T) {
	cloud, other := nitrotest.New(t, then), nitrotest.New(t, then)
	v, err := nitro.New([]*x509.Certificate{cloud.Root})
	require.NoError(t, err)
	changed := func(change func(*nitrotest.Document)) []byte {
		d := cloud.Document(7, then)
		change(&d)
		return cloud.Sign(d)
	}
	for name, tc := range map[string]struct {
		reason string
		raw    []byte
		now    time.Time
		want   attest.Code
	}{
		"Plain":         {"key, data and nonce are the enclave's to leave out", changed(func(*nitrotest.Document) {}), then, attest.Accepted},
		"Tagged":        {"a tag says the same", append([]byte{0xd2}, changed(func(*nitrotest.Document) {})...), then, attest.Accepted},
		"AtTheEnd":      {"a leaf holds for three hours", changed(func(*nitrotest.Document) {}), then.Add(3 * time.Hour), attest.Accepted},
		"TooLate":       {"and no second more", changed(func(*nitrotest.Document) {}), then.Add(3*time.Hour + time.Second), attest.Expired},
		"FromTheFuture": {"an enclave's clock may run a little ahead, not an hour", changed(func(d *nitrotest.Document) { d.Timestamp += 3_600_000 }), then, attest.NotYetValid},
		"Debug": {"its first three registers are zero", changed(func(d *nitrotest.Document) {
			d.PCRs[0], d.PCRs[1], d.PCRs[2] = make([]byte, 48), make([]byte, 48), make([]byte, 48)
		}), then, attest.Debug},
		"NoRegister":     {"nothing is measured by what is not there", changed(func(d *nitrotest.Document) { delete(d.PCRs, 2) }), then, attest.Malformed},
		"ShortRegister":  {"a register of SHA-384 has 48 bytes", changed(func(d *nitrotest.Document) { d.PCRs[0] = d.PCRs[0][:32] }), then, attest.Malformed},
		"RegisterTooFar": {"there are 32", changed(func(d *nitrotest.Document) { d.PCRs[32] = make([]byte, 48) }), then, attest.Malformed},
		"OtherDigest":    {"SHA-384 is the only one", changed(func(d *nitrotest.Document) { d.Digest = "SHA256" }), then, attest.Unsupported},
		"NoBundle":       {"nobody vouches for the leaf", changed(func(d *nitrotest.Document) { d.Bundle = nil }), then, attest.ChainInvalid},
		"LongBundle":     {"no chain of Amazon's is so long", changed(func(d *nitrotest.Document) { d.Bundle = append(d.Bundle, d.Bundle[1], d.Bundle[1], d.Bundle[1]) }), then, attest.ChainInvalid},
		"LargeNonce":     {"a field holds 1,024 bytes", changed(func(d *nitrotest.Document) { d.Nonce = make([]byte, 1025) }), then, attest.TooLarge},
		"OtherCloud":     {"a root of one's own is none", other.Sign(other.Document(7, then)), then, attest.UnknownRoot},
		"BorrowedBundle": {"another's authorities did not sign this leaf", changed(func(d *nitrotest.Document) { d.Certificate = other.Document(7, then).Certificate }), then, attest.BadSignature},
		"Trailing":       {"a document ends where it ends", append(changed(func(*nitrotest.Document) {}), 0), then, attest.TrailingBytes},
		"Empty":          {"nothing is no document", nil, then, attest.Malformed},
		"Huge":           {"a document has 16 KiB at most", make([]byte, evidence.MaxBody+1), then, attest.TooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			_, code := verdict(t, v, tc.raw, tc.now)
			require.Equal(t, tc.want, code, tc.reason)
		})
	}
}

func TestWhatADocumentSays(t *testing.T) {
	cloud := nitrotest.New(t, then)
	v, err := nitro.New([]*x509.Certificate{cloud.Root})
	require.NoError(t, err)
	d := cloud.Document(7, then)
	d.PublicKey, d.UserData, d.Nonce = bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 64), bytes.Repeat([]byte{3}, 32)
	c, code := verdict(t, v, cloud.Sign(d), then)
	require.Equal(t, attest.Accepted, code)
	require.Equal(t, d.PublicKey, c.PublicKey)
	require.Equal(t, d.UserData, c.ReportData)
	require.Equal(t, d.Nonce, c.Nonce)
	require.Equal(t, then, c.IssuedAt)
	require.Equal(t, then.Add(3*time.Hour), c.ValidUntil, "the leaf ends first")
	pcr, ok := c.Measured("pcr1")
	require.True(t, ok)
	require.Equal(t, d.PCRs[1], pcr)
	again, code := verdict(t, v, cloud.Sign(d), then)
	require.Equal(t, attest.Accepted, code)
	require.Equal(t, c.Statement, again.Statement, "another signature over the same is the same statement")

	pinned, err := nitro.Roots()
	require.NoError(t, err)
	real, err := nitro.New(pinned)
	require.NoError(t, err)
	_, code = verdict(t, real, cloud.Sign(d), then)
	require.Equal(t, attest.UnknownRoot, code)
}

func TestAKeyTwiceIsNoDocument(t *testing.T) {
	cloud := nitrotest.New(t, then)
	v, err := nitro.New([]*x509.Certificate{cloud.Root})
	require.NoError(t, err)
	payload, err := cbor.Marshal(cloud.Document(7, then))
	require.NoError(t, err)
	twice := append([]byte{payload[0] + 1}, payload[1:]...) // a map of one pair more
	twice = append(twice, 0x66, 'd', 'i', 'g', 'e', 's', 't', 0x66, 'S', 'H', 'A', '3', '8', '4')
	_, code := verdict(t, v, cloud.SignRaw(twice), then)
	require.Equal(t, attest.Malformed, code)

	// The same pairs in a map without a length, as newer documents have it.
	open := append([]byte{0xbf}, payload[1:]...)
	_, code = verdict(t, v, cloud.SignRaw(append(open, 0xff)), then)
	require.Equal(t, attest.Accepted, code)
}
