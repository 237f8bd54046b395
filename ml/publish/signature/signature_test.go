package signature_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/ml/publish/packtest"
	"github.com/virtengine/virtengine/ml/publish/signature"
	"github.com/virtengine/virtengine/security/entropy"
	"github.com/virtengine/virtengine/security/secret"
)

func signed(t testing.TB, payload string, keys ...byte) signature.Envelope {
	t.Helper()
	e := signature.Envelope{Payload: []byte(payload)}
	for _, n := range keys {
		var err error
		e, err = e.Sign(context.Background(), packtest.Signer(t, n))
		require.NoError(t, err)
	}
	return e
}

func TestWhatIsSignedIsDSSE(t *testing.T) {
	require.Equal(t, "DSSEv1 54 application/vnd.virtengine.model-pack.manifest.v1+json 2 {}", string(signature.Message([]byte("{}"))))
	e := signed(t, "{}", 1)
	public, err := packtest.Signer(t, 1).Public().PEM()
	require.NoError(t, err)
	block, _ := pem.Decode(public)
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	require.NoError(t, err)
	require.True(t, ed25519.Verify(key.(ed25519.PublicKey), signature.Message([]byte("{}")), e.Signatures[0].Sig[:]))
	require.False(t, ed25519.Verify(key.(ed25519.PublicKey), []byte("{}"), e.Signatures[0].Sig[:]), "the payload alone was not signed")
}

func TestKeysAreCountedNotSignatures(t *testing.T) {
	for name, tc := range map[string]struct {
		reason    string
		trusted   []byte
		threshold int
		signed    []byte
		want      error
	}{
		"One":      {"one of one", []byte{1}, 1, []byte{1}, nil},
		"Two":      {"two of three", []byte{1, 2, 3}, 2, []byte{3, 1}, nil},
		"Twice":    {"the same key again is one key", []byte{1, 2}, 2, []byte{1, 1, 1}, signature.ErrTooFew},
		"Stranger": {"a stranger counts for nothing", []byte{1, 2}, 2, []byte{1, 9, 8}, signature.ErrTooFew},
		"Crowd":    {"and harms nothing", []byte{1, 2}, 2, []byte{9, 8, 1, 2}, nil},
		"Nobody":   {"nobody signed", []byte{1}, 1, nil, signature.ErrTooFew},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := packtest.Trust(t, tc.threshold, tc.trusted...).Check(signed(t, "m", tc.signed...))
			require.ErrorIs(t, err, tc.want, tc.reason)
			if tc.want == nil {
				require.Len(t, got, tc.threshold)
			}
		})
	}
}

func TestASignatureIsNobodyElses(t *testing.T) {
	e := signed(t, "m", 1)
	trust := packtest.Trust(t, 1, 2)
	forged := e.Signatures[0]
	forged.Key = packtest.Signer(t, 2).Public().ID()
	renamed, err := signature.Envelope{Payload: e.Payload}.With(forged)
	require.NoError(t, err)
	_, err = trust.Check(renamed)
	require.ErrorIs(t, err, signature.ErrTooFew, "a key id is a claim")
	_, err = packtest.Trust(t, 1, 1).Check(renamed)
	require.ErrorIs(t, err, signature.ErrTooFew, "and each key is asked about its own signatures only, which bounds the work")
	_, err = packtest.Trust(t, 1, 1).Check(signature.Envelope{Payload: []byte("n"), Signatures: e.Signatures})
	require.ErrorIs(t, err, signature.ErrTooFew, "over another payload")
	broken := e.Signatures[0]
	broken.Sig[5] ^= 1
	both, err := e.With(broken)
	require.NoError(t, err)
	_, err = packtest.Trust(t, 1, 1).Check(both)
	require.NoError(t, err, "a bad signature that somebody added does not take the good one away")
}

func TestATrustThatMakesNoSense(t *testing.T) {
	one := packtest.Signer(t, 1).Public()
	for name, tc := range map[string]struct {
		reason    string
		keys      []signature.PublicKey
		threshold int
	}{
		"Zero":     {"nobody need sign", []signature.PublicKey{one}, 0},
		"Negative": {"less than nobody", []signature.PublicKey{one}, -1},
		"Above":    {"never reached", []signature.PublicKey{one}, 2},
		"None":     {"no keys", nil, 1},
		"Twice":    {"one key, two votes", []signature.PublicKey{one, one}, 2},
		"ZeroKey":  {"a key that checks nothing", []signature.PublicKey{{}}, 1},
	} {
		_, err := signature.NewTrust(tc.keys, tc.threshold)
		require.ErrorIs(t, err, signature.ErrTrust, name+": "+tc.reason)
	}
	_, err := signature.Trust{}.Check(signed(t, "m", 1))
	require.ErrorIs(t, err, signature.ErrTrust, "the zero Trust takes nothing")
}

func TestKeysThatAreNone(t *testing.T) {
	other, err := ecdsa.GenerateKey(elliptic.P256(), entropy.Reader())
	require.NoError(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(other)
	require.NoError(t, err)
	public, err := x509.MarshalPKIXPublicKey(&other.PublicKey)
	require.NoError(t, err)
	block := func(kind string, der []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}) }
	good := packtest.KeyPEM(t, 1)
	for name, tc := range map[string]struct {
		reason string
		text   []byte
	}{
		"Noise":  {"no PEM", []byte("hello")},
		"Curve":  {"another algorithm", block("PRIVATE KEY", private)},
		"Type":   {"another kind of block", block("OPENSSH PRIVATE KEY", private)},
		"Broken": {"no PKCS #8", block("PRIVATE KEY", []byte("hello"))},
		"Two":    {"two keys: which one", append(bytes.Clone(good), good...)},
	} {
		_, err := signature.NewSigner(secret.Move(bytes.Clone(tc.text)))
		require.ErrorIs(t, err, signature.ErrKey, name+": "+tc.reason)
	}
	_, err = signature.NewSigner(secret.Bytes{})
	require.ErrorIs(t, err, secret.ErrEmpty)

	mine, err := packtest.Signer(t, 1).Public().PEM()
	require.NoError(t, err)
	for name, tc := range map[string]struct {
		reason string
		text   []byte
	}{
		"Nothing": {"no key", nil},
		"Private": {"a private key in a list of public ones", good},
		"Curve":   {"another algorithm", block("PUBLIC KEY", public)},
		"Broken":  {"no key inside", block("PUBLIC KEY", []byte("hello"))},
		"Twice":   {"one key, two votes", append(bytes.Clone(mine), mine...)},
		"Many":    {"a list without end", slices.Concat(everyone(t)...)},
	} {
		_, err := signature.ParsePublicKeys(tc.text)
		require.ErrorIs(t, err, signature.ErrKey, name+": "+tc.reason)
		require.NotContains(t, err.Error(), strings.Split(string(good), "\n")[1], "no error repeats a key")
	}
	keys, err := signature.ParsePublicKeys(append([]byte("Ann, since 2026\n"), mine...))
	require.NoError(t, err)
	require.Equal(t, packtest.Signer(t, 1).Public().ID(), keys[0].ID())
	require.NotContains(t, fmt.Sprintf("%v %+v %#v", packtest.Signer(t, 1), packtest.Signer(t, 1), packtest.Signer(t, 1)), strings.Split(string(good), "\n")[1])
}

// everyone is more keys than a file may hold.
func everyone(t *testing.T) (all [][]byte) {
	for n := range byte(70) {
		public, err := packtest.Signer(t, n).Public().PEM()
		require.NoError(t, err)
		all = append(all, public)
	}
	return all
}

func TestABundleIsOneSignature(t *testing.T) {
	e := signed(t, "manifest", 1)
	raw, err := signature.WriteBundle(e)
	require.NoError(t, err)
	require.Contains(t, string(raw), `"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"`)
	require.Contains(t, string(raw), `"publicKey":{"hint":"`+base64.StdEncoding.EncodeToString(e.Signatures[0].Key.Bytes())+`"}`)
	again, err := signature.ReadBundle(raw)
	require.NoError(t, err)
	require.Equal(t, e, again)
	_, err = signature.WriteBundle(signed(t, "manifest", 1, 2))
	require.ErrorIs(t, err, signature.ErrBundle)

	text, hint := string(raw), base64.StdEncoding.EncodeToString(e.Signatures[0].Key.Bytes())
	replace := func(old, with string) string {
		require.Contains(t, text, old)
		return strings.Replace(text, old, with, 1)
	}
	for name, tc := range map[string]struct {
		reason, text string
		want         error
	}{
		"Spaces":      {"others write it with white space", replace(`{"hint"`, `{ "hint"`), nil},
		"NoKeyID":     {"others leave the key's id to the hint", replace(`"keyid":"`+e.Signatures[0].Key.String()+`",`, ""), nil},
		"Version":     {"another version of the format", replace("v0.3", "v0.4"), signature.ErrBundle},
		"Log":         {"a log entry that nobody here would check", replace(`"publicKey"`, `"tlogEntries":[{"logIndex":"1"}],"publicKey"`), signature.ErrBundle},
		"NoLog":       {"none is none", replace(`"publicKey"`, `"tlogEntries":[],"publicKey"`), nil},
		"Times":       {"a timestamp neither", replace(`"publicKey"`, `"timestampVerificationData":{},"publicKey"`), signature.ErrBundle},
		"Certificate": {"nor a certificate", replace(`"publicKey":{"hint":"`+hint+`"}`, `"certificate":{"rawBytes":"AA=="}`), signature.ErrBundle},
		"OtherHint":   {"envelope and hint name two keys", replace(hint, base64.StdEncoding.EncodeToString(make([]byte, 32))), signature.ErrBundle},
		"NoHint":      {"no key is named", replace(hint, ""), signature.ErrBundle},
		"PayloadType": {"it was signed for something else", replace("model-pack", "model-rack"), signature.ErrEnvelope},
		"Base64":      {"two texts of one payload", replace(`"payload":"`, `"payload":"\n`), signature.ErrEnvelope},
		"Twice":       {"two media types", replace(`"mediaType"`, `"mediaType":"","mediaType"`), signature.ErrBundle},
		"Unknown":     {"a field that nobody reads", replace(`"mediaType"`, `"more":"","mediaType"`), signature.ErrBundle},
		"Message":     {"a signature over bytes, not over an envelope", replace(`"mediaType"`, `"messageSignature":{},"mediaType"`), signature.ErrBundle},
		"Behind":      {"something behind it", text + "{}", signature.ErrBundle},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := signature.ReadBundle([]byte(tc.text))
			require.ErrorIs(t, err, tc.want, tc.reason)
			if tc.want == nil {
				require.Equal(t, e, got)
			}
		})
	}
}

func TestAnEnvelopeHasOneForm(outer *testing.T) {
	rapid.Check(outer, func(t *rapid.T) {
		keys := rapid.SliceOfNDistinct(rapid.Byte(), 1, 4, rapid.ID).Draw(t, "keys")
		order := rapid.Permutation(keys).Draw(t, "order")
		payload := rapid.SliceOf(rapid.Byte()).Draw(t, "payload")
		a, err := signed(outer, string(payload), keys...).Write()
		require.NoError(t, err)
		b, err := signed(outer, string(payload), order...).Write()
		require.NoError(t, err)
		require.Equal(t, string(a), string(b), "who signed first does not show")
		e, err := signature.ReadEnvelope(a)
		require.NoError(t, err)
		require.Equal(t, string(payload), string(e.Payload))
	})
	_, err := signature.Envelope{Payload: []byte("m")}.Write()
	require.ErrorIs(outer, err, signature.ErrEnvelope, "an envelope without signatures is none")
	_, err = signature.Envelope{}.Sign(outer.Context(), nil)
	require.ErrorIs(outer, err, signature.ErrKey)
}
