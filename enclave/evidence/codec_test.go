package evidence_test

import (
	"bytes"
	"encoding/hex"
	"testing"

	"github.com/fxamacker/cbor/v2"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/enclave/evidence"
)

var platforms = []evidence.Platform{
	evidence.SGX, evidence.TDX, evidence.SEVSNP, evidence.Nitro, evidence.AzureVTPM, evidence.TPM2, evidence.SoftTPM, evidence.Simulated,
}

// some draws evidence that Check takes; parts that are not there are nil.
func some(t *rapid.T) evidence.Evidence {
	bytesOf := func(name string, least int) []byte {
		b := rapid.SliceOfN(rapid.Byte(), least, 300).Draw(t, name)
		if len(b) == 0 {
			return nil
		}
		return b
	}
	e := evidence.Evidence{Platform: rapid.SampledFrom(platforms).Draw(t, "platform"), Body: bytesOf("body", 1), Runtime: bytesOf("runtime", 0)}
	for range rapid.IntRange(0, evidence.MaxEndorsements).Draw(t, "endorsements") {
		e.Endorsements = append(e.Endorsements, bytesOf("endorsement", 1))
	}
	return e
}

func TestWhatWasWrittenIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := some(t)
		raw, err := evidence.Encode(e)
		require.NoError(t, err)
		got, err := evidence.Decode(raw)
		require.NoError(t, err)
		require.Equal(t, e, got)
		_, err = evidence.Decode(append(raw, rapid.Byte().Draw(t, "behind")))
		require.ErrorIs(t, err, evidence.ErrFormat, "a byte behind the end")
		_, err = evidence.Decode(raw[:rapid.IntRange(0, len(raw)-1).Draw(t, "cut")])
		require.Error(t, err, "cut short")

		page, err := evidence.EncodeJSON(e)
		require.NoError(t, err)
		got, err = evidence.DecodeJSON(page)
		require.NoError(t, err)
		require.Equal(t, e, got)
	})
}

func TestTheBytesNeverChange(t *testing.T) {
	raw, err := evidence.Encode(evidence.Evidence{
		Platform: evidence.Nitro, Body: []byte{1, 2}, Endorsements: [][]byte{{3}}, Runtime: []byte{4},
	})
	require.NoError(t, err)
	// {1: 1, 2: "nitro", 3: h'0102', 4: [h'03'], 5: h'04'}, by hand from RFC 8949.
	require.Equal(t, "a5010102656e6974726f03420102048141030541"+"04", hex.EncodeToString(raw))
}

func TestAnEnvelopeAtItsCapsFits(t *testing.T) {
	full := func(n int) []byte { return bytes.Repeat([]byte{7}, n) }
	e := evidence.Evidence{Platform: evidence.AzureVTPM, Body: full(evidence.MaxBody), Runtime: full(evidence.MaxRuntime)}
	for range evidence.MaxEndorsements {
		e.Endorsements = append(e.Endorsements, full(evidence.MaxEndorsement))
	}
	raw, err := evidence.Encode(e)
	require.NoError(t, err)
	got, err := evidence.Decode(raw)
	require.NoError(t, err)
	require.Equal(t, e, got)
	page, err := evidence.EncodeJSON(e)
	require.NoError(t, err)
	require.LessOrEqual(t, len(page), evidence.MaxJSON)
}

func TestWhatIsNoEvidenceIsNotWritten(t *testing.T) {
	good := func() evidence.Evidence {
		return evidence.Evidence{Platform: evidence.SGX, Body: []byte{1}, Endorsements: [][]byte{{2}}}
	}
	for name, c := range map[string]struct {
		reason string
		change func(*evidence.Evidence)
		want   error
	}{
		"UnknownPlatform":  {"nobody verifies it", func(e *evidence.Evidence) { e.Platform = "sgx2" }, evidence.ErrPlatform},
		"NoPlatform":       {"nobody verifies it", func(e *evidence.Evidence) { e.Platform = "" }, evidence.ErrPlatform},
		"NoBody":           {"there is no statement", func(e *evidence.Evidence) { e.Body = nil }, evidence.ErrEmpty},
		"LongBody":         {"one byte above the cap", func(e *evidence.Evidence) { e.Body = make([]byte, evidence.MaxBody+1) }, evidence.ErrCap},
		"LongRuntime":      {"one byte above the cap", func(e *evidence.Evidence) { e.Runtime = make([]byte, evidence.MaxRuntime+1) }, evidence.ErrCap},
		"ManyEndorsements": {"one above the cap", func(e *evidence.Evidence) { e.Endorsements = make([][]byte, evidence.MaxEndorsements+1) }, evidence.ErrCap},
		"EmptyEndorsement": {"it would be no certificate", func(e *evidence.Evidence) { e.Endorsements[0] = nil }, evidence.ErrEmpty},
		"LongEndorsement":  {"one byte above the cap", func(e *evidence.Evidence) { e.Endorsements[0] = make([]byte, evidence.MaxEndorsement+1) }, evidence.ErrCap},
	} {
		t.Run(name, func(t *testing.T) {
			e := good()
			c.change(&e)
			_, err := evidence.Encode(e)
			require.ErrorIs(t, err, c.want, c.reason)
			_, err = evidence.EncodeJSON(e)
			require.ErrorIs(t, err, c.want, c.reason)
		})
	}
}

func TestThereIsOneWayToWrite(t *testing.T) {
	for name, c := range map[string]struct {
		reason, raw string
		want        error
	}{
		"Good":            {"the bytes the rows below change", "a3010102637367780341ff", nil},
		"Nothing":         {"no bytes are no envelope", "", evidence.ErrFormat},
		"Version2":        {"a version that is not read here", "a3010202637367780341ff", evidence.ErrFormat},
		"NoVersion":       {"a field is missing", "a202637367780341ff", evidence.ErrFormat},
		"OtherOrder":      {"keys ascend", "a3026373677801010341ff", evidence.ErrFormat},
		"LongNumber":      {"1 in two bytes", "a301180102637367780341ff", evidence.ErrFormat},
		"LongLength":      {"the body's length in two bytes", "a301010263736778035801ff", evidence.ErrFormat},
		"Indefinite":      {"a map without length", "bf010102637367780341ffff", evidence.ErrFormat},
		"IndefiniteBody":  {"bytes in pieces", "a3010102637367780" + "35f41ffff", evidence.ErrFormat},
		"Twice":           {"the body is there twice", "a4010102637367780341ff0341fe", evidence.ErrFormat},
		"UnknownKey":      {"a field of nobody", "a4010102637367780341ff0601", evidence.ErrFormat},
		"TextKey":         {"a key that is no number", "a4010102637367780341ff616101", evidence.ErrFormat},
		"Tagged":          {"a tag says nothing here", "d9d9f7a3010102637367780341ff", evidence.ErrFormat},
		"EmptyRuntime":    {"what is not there is left out", "a4010102637367780341ff0540", evidence.ErrFormat},
		"NullRuntime":     {"what is not there is left out", "a4010102637367780341ff05f6", evidence.ErrFormat},
		"EmptyList":       {"what is not there is left out", "a4010102637367780341ff0480", evidence.ErrFormat},
		"BodyAsText":      {"bytes are no text", "a3010102637367780361ff", evidence.ErrFormat},
		"BodyAsNumbers":   {"bytes are no list", "a301010263736778038101", evidence.ErrFormat},
		"PlatformAsBytes": {"a name is text", "a3010102437367780341ff", evidence.ErrFormat},
		"UnknownPlatform": {"nobody verifies it", "a3010102637367790341ff", evidence.ErrPlatform},
		"EmptyBody":       {"there is no statement", "a30101026373677803" + "40", evidence.ErrEmpty},
		"HugeLength":      {"a length that is not there costs nothing", "a30101026373677803" + "5b7fffffffffffffff", evidence.ErrFormat},
		"Trailing":        {"something behind the end", "a3010102637367780341ff00", evidence.ErrFormat},
	} {
		t.Run(name, func(t *testing.T) {
			raw, err := hex.DecodeString(c.raw)
			require.NoError(t, err)
			_, err = evidence.Decode(raw)
			require.ErrorIs(t, err, c.want, c.reason)
		})
	}
	_, err := evidence.Decode(make([]byte, evidence.MaxEncoded+1))
	require.ErrorIs(t, err, evidence.ErrCap)
}

func TestJSONIsReadStrictly(t *testing.T) {
	for name, c := range map[string]struct {
		reason, raw string
		want        error
	}{
		"AnyOrder":  {"people write as they like", ` {"evidence":"AQ==", "platform":"sgx","version":1} `, nil},
		"Twice":     {"two readers might take two values", `{"version":1,"platform":"sgx","platform":"tdx","evidence":"AQ=="}`, evidence.ErrFormat},
		"OtherCase": {"names are exact", `{"version":1,"Platform":"sgx","evidence":"AQ=="}`, evidence.ErrFormat},
		"Unknown":   {"a field of nobody", `{"version":1,"platform":"sgx","evidence":"AQ==","x":0}`, evidence.ErrFormat},
		"Behind":    {"two objects", `{"version":1,"platform":"sgx","evidence":"AQ=="}{}`, evidence.ErrFormat},
		"NoBase64":  {"bytes are base64", `{"version":1,"platform":"sgx","evidence":"?"}`, evidence.ErrFormat},
		"NoVersion": {"a field is missing", `{"platform":"sgx","evidence":"AQ=="}`, evidence.ErrFormat},
		"List":      {"no object", `[]`, evidence.ErrFormat},
		"EmptyBody": {"there is no statement", `{"version":1,"platform":"sgx","evidence":""}`, evidence.ErrEmpty},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := evidence.DecodeJSON([]byte(c.raw))
			require.ErrorIs(t, err, c.want, c.reason)
		})
	}
	_, err := evidence.DecodeJSON(bytes.Repeat([]byte(" "), evidence.MaxJSON+1))
	require.ErrorIs(t, err, evidence.ErrCap)
}

func FuzzDecode(f *testing.F) {
	for _, p := range platforms {
		raw, err := evidence.Encode(evidence.Evidence{Platform: p, Body: []byte("body"), Endorsements: [][]byte{{1}, {2, 3}}, Runtime: []byte("r")})
		require.NoError(f, err)
		f.Add(raw)
	}
	loose, err := cbor.Marshal(map[int]any{1: 1, 2: "sgx", 3: []byte{1}, 9: "more"})
	require.NoError(f, err)
	f.Add(loose)
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, err := evidence.Decode(raw)
		if err != nil {
			return
		}
		again, err := evidence.Encode(e)
		require.NoError(t, err)
		require.Equal(t, raw, again)
	})
}

func FuzzDecodeJSON(f *testing.F) {
	f.Add([]byte(`{"version":1,"platform":"sgx","evidence":"AQ==","endorsements":["Ag=="],"runtime":"Aw=="}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if e, err := evidence.DecodeJSON(raw); err == nil {
			page, err := evidence.EncodeJSON(e)
			require.NoError(t, err)
			again, err := evidence.DecodeJSON(page)
			require.NoError(t, err)
			require.Equal(t, e, again)
		}
	})
}
