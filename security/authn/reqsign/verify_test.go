package reqsign

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/security/authn"
	"github.com/virtengine/virtengine/security/authn/replay"
	"github.com/virtengine/virtengine/security/entropy/entropytest"
)

const host = "provider.example.org:8443"

var (
	noon     = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	alice    = &secp256k1.PrivKey{Key: append(make([]byte, 31), 1)}
	mallory  = &secp256k1.PrivKey{Key: append(make([]byte, 31), 2)}
	indexer  = ed25519.NewKeyFromSeed(make([]byte, 32))
	chainOut = errors.New("chain is away")
)

type directory map[string]cryptotypes.PubKey

func (d directory) PublicKey(_ context.Context, address string) (cryptotypes.PubKey, error) {
	switch pub, ok := d[address]; {
	case ok:
		return pub, nil
	case address == "ve1away":
		return nil, chainOut
	default:
		return nil, authn.ErrToken
	}
}

func keys(t testing.TB) Keys {
	accounts, err := AccountKeys(directory{"ve1alice": alice.PubKey(), "ve1mallory": mallory.PubKey()})
	require.NoError(t, err)
	services, err := ServiceKeys(map[string]ed25519.PublicKey{"indexer": indexer.Public().(ed25519.PublicKey)})
	require.NoError(t, err)
	both, err := EachOf(accounts, services)
	require.NoError(t, err)
	return both
}

func ed(message []byte) ([]byte, error) { return ed25519.Sign(indexer, message), nil }

func newSigner(t testing.TB, id string, sign func([]byte) ([]byte, error)) *Signer {
	s, err := NewSigner(SignerConfig{
		KeyID: id, Sign: sign, MaxBody: 1000, Now: func() time.Time { return noon }, Entropy: entropytest.Reader(t, 1),
	})
	require.NoError(t, err)
	return s
}

func newVerifier(t testing.TB, now *time.Time) (*Verifier, replay.Store) {
	clock := func() time.Time { return *now }
	replays, err := replay.NewMemory(100, clock)
	require.NoError(t, err)
	v, err := NewVerifier(VerifierConfig{Hosts: []string{host}, Keys: keys(t), Replays: replays, MaxBody: 1000, Now: clock})
	require.NoError(t, err)
	return v, replays
}

const body = `{"lease":7}`

// signed is a good request as a server sees it.
func signed(t testing.TB, s *Signer) *http.Request {
	r, err := http.NewRequest(http.MethodPost, "https://"+host+"/lease/7/manifest%20file?b=2&a=1&a=0", strings.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	require.NoError(t, s.Sign(r))
	return arrived(t, r)
}

// arrived is what net/http makes of a client's request at the server.
func arrived(t testing.TB, r *http.Request) *http.Request {
	in := httptest.NewRequest(r.Method, r.URL.RequestURI(), r.Body)
	in.Host, in.Header, in.ContentLength = r.Host, r.Header.Clone(), r.ContentLength
	return in
}

func TestEveryPartIsSigned(t *testing.T) {
	target := func(s string) func(*http.Request) {
		return func(r *http.Request) {
			r.RequestURI = s
			u, err := url.ParseRequestURI(s)
			require.NoError(t, err)
			r.URL = u
		}
	}
	header := func(name string, values ...string) func(*http.Request) {
		return func(r *http.Request) { r.Header[name] = values }
	}
	content := func(s string, length int) func(*http.Request) {
		return func(r *http.Request) { r.Body, r.ContentLength = io.NopCloser(strings.NewReader(s)), int64(length) }
	}
	value := func(change func([]byte) []byte) func(*http.Request) {
		return func(r *http.Request) {
			raw, err := base64.RawURLEncoding.DecodeString(r.Header.Get(HeaderValue))
			require.NoError(t, err)
			r.Header.Set(HeaderValue, base64.RawURLEncoding.EncodeToString(change(raw)))
		}
	}
	for name, tc := range map[string]struct {
		reason string
		change func(*http.Request)
		want   error
	}{
		"Good":          {"as it was signed", func(*http.Request) {}, nil},
		"QueryOrder":    {"the order of different names means nothing", target("/lease/7/manifest%20file?a=1&a=0&b=2"), nil},
		"OtherHeader":   {"headers that nobody decides by are not signed", header("User-Agent", "x"), nil},
		"Method":        {"another method", func(r *http.Request) { r.Method = http.MethodPut }, ErrSignature},
		"MethodCase":    {"methods are capitals", func(r *http.Request) { r.Method = "Post" }, ErrForm},
		"MethodEmpty":   {"which a library reads as GET", func(r *http.Request) { r.Method = "" }, ErrForm},
		"Path":          {"another path", target("/lease/8/manifest%20file?b=2&a=1&a=0"), ErrSignature},
		"PathSlash":     {"a slash at the end", target("/lease/7/manifest%20file/?b=2&a=1&a=0"), ErrSignature},
		"PathDots":      {"what a proxy would clean up", target("/lease/8/../7/manifest%20file?b=2&a=1&a=0"), ErrForm},
		"PathDot":       {"what a proxy would clean up", target("/lease/./7/manifest%20file?b=2&a=1&a=0"), ErrForm},
		"PathDouble":    {"what a mux would redirect", target("/lease//7/manifest%20file?b=2&a=1&a=0"), ErrForm},
		"PathCase":      {"escapes have one form", target("/lease/7/manifest%2dfile?b=2&a=1&a=0"), ErrForm},
		"PathEscaped":   {"what need not be escaped is not", target("/lease/%37/manifest%20file?b=2&a=1&a=0"), ErrForm},
		"PathEncSlash":  {"a slash that is none to some", target("/lease%2F7/manifest%20file?b=2&a=1&a=0"), ErrForm},
		"PathEncDots":   {"dots that are none to some", target("/lease/%2E%2E/7/manifest%20file?b=2&a=1&a=0"), ErrForm},
		"PathBackslash": {"a slash to some", target("/lease%5C7/manifest%20file?b=2&a=1&a=0"), ErrForm},
		"PathNUL":       {"the end to some", target("/lease/7/manifest%00file?b=2&a=1&a=0"), ErrForm},
		"Absolute":      {"a target with a host of its own", target("https://" + host + "/lease/7/manifest%20file?b=2&a=1&a=0"), ErrForm},
		"Rewritten":     {"the handler would see another path than the one that was signed", func(r *http.Request) { r.URL.Path, r.URL.RawPath = "/admin", "" }, ErrForm},
		"RewrittenQ":    {"or another query", func(r *http.Request) { r.URL.RawQuery = "admin=1" }, ErrForm},
		"QueryValue":    {"another value", target("/lease/7/manifest%20file?b=3&a=1&a=0"), ErrSignature},
		"QueryMore":     {"a pair more", target("/lease/7/manifest%20file?b=2&a=1&a=0&c="), ErrSignature},
		"QueryLess":     {"a pair less", target("/lease/7/manifest%20file?a=1&a=0"), ErrSignature},
		"QueryNone":     {"no query", target("/lease/7/manifest%20file"), ErrSignature},
		"QuerySwap":     {"the order of one name's values, of which handlers take the first", target("/lease/7/manifest%20file?b=2&a=0&a=1"), ErrSignature},
		"QuerySemi":     {"a separator to some", target("/lease/7/manifest%20file?a=1;b=2"), ErrForm},
		"QueryBare":     {"a name alone", target("/lease/7/manifest%20file?b"), ErrForm},
		"QueryEmpty":    {"an empty pair", target("/lease/7/manifest%20file?b=2&&a=1&a=0"), ErrForm},
		"QueryMark":     {"a question mark alone", target("/lease/7/manifest%20file?"), ErrForm},
		"QueryEscape":   {"two ways to write a letter", target("/lease/7/manifest%20file?b=2&%61=1&a=0"), ErrForm},
		"QueryCase":     {"two ways to write an escape", target("/lease/7/manifest%20file?b=%2f"), ErrForm},
		"QuerySpace":    {"two ways to write a space", target("/lease/7/manifest%20file?b=%20"), ErrForm},
		"QueryPercent":  {"half an escape", target("/lease/7/manifest%20file?b=%2"), ErrForm},
		"QueryMany":     {"work is bounded", target("/lease?" + strings.Repeat("a=1&", 300) + "a=1"), ErrForm},
		"TargetHuge":    {"work is bounded", target("/" + strings.Repeat("a", 9000)), ErrForm},
		"Host":          {"another server", func(r *http.Request) { r.Host = "other.example.org:8443" }, ErrHost},
		"HostCase":      {"hosts are in lower case", func(r *http.Request) { r.Host = strings.ToUpper(host) }, ErrForm},
		"HostPort":      {"another port", func(r *http.Request) { r.Host = "provider.example.org:443" }, ErrHost},
		"HostNoPort":    {"no port", func(r *http.Request) { r.Host = "provider.example.org" }, ErrHost},
		"HostDot":       {"the same to a name server", func(r *http.Request) { r.Host = "provider.example.org.:8443" }, ErrForm},
		"HostZero":      {"the same port", func(r *http.Request) { r.Host = "provider.example.org:08443" }, ErrForm},
		"HostEmpty":     {"none", func(r *http.Request) { r.Host = "" }, ErrForm},
		"HostNUL":       {"a second line", func(r *http.Request) { r.Host = host + "\n" }, ErrForm},
		"Body":          {"another body of the same length", content(`{"lease":8}`, len(body)), ErrSignature},
		"BodyNone":      {"no body", content("", 0), ErrSignature},
		"BodyShort":     {"less than announced", content(body[:5], len(body)), ErrBody},
		"BodyLong":      {"more than announced, for who reads to the end", content(body+"x", len(body)), ErrBody},
		"BodyHuge":      {"more than the limit", content(strings.Repeat("x", 1001), 1001), ErrBody},
		"NoLength":      {"a length that nobody told", content(body, -1), ErrForm},
		"Chunked":       {"two lengths", func(r *http.Request) { r.TransferEncoding = []string{"chunked"} }, ErrForm},
		"TwoLengths":    {"two lengths", header("Content-Length", "11", "12"), ErrForm},
		"Trailers":      {"headers after the signature", func(r *http.Request) { r.Trailer = http.Header{"X": nil} }, ErrForm},
		"ContentType":   {"the same bytes, read otherwise", header("Content-Type", "application/x-www-form-urlencoded"), ErrSignature},
		"NoType":        {"or without a type", func(r *http.Request) { r.Header.Del("Content-Type") }, ErrSignature},
		"TwoTypes":      {"or with two", header("Content-Type", "application/json", "text/plain"), ErrForm},
		"Encoding":      {"the same bytes, unpacked", header("Content-Encoding", "gzip"), ErrForm},
		"Override":      {"a method behind the method", header("X-Http-Method-Override", "DELETE"), ErrForm},
		"OriginalURL":   {"a path behind the path", header("X-Original-Url", "/admin"), ErrForm},
		"Authorization": {"two who ask", header("Authorization", "Bearer x"), ErrForm},
		"Time":          {"another time", header(HeaderTime, "1767268801"), ErrSignature},
		"TimeForm":      {"a second way to write it", header(HeaderTime, "01767268800"), ErrHeader},
		"TimePlus":      {"a second way to write it", header(HeaderTime, "+1767268800"), ErrHeader},
		"TimeFloat":     {"seconds are whole", header(HeaderTime, "1767268800.0"), ErrHeader},
		"TimeNegative":  {"before all clocks", header(HeaderTime, "-1"), ErrHeader},
		"TimeHuge":      {"after all clocks", header(HeaderTime, "9223372036854775807"), ErrHeader},
		"Nonce":         {"another nonce", header(HeaderNonce, strings.Repeat("A", 32)), ErrSignature},
		"NonceShort":    {"one that collides", header(HeaderNonce, strings.Repeat("A", 15)), ErrHeader},
		"NonceLine":     {"one with a line of its own", header(HeaderNonce, strings.Repeat("A", 16)+"\n"), ErrHeader},
		"Key":           {"another account says that it was he", header(HeaderKey, "account:ve1mallory"), ErrSignature},
		"KeyAlgorithm":  {"a key of the other algorithm", header(HeaderKey, "service:indexer"), ErrSignature},
		"KeyUnknown":    {"nobody", header(HeaderKey, "account:ve1bob"), ErrUnknownKey},
		"KeyAway":       {"when the chain cannot tell, the sender is not blamed", header(HeaderKey, "account:ve1away"), chainOut},
		"KeyForm":       {"ids are simple", header(HeaderKey, "account:ve1alice\n"), ErrHeader},
		"KeyLong":       {"and short", header(HeaderKey, strings.Repeat("a", 129)), ErrHeader},
		"Version":       {"a version that is not ours", header(HeaderVersion, "2"), ErrHeader},
		"NoVersion":     {"none", func(r *http.Request) { r.Header.Del(HeaderVersion) }, ErrHeader},
		"NoSignature":   {"none", func(r *http.Request) { r.Header.Del(HeaderValue) }, ErrHeader},
		"TwoSignatures": {"of two, one may be good", func(r *http.Request) { r.Header.Add(HeaderValue, r.Header.Get(HeaderValue)) }, ErrHeader},
		"TwoKeys":       {"of two, handlers take one", func(r *http.Request) { r.Header.Add(HeaderKey, "account:ve1mallory") }, ErrHeader},
		"Unknown":       {"a header of a version to come", header("Ve-Sig-Scope", "all"), ErrHeader},
		"Underscore":    {"a name that gateways write as ours", header("Ve_sig_key", "account:ve1mallory"), ErrHeader},
		"LowerCase":     {"a second one in other letters", header("ve-sig-key", "account:ve1mallory"), ErrHeader},
		"Bit":           {"another signature", value(func(b []byte) []byte { b[3] ^= 1; return b }), ErrSignature},
		"HighS":         {"the signature's second form", value(highS), ErrSignature},
		"Short":         {"a byte less", value(func(b []byte) []byte { return b[:63] }), ErrHeader},
		"Long":          {"a byte more", value(func(b []byte) []byte { return append(b, 0) }), ErrHeader},
		"Padding":       {"a second way to write it", func(r *http.Request) { r.Header.Set(HeaderValue, r.Header.Get(HeaderValue)+"==") }, ErrHeader},
		"LineFeed":      {"a second way to write it", func(r *http.Request) { r.Header.Set(HeaderValue, r.Header.Get(HeaderValue)+"\n") }, ErrHeader},
	} {
		t.Run(name, func(t *testing.T) {
			now := noon
			v, _ := newVerifier(t, &now)
			r := signed(t, newSigner(t, "account:ve1alice", alice.Sign))
			tc.change(r)
			id, err := v.Verify(r)
			require.ErrorIs(t, err, tc.want, tc.reason)
			if tc.want != nil {
				require.Empty(t, id)
				_, err = v.Verify(signed(t, newSigner(t, "account:ve1alice", alice.Sign)))
				require.NoError(t, err, "what was refused has not used the nonce up")
				return
			}
			require.Equal(t, "account:ve1alice", id)
			got, err := io.ReadAll(r.Body)
			require.NoError(t, err)
			require.Equal(t, body, string(got), "the handler reads what was signed")
		})
	}
}

func highS(sig []byte) []byte {
	n, _ := new(big.Int).SetString("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16)
	new(big.Int).Sub(n, new(big.Int).SetBytes(sig[32:])).FillBytes(sig[32:])
	return sig
}

func TestTheTimeOfARequest(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		at     time.Duration // since it was signed
		want   error
	}{
		"Now":       {"at once", 0, nil},
		"Late":      {"a minute later", time.Minute, nil},
		"TooLate":   {"not a moment more", time.Minute + 1, ErrTime},
		"Early":     {"our clock is behind", -time.Minute, nil},
		"TooEarly":  {"not further", -time.Minute - 1, ErrTime},
		"NextYear":  {"a recording", 365 * 24 * time.Hour, ErrTime},
		"ClockZero": {"a server that does not know the time", -noon.Sub(time.Unix(0, 0)), ErrTime},
	} {
		t.Run(name, func(t *testing.T) {
			now := noon.Add(tc.at)
			v, _ := newVerifier(t, &now)
			r := signed(t, newSigner(t, "service:indexer", ed))
			again := r.Clone(t.Context())
			again.Body = io.NopCloser(strings.NewReader(body))
			_, err := v.Verify(r)
			require.ErrorIs(t, err, tc.want, tc.reason)
			if err != nil {
				return
			}
			for now = noon.Add(tc.at); now.Before(noon.Add(2 * time.Minute)); now = now.Add(time.Second / 2) {
				repeat := again.Clone(t.Context())
				repeat.Body = io.NopCloser(strings.NewReader(body))
				_, err := v.Verify(repeat)
				require.Error(t, err, "there is no moment at which it is good again")
			}
		})
	}
}

func TestAReplayIsTold(t *testing.T) {
	now := noon
	v, replays := newVerifier(t, &now)
	r := signed(t, newSigner(t, "service:indexer", ed))
	_, err := v.Verify(r)
	require.NoError(t, err)
	_, err = v.Verify(r)
	require.ErrorIs(t, err, replay.ErrReplayed)
	require.NoError(t, replays.Close())
	_, err = v.Verify(signed(t, newSigner(t, "account:ve1alice", alice.Sign)))
	require.ErrorIs(t, err, replay.ErrUnavailable, "what cannot be remembered is refused")
}

func TestOverTheWire(t *testing.T) {
	now := noon
	clock := func() time.Time { return now }
	server := httptest.NewUnstartedServer(nil)
	replays, err := replay.NewMemory(100, clock)
	require.NoError(t, err)
	at := server.Listener.Addr().String()
	v, err := NewVerifier(VerifierConfig{Hosts: []string{at}, Keys: keys(t), Replays: replays, MaxBody: 1000, Now: clock})
	require.NoError(t, err)
	var why error
	h, err := v.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, _ := io.ReadAll(r.Body)
		_, _ = io.WriteString(w, KeyID(r.Context())+" "+r.URL.Query().Get("q")+" "+string(sent))
	}), func(_ *http.Request, err error) { why = err })
	require.NoError(t, err)
	server.Config.Handler = h
	server.Start()
	defer server.Close()

	rt, err := newSigner(t, "service:indexer", ed).Transport(http.DefaultTransport)
	require.NoError(t, err)
	client := &http.Client{Transport: rt}
	say := func(method, query, content string) (int, string) {
		r, err := http.NewRequest(method, server.URL+"/a%20b/c?"+query, strings.NewReader(content))
		require.NoError(t, err)
		answer, err := client.Do(r)
		require.NoError(t, err)
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		return answer.StatusCode, string(text)
	}
	for _, method := range []string{"GET", "POST", "PUT", "DELETE"} {
		for _, content := range []string{"", "hello"} {
			code, text := say(method, url.Values{"q": {"ü & x"}, "p": {""}}.Encode(), content)
			require.NoError(t, why)
			require.Equal(t, 200, code)
			require.Equal(t, "service:indexer ü & x "+content, text)
		}
	}
	now = noon.Add(time.Hour)
	code, text := say("GET", "q=1", "")
	require.Equal(t, 401, code)
	require.JSONEq(t, `{"code":"signature-time","message":"the request's signature was refused: signature-time"}`, text)
	require.ErrorIs(t, why, ErrTime)
	require.NoError(t, replays.Close())
	now = noon
	code, _ = say("GET", "q=1", "")
	require.Equal(t, 503, code, "our own trouble is not the client's fault")
	unsigned, err := http.Get(server.URL)
	require.NoError(t, err)
	require.NoError(t, unsigned.Body.Close())
	require.Equal(t, 401, unsigned.StatusCode)

	r, err := http.NewRequest("POST", server.URL+"/", strings.NewReader(strings.Repeat("x", 1001)))
	require.NoError(t, err)
	_, err = client.Do(r)
	require.ErrorIs(t, err, ErrBody, "a client does not send what is refused")
	_, err = client.Get(server.URL + "/a/../b")
	require.ErrorIs(t, err, ErrForm)
	_, err = client.Get(server.URL + "/?a=1;b=2")
	require.ErrorIs(t, err, ErrForm)
}

// TestTheTextIsTheDocumented reads the canonical text of doc.go once more, by hand.
func TestTheTextIsTheDocumented(t *testing.T) {
	var text string
	s := newSigner(t, "service:indexer", func(m []byte) ([]byte, error) { text = string(m); return ed(m) })
	r := signed(t, s)
	require.Equal(t, "virtengine-request\n1\nPOST\nprovider.example.org:8443\n/lease/7/manifest%20file\na=1&a=0&b=2\napplication/json\n"+
		"0a8aee537309d19e94982c2c1fcc0f23dd644b6998be6fe8d4fba4db62efb13b\nservice:indexer\n1767268800\n"+
		r.Header.Get(HeaderNonce)+"\n", text)
}

// TestAQueryMeansTheSameToEverybody: queries that pass and have one canonical form have the same values, each name's in one
// order.
func TestAQueryMeansTheSameToEverybody(t *testing.T) {
	pair := rapid.SampledFrom([]string{"a=1", "a=2", "b=1", "b=", "a=", "%61=1", "c", "a=1;b=2", "a=x+y", "a=x%20y", "=1", "", "a%3D=1", "a==1"})
	rapid.Check(t, func(t *rapid.T) {
		now := noon
		verify := func(query string, from *http.Request) error {
			clock := func() time.Time { return now }
			replays, err := replay.NewMemory(1, clock)
			require.NoError(t, err)
			services, err := ServiceKeys(map[string]ed25519.PublicKey{"indexer": indexer.Public().(ed25519.PublicKey)})
			require.NoError(t, err)
			v, err := NewVerifier(VerifierConfig{Hosts: []string{host}, Keys: services, Replays: replays, Now: clock})
			require.NoError(t, err)
			in := httptest.NewRequest("GET", "/?"+query, nil)
			in.Host, in.Header = host, from.Header.Clone()
			_, err = v.Verify(in)
			return err
		}
		signedQuery := strings.Join(rapid.SliceOfN(pair, 1, 4).Draw(t, "signed"), "&")
		sentQuery := strings.Join(rapid.SliceOfN(pair, 1, 4).Draw(t, "sent"), "&")
		s, err := NewSigner(SignerConfig{KeyID: "service:indexer", Sign: ed, Now: func() time.Time { return now }, Entropy: strings.NewReader(strings.Repeat("x", 20))})
		require.NoError(t, err)
		r, err := http.NewRequest("GET", "https://"+host+"/?"+signedQuery, nil)
		require.NoError(t, err)
		if s.Sign(r) != nil {
			return
		}
		require.NoError(t, verify(signedQuery, r))
		values, err := url.ParseQuery(signedQuery)
		require.NoError(t, err, "what is signed everybody can read")
		sent, sentErr := url.ParseQuery(sentQuery)
		same := sentErr == nil && values.Encode() == sent.Encode()
		if err := verify(sentQuery, r); err == nil && !same {
			t.Fatalf("%q passes for %q", sentQuery, signedQuery)
		}
	})
}

func TestKeysThatCannotSign(t *testing.T) {
	_, err := AccountKey(nil)
	require.ErrorIs(t, err, ErrKey)
	require.ErrorIs(t, err, authn.ErrKeyType)
	_, err = ServiceKey(make([]byte, 31))
	require.ErrorIs(t, err, ErrKey)
	// The points of order 1, 2, 4, 4, 8, 8, 8, 8: RFC 7748 section 6 warns of such; these are Edwards25519's.
	for _, point := range []string{
		"0100000000000000000000000000000000000000000000000000000000000000",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"0000000000000000000000000000000000000000000000000000000000000000",
		"0000000000000000000000000000000000000000000000000000000000000080",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
	} {
		raw, _ := new(big.Int).SetString(point, 16)
		_, err := ServiceKey(raw.FillBytes(make([]byte, 32)))
		require.ErrorIs(t, err, ErrKey, point)
	}
	_, err = ServiceKeys(map[string]ed25519.PublicKey{"in dexer": indexer.Public().(ed25519.PublicKey)})
	require.ErrorIs(t, err, ErrConfig)
	_, err = ServiceKeys(nil)
	require.ErrorIs(t, err, ErrConfig)
	_, err = AccountKeys(nil)
	require.ErrorIs(t, err, ErrConfig)
	_, err = EachOf(nil)
	require.ErrorIs(t, err, ErrConfig)
}

func TestAVerifierAndASignerNeedAllTheirParts(t *testing.T) {
	replays, err := replay.NewMemory(1, time.Now)
	require.NoError(t, err)
	for name, change := range map[string]func(*VerifierConfig){
		"NoKeys":     func(c *VerifierConfig) { c.Keys = nil },
		"NoReplays":  func(c *VerifierConfig) { c.Replays = nil },
		"NoClock":    func(c *VerifierConfig) { c.Now = nil },
		"NoHosts":    func(c *VerifierConfig) { c.Hosts = nil },
		"UpperHost":  func(c *VerifierConfig) { c.Hosts = []string{"Example.org"} },
		"Negative":   func(c *VerifierConfig) { c.MaxBody = -1 },
		"LongWindow": func(c *VerifierConfig) { c.Window = MaxWindow + time.Second },
	} {
		t.Run(name, func(t *testing.T) {
			c := VerifierConfig{Hosts: []string{host}, Keys: keys(t), Replays: replays, Now: time.Now}
			change(&c)
			_, err := NewVerifier(c)
			require.ErrorIs(t, err, ErrConfig)
		})
	}
	for name, change := range map[string]func(*SignerConfig){
		"NoKey":     func(c *SignerConfig) { c.Sign = nil },
		"NoID":      func(c *SignerConfig) { c.KeyID = "" },
		"NoClock":   func(c *SignerConfig) { c.Now = nil },
		"NoEntropy": func(c *SignerConfig) { c.Entropy = nil },
	} {
		t.Run("Signer"+name, func(t *testing.T) {
			c := SignerConfig{KeyID: "service:indexer", Sign: ed, Now: time.Now, Entropy: entropytest.Reader(t, 1)}
			change(&c)
			_, err := NewSigner(c)
			require.ErrorIs(t, err, ErrConfig)
		})
	}
}
