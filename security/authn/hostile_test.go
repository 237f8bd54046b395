package authn

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cosmos/cosmos-sdk/crypto/keys/ed25519"
	"github.com/cosmos/cosmos-sdk/crypto/keys/multisig"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/entropy/entropytest"
	"github.com/virtengine/virtengine/security/hashes"
)

var aliceKey, malloryKey = &secp256k1.PrivKey{Key: append(make([]byte, 31), 1)}, &secp256k1.PrivKey{Key: append(make([]byte, 31), 2)}

const (
	goodHeader = `{"alg":"ES256K","typ":"JWT"}`
	goodClaims = `{"iss":"ve1alice","aud":["ve1provider"],"exp":1767269400,"nbf":1767268800,"iat":1767268800,"jti":"00","version":"v1","grants":[{"lease":7,"scopes":["logs"]}]}`
)

func encode(raw string) string { return base64.RawURLEncoding.EncodeToString([]byte(raw)) }

// signRaw is a token that alice herself signed, whatever it says.
func signRaw(t testing.TB, header, claims string) string {
	text := encode(header) + "." + encode(claims)
	sig, err := aliceKey.Sign([]byte(text))
	require.NoError(t, err)
	return text + "." + encode(string(sig))
}

func verifier(t testing.TB, now time.Time) *Verifier {
	v, err := NewVerifier("ve1provider", directory{
		"ve1alice": aliceKey.PubKey(), "ve1mallory": malloryKey.PubKey(), "ve1validator": ed25519.GenPrivKeyFromSecret([]byte("x")).PubKey(),
		"ve1club": multisig.NewLegacyAminoPubKey(1, []cryptotypes.PubKey{aliceKey.PubKey()}), "ve1nobody": nil, "ve1broken": &secp256k1.PubKey{Key: []byte{2}},
	}, func() time.Time { return now })
	require.NoError(t, err)
	return v
}

func TestHostileTokens(t *testing.T) {
	good := signRaw(t, goodHeader, goodClaims)
	parts := strings.Split(good, ".")
	claims := func(from, to string) string {
		require.Contains(t, goodClaims, from)
		return signRaw(t, goodHeader, strings.Replace(goodClaims, from, to, 1))
	}
	header := func(h string) string { return signRaw(t, h, goodClaims) }
	withSig := func(change func([]byte) []byte) string {
		raw, err := base64.RawURLEncoding.DecodeString(parts[2])
		require.NoError(t, err)
		return parts[0] + "." + parts[1] + "." + encode(string(change(raw)))
	}
	hs256 := func() string { // the public key, which everybody knows, taken for a secret
		text := encode(`{"alg":"HS256","typ":"JWT"}`) + "." + parts[1]
		mac, err := hashes.MAC(aliceKey.PubKey().Bytes(), []byte(text))
		require.NoError(t, err)
		return text + "." + encode(string(mac))
	}
	for name, tc := range map[string]struct {
		reason, token string
		want          error
	}{
		"Good":          {"what Issue would have written", good, nil},
		"None":          {"no algorithm", encode(`{"alg":"none","typ":"JWT"}`) + "." + parts[1] + ".", ErrToken},
		"NoneSigned":    {"no algorithm, and a signature", header(`{"alg":"none","typ":"JWT"}`), ErrToken},
		"NoneCase":      {"no algorithm in other letters", header(`{"alg":"nOnE","typ":"JWT"}`), ErrToken},
		"NoAlgorithm":   {"an algorithm left out", header(`{"typ":"JWT"}`), ErrToken},
		"AlgorithmCase": {"ours, in other letters", header(`{"alg":"es256k","typ":"JWT"}`), ErrToken},
		"AlgorithmType": {"an algorithm that is no text", header(`{"alg":["ES256K"],"typ":"JWT"}`), ErrToken},
		"HS256":         {"the public key as a secret", hs256(), ErrToken},
		"ES256":         {"the other curve", header(`{"alg":"ES256","typ":"JWT"}`), ErrToken},
		"Crit":          {"an extension that must be understood", header(`{"alg":"ES256K","crit":["exp"],"typ":"JWT"}`), ErrToken},
		"JWK":           {"a key that the token brings along", header(`{"alg":"ES256K","jwk":{},"typ":"JWT"}`), ErrToken},
		"KeyURL":        {"or tells us to fetch", header(`{"alg":"ES256K","jku":"http://127.0.0.1/","typ":"JWT"}`), ErrToken},
		"TwoAlgorithms": {"of two, readers take one", header(`{"alg":"none","alg":"ES256K","typ":"JWT"}`), ErrToken},
		"HeaderOrder":   {"a second way to write it", header(`{"typ":"JWT","alg":"ES256K"}`), ErrToken},
		"HeaderHuge":    {"what is parsed is bounded", header(`{"alg":"ES256K","typ":"` + strings.Repeat("x", 9000) + `"}`), ErrToken},
		"HeaderNested":  {"what is parsed is bounded", header(`{"alg":"ES256K","x":` + strings.Repeat("[", 2500) + strings.Repeat("]", 2500) + `}`), ErrToken},
		"ClaimsNested":  {"what is parsed is bounded", claims(`"version"`, `"x":`+strings.Repeat("[", 2000)+strings.Repeat("]", 2000)+`,"version"`), ErrToken},
		"HeaderNull":    {"a header that is nothing", header(`null`), ErrToken},
		"ClaimsNull":    {"claims that are nothing", signRaw(t, goodHeader, `null`), ErrToken},
		"ClaimsArray":   {"claims of another type", signRaw(t, goodHeader, `[]`), ErrToken},
		"ClaimsTwice":   {"a second value", signRaw(t, goodHeader, goodClaims+goodClaims), ErrToken},
		"ClaimsSpace":   {"a second way to write them", signRaw(t, goodHeader, goodClaims+" "), ErrToken},
		"FourParts":     {"a dot more", good + ".", ErrToken},
		"FiveParts":     {"an encrypted token", good + ".a.b", ErrToken},
		"TwoParts":      {"a dot less", parts[0] + "." + parts[1], ErrToken},
		"Dots":          {"dots", "..", ErrToken},
		"ManyDots":      {"many dots", strings.Repeat(".", 8000), ErrToken},
		"Space":         {"what a header might carry", " " + good, ErrToken},
		"LineFeed":      {"what a file might end with", good + "\n", ErrToken},
		"LineFeedMid":   {"what a decoder skips", parts[0] + "\n." + parts[1] + "." + parts[2], ErrToken},
		"Padding":       {"a second way to write it", good + "==", ErrToken},
		"PaddingMid":    {"a second way to write it", encode(goodHeader) + "=." + parts[1] + "." + parts[2], ErrToken},
		"StdBase64":     {"another alphabet", strings.NewReplacer("-", "+", "_", "/").Replace(good) + "+", ErrToken},
		"LooseBits":     {"bits that nobody reads", good[:len(good)-1] + string(good[len(good)-1]+1), ErrToken},
		"TwoIssuers":    {"of two, readers take one", claims(`{"iss":"ve1alice"`, `{"iss":"ve1mallory","iss":"ve1alice"`), ErrToken},
		"IssuerCase":    {"which some readers take for the issuer", claims(`"version"`, `"ISS":"ve1alice","version"`), ErrToken},
		"Escaped":       {"a letter written otherwise", claims(`"iss":"ve1alice"`, `"iss":"ve1\u0061lice"`), ErrToken},
		"UnknownClaim":  {"what we would not honour", claims(`"version"`, `"cnf":{},"version"`), ErrToken},
		"TwoAudiences":  {"a token is for one", claims(`["ve1provider"]`, `["ve1provider","ve1other"]`), ErrToken},
		"BareAudience":  {"a second way to write it", claims(`["ve1provider"]`, `"ve1provider"`), ErrToken},
		"NoAudience":    {"a token for everybody", claims(`"aud":["ve1provider"],`, ``), ErrToken},
		"OtherAudience": {"a token for another", claims(`ve1provider`, `ve1provider2`), ErrToken},
		"EmptyAudience": {"a token for nobody", claims(`["ve1provider"]`, `[""]`), ErrToken},
		"NoExpiry":      {"a token for ever", claims(`"exp":1767269400,`, ``), ErrToken},
		"LongLife":      {"a token for a year", claims(`1767269400`, `1798804800`), ErrToken},
		"LifeOverLong":  {"a second above the most", claims(`1767269400`, `1767269701`), ErrToken},
		"LifeLongest":   {"the most", claims(`1767269400`, `1767269700`), nil},
		"NoIssuedAt":    {"a life that nobody can tell", claims(`"iat":1767268800,`, ``), ErrToken},
		"EndsFirst":     {"over before it began", claims(`1767269400`, `1767268800`), ErrToken},
		"NegativeIat":   {"a life of two thousand years", claims(`"iat":1767268800`, `"iat":-62135596800`), ErrToken},
		"NegativeExp":   {"over long ago", claims(`1767269400`, `-1`), ErrToken},
		"FloatExp":      {"seconds are whole", claims(`1767269400`, `1767269400.5`), ErrToken},
		"ExponentExp":   {"a second way to write it", claims(`1767269400`, `1.7672694e9`), ErrToken},
		"HugeExp":       {"beyond all clocks", claims(`1767269400`, `1e300`), ErrToken},
		"HugeNegative":  {"before all clocks", claims(`"iat":1767268800`, `"iat":-1e300`), ErrToken},
		"TextExp":       {"a number as text", claims(`1767269400`, `"1767269400"`), ErrToken},
		"NullExp":       {"nothing", claims(`1767269400`, `null`), ErrToken},
		"NotYet":        {"valid later", claims(`"nbf":1767268800`, `"nbf":1767269000`), ErrToken},
		"UnknownScope":  {"a scope of a version to come", claims(`["logs"]`, `["logs","root"]`), ErrToken},
		"ScopeCase":     {"scopes have one form", claims(`["logs"]`, `["Logs"]`), ErrToken},
		"EmptyScope":    {"no scope", claims(`["logs"]`, `[""]`), ErrToken},
		"NegativeLease": {"leases are counted from one", claims(`"lease":7`, `"lease":-7`), ErrToken},
		"HugeLease":     {"a lease that wraps", claims(`"lease":7`, `"lease":18446744073709551623`), ErrToken},
		"ZeroLease":     {"a second way to write every lease", claims(`"lease":7`, `"lease":0`), ErrToken},
		"Version":       {"a version that is not ours", claims(`"v1"`, `"v2"`), ErrToken},
		"NoVersion":     {"none", claims(`"version":"v1",`, ``), ErrToken},
		"KeySwap":       {"alice's signature for mallory", claims(`ve1alice`, `ve1mallory`), ErrToken},
		"Ed25519":       {"a key that signs otherwise", claims(`ve1alice`, `ve1validator`), ErrKeyType},
		"Multisig":      {"one of a club's members speaks for it", claims(`ve1alice`, `ve1club`), ErrKeyType},
		"NilKey":        {"an account without a key", claims(`ve1alice`, `ve1nobody`), ErrKeyType},
		"BrokenKey":     {"a key that is none", claims(`ve1alice`, `ve1broken`), ErrKeyType},
		"HighS":         {"the signature's second form", withSig(tokenHighS), ErrSignature},
		"BigR":          {"an r that wraps", withSig(func(b []byte) []byte { copy(b, strings.Repeat("\xff", 32)); return b }), ErrSignature},
		"TrailingByte":  {"a byte after the signature", withSig(func(b []byte) []byte { return append(b, 0) }), ErrSignature},
		"Truncated":     {"a byte less", withSig(func(b []byte) []byte { return b[:63] }), ErrSignature},
		"DER":           {"another encoding", withSig(func(b []byte) []byte { return append([]byte{0x30, 68, 2, 32}, b...) }), ErrSignature},
		"ZeroSig":       {"the signature of zeros", withSig(func([]byte) []byte { return make([]byte, 64) }), ErrSignature},
		"EmptySig":      {"none", parts[0] + "." + parts[1] + ".", ErrToken},
		"NotUTF8":       {"text that is none", claims(`"jti":"00"`, "\"jti\":\"\xff\""), ErrToken},
		"NUL":           {"a claim that ends early for some", claims(`"jti":"00"`, `"jti":"0\u0000"`), nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := verifier(t, noon).Verify(t.Context(), tc.token)
			require.ErrorIs(t, err, tc.want, tc.reason)
			if tc.want == nil {
				require.Equal(t, "ve1alice", got.Issuer)
				return
			}
			require.Zero(t, got)
			require.True(t, errors.Is(err, ErrToken) || errors.Is(err, ErrExpired), "a gateway knows what to answer: %v", err)
		})
	}
}

func tokenHighS(sig []byte) []byte {
	n, _ := new(big.Int).SetString("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16)
	new(big.Int).Sub(n, new(big.Int).SetBytes(sig[32:])).FillBytes(sig[32:])
	return sig
}

// TestTheEdgesOfAToken: valid from 12:00:00 to 12:10:00, and clocks may differ by thirty seconds.
func TestTheEdgesOfAToken(t *testing.T) {
	token := signRaw(t, goodHeader, goodClaims)
	for name, tc := range map[string]struct {
		reason string
		at     time.Duration
		want   error
	}{
		"Begin":     {"at once", 0, nil},
		"Ahead":     {"its maker's clock is ahead", -30 * time.Second, nil},
		"TooEarly":  {"not that far", -30*time.Second - 1, ErrToken},
		"End":       {"its last moment", 10*time.Minute - 1, nil},
		"Skew":      {"our clock is ahead", 10*time.Minute + 30*time.Second - 1, nil},
		"Over":      {"not that far", 10*time.Minute + 30*time.Second, ErrExpired},
		"NextYear":  {"a recording", 365 * 24 * time.Hour, ErrExpired},
		"ClockZero": {"a server that does not know the time", -noon.Sub(time.Unix(0, 0)), ErrToken},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := verifier(t, noon.Add(tc.at)).Verify(t.Context(), token)
			require.ErrorIs(t, err, tc.want, tc.reason)
		})
	}
}

func TestWhatIssueWritesIsTheOneForm(t *testing.T) {
	for name, grants := range map[string][]Grant{
		"None":   nil,
		"Empty":  {},
		"All":    {{Scopes: AllScopes()}},
		"Nil":    {{Lease: 1}},
		"Leases": {{Lease: 1<<64 - 1, Scopes: []Scope{ScopeShell}}, {Lease: 2}},
	} {
		t.Run(name, func(t *testing.T) {
			token, err := Issue(aliceKey.Sign, "ve1alice", "ve1provider", grants, noon.Add(time.Second/3), time.Minute, entropytest.Reader(t, 1))
			require.NoError(t, err)
			got, err := verifier(t, noon.Add(time.Second)).Verify(t.Context(), token)
			require.NoError(t, err)
			require.Equal(t, len(grants), len(got.Grants))
		})
	}
}

// FuzzToken: no token makes Verify panic, and one that it accepts is, written again from what it says, the same signed bytes.
func FuzzToken(f *testing.F) {
	good := signRaw(f, goodHeader, goodClaims)
	f.Add(good)
	for _, claims := range []string{`{}`, `null`, `{"iss":"ve1alice","aud":["ve1provider"],"exp":1767269400,"iat":1767268800,"jti":"","version":"v1","grants":null}`,
		strings.Replace(goodClaims, "1767269400", "1.7672694e9", 1), strings.Replace(goodClaims, "\"lease\":7", "\"lease\":0", 1)} {
		f.Add(signRaw(f, goodHeader, claims))
		f.Add("\x00" + claims) // see below: signed for the fuzzer
	}
	f.Add("..")
	f.Add(encode(`{"alg":"none"}`) + "." + encode(goodClaims) + ".")
	f.Fuzz(func(t *testing.T, token string) {
		// A fuzzer cannot sign, so what begins with NUL is taken for claims that alice signs.
		if claims, ok := strings.CutPrefix(token, "\x00"); ok {
			token = signRaw(t, goodHeader, claims)
		}
		got, err := verifier(t, noon).Verify(context.Background(), token)
		if err != nil {
			if !errors.Is(err, ErrToken) && !errors.Is(err, ErrExpired) && !errors.Is(err, errChainAway) {
				t.Fatalf("an error without a kind: %v", err)
			}
			return
		}
		signed, _, _ := strings.Cut(token, ".")
		require.Equal(t, encode(goodHeader), signed)
		require.Equal(t, token[:strings.LastIndexByte(token, '.')], encode(goodHeader)+"."+encode(again(t, token, got)))
	})
}

// again writes the claims of an accepted token by hand, but for the times that Claims does not tell.
func again(t *testing.T, token string, c Claims) string {
	var times struct{ Nbf, Iat *int64 }
	raw, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &times))
	text := func(v any) string {
		out, err := json.Marshal(v)
		require.NoError(t, err)
		return string(out)
	}
	out := `{"iss":` + text(c.Issuer) + `,"aud":[` + text(c.Audience) + `],"exp":` + strconv.FormatInt(c.Expires.Unix(), 10)
	if times.Nbf != nil {
		out += `,"nbf":` + strconv.FormatInt(*times.Nbf, 10)
	}
	out += `,"iat":` + strconv.FormatInt(*times.Iat, 10)
	if c.ID != "" {
		out += `,"jti":` + text(c.ID)
	}
	return out + `,"version":"v1","grants":` + text(c.Grants) + `}`
}
