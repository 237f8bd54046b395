package intel_test

import (
	"bytes"
	"crypto/x509"
	"encoding/binary"
	"encoding/pem"
	"testing"
	"time"

	"github.com/google/go-tdx-guest/abi"
	oracledata "github.com/google/go-tdx-guest/testing/testdata"
	oracle "github.com/google/go-tdx-guest/verify"
	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/intel"
	"github.com/virtengine/virtengine/enclave/attest/intel/quote"
	"github.com/virtengine/virtengine/enclave/evidence"
)

// oracleTime is a time at which the sample's certificates and documents hold.
var oracleTime = time.Date(2023, time.July, 1, 1, 0, 0, 0, time.UTC)

// sample is the quote of go-tdx-guest without the text that it has behind its end.
func sample() []byte {
	const signed = 48 + quote.Domain10Size
	size := signed + 4 + int(binary.LittleEndian.Uint32(oracledata.RawQuote[signed:]))
	return bytes.Clone(oracledata.RawQuote[:size])
}

// sampleCollateral is what go-tdx-guest brings along for its sample quote.
func sampleCollateral() attest.Collateral {
	return attest.Collateral{
		{Class: attest.TCBInfo, Raw: oracledata.TcbInfoBody}, {Class: attest.QEIdentity, Raw: oracledata.QeIdentityBody},
		{Class: attest.PCKCRL, Raw: oracledata.PckCrlBody}, {Class: attest.RootCRL, Raw: oracledata.RootCrlBody},
	}
}

func TestSampleOfGoTDXGuest(t *testing.T) {
	v := genuine(t)
	body := sample()
	c, err := v.Verify(evidence.Evidence{Platform: evidence.TDX, Body: body}, sampleCollateral(), oracleTime)
	require.Equal(t, attest.NoTCBLevel, attest.CodeOf(err), "its machine is below every level that Intel lists: %v", err)
	require.Equal(t, "tdx-quote-v4", c.Format)
	_, err = v.Verify(evidence.Evidence{Platform: evidence.TDX, Body: quote.Unpad(oracledata.RawQuote)}, sampleCollateral(), oracleTime)
	require.Equal(t, attest.TrailingBytes, attest.CodeOf(err), "text behind a quote is no padding")
	for name, tc := range map[string]struct {
		reason string
		col    attest.Collateral
		want   attest.Code
	}{
		"WithoutLists": {"lists are not what it fails for", replace(replace(sampleCollateral(), attest.PCKCRL), attest.RootCRL), attest.NoTCBLevel},
		"WithoutInfo":  {"its chain alone holds", replace(sampleCollateral(), attest.TCBInfo), attest.MissingCollateral},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := v.Verify(evidence.Evidence{Platform: evidence.TDX, Body: body}, tc.col, oracleTime)
			require.Equal(t, tc.want, attest.CodeOf(err), "%s: %v", tc.reason, err)
		})
	}
}

// ours says whether every signature of a quote holds at a time: what is missing then is collateral.
func ours(v *intel.Verifier, body []byte, now time.Time) bool {
	_, err := v.Verify(evidence.Evidence{Platform: evidence.TDX, Body: body}, nil, now)
	return attest.CodeOf(err) == attest.MissingCollateral
}

// theirs is the verdict of go-tdx-guest on signatures. It panics where the length of the signature data is less than its
// fixed fields, which counts as a refusal.
func theirs(body []byte, now time.Time) (holds bool) {
	defer func() {
		if recover() != nil {
			holds = false
		}
	}()
	q, err := abi.QuoteToProto(body)
	if err != nil {
		return false
	}
	options := oracle.DefaultOptions()
	options.Now = now
	roots, err := intel.Roots()
	if err != nil {
		return false
	}
	options.TrustedRoots = x509.NewCertPool()
	options.TrustedRoots.AddCert(roots[0])
	return oracle.TdxQuote(q, options) == nil
}

// refusedByUsOnly says of a difference that it is one of those we want: go-tdx-guest takes bytes behind the quote,
// text around the certificates and debug TDs.
func refusedByUsOnly(body []byte) string {
	q, err := quote.Parse(body)
	switch {
	case attest.CodeOf(err) == attest.TrailingBytes:
		return "trailing bytes"
	case err != nil:
		return ""
	case q.Domain.Attributes&quote.TDUnderDebug != 0:
		return "debug"
	case bytes.Count(q.Chain, []byte("-----BEGIN")) != 3 || !bytes.HasPrefix(q.Chain, []byte("-----BEGIN")) || !strictPEM(q.Chain):
		return "text around or inside the PEM blocks"
	}
	return ""
}

// strictPEM says whether a chain is what its certificates encode to, but for white space.
func strictPEM(text []byte) bool {
	var again []byte
	for rest := bytes.TrimSuffix(text, []byte{0}); ; {
		var b *pem.Block
		if b, rest = pem.Decode(rest); b == nil {
			break
		}
		again = append(again, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: b.Bytes})...)
	}
	join := func(b []byte) []byte { return bytes.Join(bytes.Fields(b), nil) }
	return bytes.Equal(join(again), join(bytes.TrimSuffix(text, []byte{0})))
}

func TestSignaturesAgreeWithGoTDXGuest(t *testing.T) {
	body := sample()
	v := genuine(t)
	require.True(t, ours(v, body, oracleTime))
	require.True(t, theirs(body, oracleTime))
	for i := 0; i < len(body); i += 5 * step(t) {
		flipped := bytes.Clone(body)
		flipped[i] ^= 1 << (i % 8)
		a, b := ours(v, flipped, oracleTime), theirs(flipped, oracleTime)
		if a != b && (a || refusedByUsOnly(flipped) == "") {
			t.Errorf("byte %d: we say %v, go-tdx-guest says %v", i, a, b)
		}
	}
}

func FuzzSignaturesAgreeWithGoTDXGuest(f *testing.F) {
	body := sample()
	f.Add(body, int64(0))
	f.Add(malleate(body, 636), int64(0))
	f.Add(oracledata.RawQuote, int64(-86400*365*4))
	short := bytes.Clone(body)
	binary.LittleEndian.PutUint32(short[632:], 1)
	f.Add(short, int64(0))
	v := genuine(f)
	f.Fuzz(func(t *testing.T, body []byte, shift int64) {
		if shift > 1<<31 || shift < -1<<31 || len(body) > 2 && binary.LittleEndian.Uint16(body) == 5 {
			return // go-tdx-guest reads version 4
		}
		now := oracleTime.Add(time.Duration(shift) * time.Second)
		a, b := ours(v, body, now), theirs(body, now)
		if a != b && (a || refusedByUsOnly(body) == "") {
			t.Fatalf("we say %v, go-tdx-guest says %v", a, b)
		}
	})
}
