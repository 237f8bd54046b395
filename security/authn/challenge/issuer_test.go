package challenge

import (
	"context"
	"errors"
	"io"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/cosmos/cosmos-sdk/crypto/keys/ed25519"
	"github.com/cosmos/cosmos-sdk/crypto/keys/multisig"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	"github.com/cosmos/cosmos-sdk/types/bech32"
	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/authn"
	"github.com/virtengine/virtengine/security/authn/replay"
	"github.com/virtengine/virtengine/security/entropy/entropytest"
	"github.com/virtengine/virtengine/security/secret"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

const origin = "https://console.example.org"

var alice, mallory = &secp256k1.PrivKey{Key: private(1)}, &secp256k1.PrivKey{Key: private(2)}

func private(n byte) []byte { return append(make([]byte, 31), n) }

func address(t testing.TB, key cryptotypes.PubKey) string {
	a, err := bech32.ConvertAndEncode("ve", key.Address())
	require.NoError(t, err)
	return a
}

// fixture is an issuer and its clock.
type fixture struct {
	*Issuer
	now    time.Time
	config Config
}

func newFixture(t testing.TB) *fixture {
	f := &fixture{now: noon}
	replays, err := replay.NewMemory(10, func() time.Time { return f.now })
	require.NoError(t, err)
	f.config = Config{
		Audience: origin, Purposes: []string{"log in", "link this account"}, Life: 5 * time.Minute,
		Key: secret.Move([]byte(strings.Repeat("k", 32))), Replays: replays, Now: func() time.Time { return f.now },
		Entropy: entropytest.Reader(t, 1),
	}
	f.Issuer, err = NewIssuer(f.config)
	require.NoError(t, err)
	return f
}

func (f *fixture) issue(t testing.TB) string {
	text, err := f.Issue(address(t, alice.PubKey()), "log in")
	require.NoError(t, err)
	return text
}

// answer is what a wallet of key says to text, as that of signer.
func answer(t testing.TB, key *secp256k1.PrivKey, signer, text string) Answer {
	sig, err := key.Sign([]byte(handMade(signer, text)))
	require.NoError(t, err)
	return Answer{Text: text, Key: key.PubKey(), Signature: sig}
}

func TestTheTextThatAWalletShows(t *testing.T) {
	f := newFixture(t)
	text := f.issue(t)
	lines := strings.Split(text, "\n")
	nonce, seal := lines[7], lines[10]
	require.Equal(t, `Prove that this account is yours.
Sign only if you came here yourself to do this. It moves no coins and costs nothing.

Version: 1
Asked by: https://console.example.org
Account: ve1w508d6qejxtdg4y5r3zarvary0c5xw7kxqvwqs
Purpose: log in
`+nonce+`
Issued: 2026-01-01T12:00:00Z
Expires: 2026-01-01T12:05:00Z
`+seal, text)
	require.Regexp(t, `^Nonce: [A-Z2-7]{32}$`, nonce)
	require.Regexp(t, `^Seal: [0-9a-f]{64}$`, seal)
	require.NotEqual(t, text, f.issue(t), "each has a nonce of its own")
	got, err := f.Verify(t.Context(), answer(t, alice, address(t, alice.PubKey()), text), "log in")
	require.NoError(t, err)
	require.Equal(t, Challenge{
		Audience: origin, Account: address(t, alice.PubKey()), Purpose: "log in", Nonce: nonce[7:],
		Issued: noon, Expires: noon.Add(5 * time.Minute),
	}, got)
}

func highS(sig []byte) []byte {
	n, _ := new(big.Int).SetString("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16)
	out := append([]byte(nil), sig...)
	new(big.Int).Sub(n, new(big.Int).SetBytes(sig[32:])).FillBytes(out[32:])
	return out
}

func TestAnAnswerIsGoodForOneChallenge(t *testing.T) {
	me := address(t, alice.PubKey())
	replaced := func(from, to string) func(*fixture, *Answer) {
		return func(_ *fixture, a *Answer) {
			text := strings.Replace(a.Text, from, to, 1)
			require.NotEqual(t, a.Text, text)
			*a = answer(t, alice, me, text) // the account signs what an attacker wrote
		}
	}
	for name, tc := range map[string]struct {
		reason string
		change func(*fixture, *Answer)
		want   error
	}{
		"Good":       {"the account's answer to its own challenge", func(*fixture, *Answer) {}, nil},
		"LastSecond": {"until it expires", func(f *fixture, _ *Answer) { f.now = noon.Add(5*time.Minute - 1) }, nil},
		"Expired":    {"and not at that moment", func(f *fixture, _ *Answer) { f.now = noon.Add(5 * time.Minute) }, ErrExpired},
		"ClockBack":  {"a challenge of tomorrow", func(f *fixture, _ *Answer) { f.now = noon.Add(-1) }, ErrExpired},
		"Audience":   {"a text of another site, signed there", replaced("console.example.org", "evil.example.org"), ErrAudience},
		"Account":    {"another account's challenge", replaced(me, address(t, mallory.PubKey())), ErrText},
		"Purpose": {"a text that we wrote for something else", func(f *fixture, a *Answer) {
			text, err := f.Issue(me, "link this account")
			require.NoError(t, err)
			*a = answer(t, alice, me, text)
		}, ErrPurpose},
		"OtherPurpose": {"a purpose that was not asked for", replaced("log in", "link this account"), ErrText},
		"Nonce":        {"a nonce of the signer's own choice", replaced("Nonce: ", "Nonce: A"), ErrText},
		"Life":         {"a longer life", replaced("12:05:00Z", "12:15:00Z"), ErrText},
		"Fraction":     {"another form of the same time", replaced("12:00:00Z", "12:00:00.0Z"), ErrText},
		"Zone":         {"another form of the same time", replaced("12:00:00Z", "12:00:00+00:00"), ErrText},
		"Version":      {"a version that is not ours", replaced("Version: 1", "Version: 2"), ErrText},
		"Preamble":     {"a promise that is not ours", replaced("moves no coins", "moves some coins"), ErrText},
		"Seal":         {"a seal of nobody", replaced("Seal: ", "Seal: 0"), ErrText},
		"SealUpper": {"a seal in another form", func(_ *fixture, a *Answer) {
			i := strings.Index(a.Text, "Seal: ") + 6
			*a = answer(t, alice, me, a.Text[:i]+strings.ToUpper(a.Text[i:]))
		}, ErrText},
		"Trailing":     {"something after the end", func(_ *fixture, a *Answer) { *a = answer(t, alice, me, a.Text+"\n") }, ErrText},
		"CRLF":         {"other ends of lines", replaced("\nNonce", "\r\nNonce"), ErrText},
		"Twice":        {"a line twice", replaced("Purpose: log in\n", "Purpose: log in\nPurpose: log in\n"), ErrText},
		"Huge":         {"what is read is bounded", func(_ *fixture, a *Answer) { a.Text += strings.Repeat("x", MaxText) }, ErrText},
		"Empty":        {"nothing", func(_ *fixture, a *Answer) { *a = Answer{} }, ErrText},
		"OtherKey":     {"another key signs", func(_ *fixture, a *Answer) { *a = answer(t, mallory, me, a.Text) }, ErrAccount},
		"KeySwap":      {"another key's signature with the account's key", func(_ *fixture, a *Answer) { a.Signature = answer(t, mallory, me, a.Text).Signature }, authn.ErrSignature},
		"SignerField":  {"the document names another signer", func(_ *fixture, a *Answer) { *a = answer(t, alice, address(t, mallory.PubKey()), a.Text) }, authn.ErrSignature},
		"RawText":      {"the text itself is signed, not the document", func(_ *fixture, a *Answer) { a.Signature, _ = alice.Sign([]byte(a.Text)) }, authn.ErrSignature},
		"HighS":        {"the signature's second form", func(_ *fixture, a *Answer) { a.Signature = highS(a.Signature) }, authn.ErrSignature},
		"TrailingByte": {"a byte after the signature", func(_ *fixture, a *Answer) { a.Signature = append(a.Signature, 0) }, authn.ErrSignature},
		"NoSignature":  {"no signature", func(_ *fixture, a *Answer) { a.Signature = nil }, authn.ErrSignature},
		"ZeroSig":      {"the signature of zeros", func(_ *fixture, a *Answer) { a.Signature = make([]byte, 64) }, authn.ErrSignature},
		"NoKey":        {"no key", func(_ *fixture, a *Answer) { a.Key = nil }, authn.ErrKeyType},
		"NilKey":       {"a typed nil", func(_ *fixture, a *Answer) { a.Key = (*secp256k1.PubKey)(nil) }, authn.ErrKeyType},
		"ShortKey":     {"half a key", func(_ *fixture, a *Answer) { a.Key = &secp256k1.PubKey{Key: a.Key.Bytes()[:20]} }, authn.ErrKeyType},
		"Ed25519":      {"a validator's key", func(_ *fixture, a *Answer) { a.Key = ed25519.GenPrivKey().PubKey() }, authn.ErrKeyType},
		"Multisig": {"a multisig's parts sign transactions only", func(_ *fixture, a *Answer) {
			a.Key = multisig.NewLegacyAminoPubKey(1, []cryptotypes.PubKey{alice.PubKey()})
		}, authn.ErrKeyType},
		"StoreClosed": {"what cannot be remembered is refused", func(f *fixture, _ *Answer) { _ = f.config.Replays.Close() }, replay.ErrUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			text := f.issue(t)
			a := answer(t, alice, me, text)
			tc.change(f, &a)
			got, err := f.Verify(t.Context(), a, "log in")
			require.ErrorIs(t, err, tc.want, tc.reason)
			if tc.want != nil {
				require.Zero(t, got)
				if f.now = noon; !errors.Is(err, replay.ErrUnavailable) {
					_, err = f.Verify(t.Context(), answer(t, alice, me, text), "log in")
					require.NoError(t, err, "a refusal does not use the challenge up")
				}
				return
			}
			_, err = f.Verify(t.Context(), a, "log in")
			require.ErrorIs(t, err, replay.ErrReplayed, "once")
		})
	}
}

func TestIssuersDoNotTakeEachOthersChallenges(t *testing.T) {
	f := newFixture(t)
	a := answer(t, alice, address(t, alice.PubKey()), f.issue(t))
	c := f.config
	c.Key = secret.Move([]byte(strings.Repeat("x", 32)))
	other, err := NewIssuer(c)
	require.NoError(t, err)
	_, err = other.Verify(t.Context(), a, "log in")
	require.ErrorIs(t, err, ErrText)
	c = f.config
	c.Audience = "https://console.example.net"
	other, err = NewIssuer(c)
	require.NoError(t, err)
	_, err = other.Verify(t.Context(), a, "log in")
	require.ErrorIs(t, err, ErrAudience, "with the same key")
}

func TestIssueRefuses(t *testing.T) {
	f := newFixture(t)
	_, err := f.Issue("nobody", "log in")
	require.ErrorIs(t, err, ErrAddress)
	_, err = f.Issue(address(t, alice.PubKey()), "send coins")
	require.ErrorIs(t, err, ErrPurpose)
	c := f.config
	c.Entropy = strings.NewReader("short")
	i, err := NewIssuer(c)
	require.NoError(t, err)
	_, err = i.Issue(address(t, alice.PubKey()), "log in")
	require.ErrorIs(t, err, io.ErrUnexpectedEOF, "a nonce that is not random is none")
}

func TestAnIssuerNeedsAllItsParts(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		change func(*Config)
	}{
		"NoReplays":   {"nothing would be used up", func(c *Config) { c.Replays = nil }},
		"NoClock":     {"nothing would expire", func(c *Config) { c.Now = nil }},
		"NoEntropy":   {"nonces would be guessable", func(c *Config) { c.Entropy = nil }},
		"NoKey":       {"anybody could seal", func(c *Config) { c.Key = secret.Bytes{} }},
		"ShortKey":    {"a key that can be guessed", func(c *Config) { c.Key = secret.Move(make([]byte, 31)) }},
		"NoLife":      {"over before it is answered", func(c *Config) { c.Life = 0 }},
		"LongLife":    {"a signature lies around for hours", func(c *Config) { c.Life = MaxLife + time.Second }},
		"Fraction":    {"texts have whole seconds", func(c *Config) { c.Life = 1500 * time.Millisecond }},
		"NoAudience":  {"nobody asks", func(c *Config) { c.Audience = "" }},
		"TwoLines":    {"an audience that writes lines of its own", func(c *Config) { c.Audience = "a\nAccount: b" }},
		"Homograph":   {"an audience that looks like another", func(c *Config) { c.Audience = "https://cоnsole.example.org" }},
		"NoPurposes":  {"nothing to ask for", func(c *Config) { c.Purposes = nil }},
		"BadPurpose":  {"spaces that nobody sees", func(c *Config) { c.Purposes = []string{"log in "} }},
		"LongPurpose": {"what a wallet would cut off", func(c *Config) { c.Purposes = []string{strings.Repeat("a", 101)} }},
	} {
		t.Run(name, func(t *testing.T) {
			c := newFixture(t).config
			tc.change(&c)
			_, err := NewIssuer(c)
			require.ErrorIs(t, err, ErrConfig, tc.reason)
		})
	}
}

func TestReadAnswer(t *testing.T) {
	const key = `{"type":"tendermint/PubKeySecp256k1","value":"Anm+Zn753LusVaBilc6HCwcCm/zbLc4o2VnygVsW+BeY"}`
	for name, tc := range map[string]struct {
		reason, json string
		want         error
	}{
		"Good":       {"what a wallet returns", `{"text":"t","pub_key":` + key + `,"signature":"AA=="}`, nil},
		"Multisig":   {"refused by its name", `{"text":"t","pub_key":{"type":"tendermint/PubKeyMultisigThreshold","value":""},"signature":"AA=="}`, authn.ErrKeyType},
		"Ethereum":   {"another digest, another address", `{"text":"t","pub_key":{"type":"ethsecp256k1/PubKey","value":"AA=="},"signature":"AA=="}`, authn.ErrKeyType},
		"ShortKey":   {"a key has 33 bytes", `{"text":"t","pub_key":{"type":"tendermint/PubKeySecp256k1","value":"AA=="},"signature":"AA=="}`, authn.ErrKeyType},
		"NoKey":      {"a key is needed", `{"text":"t","signature":"AA=="}`, authn.ErrKeyType},
		"Unknown":    {"members that we do not know", `{"text":"t","pub_key":` + key + `,"signature":"AA==","admin":true}`, ErrAnswer},
		"Trailing":   {"a second value", `{"text":"t","pub_key":` + key + `,"signature":"AA=="}{}`, ErrAnswer},
		"Base64":     {"URL base64 is another alphabet", `{"text":"t","pub_key":` + key + `,"signature":"_w=="}`, ErrAnswer},
		"LooseBits":  {"bits that are not used are zero", `{"text":"t","pub_key":` + key + `,"signature":"AB=="}`, ErrAnswer},
		"NotAnArray": {"another type", `[]`, ErrAnswer},
		"Huge":       {"what is read is bounded", strings.Repeat(" ", MaxAnswer) + `{}`, ErrAnswer},
		"Empty":      {"nothing", "", ErrAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadAnswer([]byte(tc.json))
			require.ErrorIs(t, err, tc.want, tc.reason)
		})
	}
}

// FuzzChallenge: whatever text comes back, reading it does not panic, and only the issued text passes.
func FuzzChallenge(f *testing.F) {
	x := newFixture(f)
	me, issued := address(f, alice.PubKey()), x.issue(f)
	f.Add(issued)
	f.Add(strings.Replace(issued, "log in", "link this account", 1))
	f.Add(strings.Replace(issued, "12:05", "12:06", 1))
	f.Add("")
	f.Add(issued + "\n")
	f.Fuzz(func(t *testing.T, text string) {
		replays, err := replay.NewMemory(1, x.config.Now)
		require.NoError(t, err)
		c := x.config
		c.Replays = replays
		issuer, err := NewIssuer(c)
		require.NoError(t, err)
		got, err := issuer.Verify(context.Background(), answer(t, alice, me, text), "log in")
		if (err == nil) != (text == issued) {
			t.Fatalf("%q is %+v, %v", text, got, err)
		}
		if err != nil && len(err.Error()) > 1000 {
			t.Fatalf("a message of %d bytes", len(err.Error()))
		}
	})
}

// FuzzAnswer: whatever a client sends, reading it does not panic, and what is read is bounded.
func FuzzAnswer(f *testing.F) {
	f.Add([]byte(`{"text":"t","pub_key":{"type":"tendermint/PubKeySecp256k1","value":"Anm+Zn753LusVaBilc6HCwcCm/zbLc4o2VnygVsW+BeY"},"signature":"AA=="}`))
	f.Add([]byte(`{"text":"t","text":"u"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := ReadAnswer(data)
		if err == nil {
			_, err = authn.AccountKey(a.Key)
			require.NoError(t, err)
		}
	})
}
