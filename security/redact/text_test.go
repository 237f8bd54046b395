package redact

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	//ve:allow secrets made up: what a log must not show
	phrase = "abandon ability able about above absent absorb abstract absurd abuse access accident"
	jwt    = "eyJhbGciOiJFUzI1NksifQ.eyJpc3MiOiJ2ZTEifQ.c2lnbmF0dXJl"
	pem    = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIBkg\n-----END EC PRIVATE KEY-----"
	//ve:allow secrets made up: what a log must not show
	hub = "ghp_0123456789abcdefghijABCDEFGHIJ012345"
)

func TestTextLosesItsSecretsAndNothingElse(t *testing.T) {
	for name, tc := range map[string]struct{ reason, text, want string }{
		// by key
		"Equals":       {"the simplest leak", "login password=hunter2 user=alice", "login password=[redacted] user=alice"},
		"JSON":         {"a body in an error", `{"user":"a","db_password":"hun\"ter2","n":1}`, `{"user":"a","db_password":"[redacted]","n":1}`},
		"NestedJSON":   {"JSON in JSON", `{"body":"{\"apiKey\":\"x\\\"y\",\"n\":1}"}`, `{"body":"{\"apiKey\":\"[redacted]\",\"n\":1}"}`},
		"Backslash":    {"a value that ends with an escaped backslash", `{"password":"a\\\\","user":"b"}`, `{"password":"[redacted]","user":"b"}`},
		"Touching":     {"two secrets without anything between them", "AKIAIOSFODNN7EXAMPLEAKIAIOSFODNN7EXAMPLE", "[redacted]"},
		"Indented":     {"the value on the next line", "\"secret\":\n  \"x\",\n\"n\": 1", "\"secret\":\n  \"[redacted]\",\n\"n\": 1"},
		"YAML":         {"a configuration", "passphrase: hunter2\nport: 1", "passphrase: [redacted]\nport: 1"},
		"Struct":       {"%+v of a struct", "{User:bob ClientSecret:abc Port:1}", "{User:bob ClientSecret:[redacted] Port:1}"},
		"GoMap":        {"%v of a map of lists", "map[Authorization:[Bearer abc] Accept:[a]]", "map[Authorization:[redacted] Accept:[a]]"},
		"Index":        {"an assignment in a program", `env["API_KEY"] = "abc"`, `env["API_KEY"] = "[redacted]"`},
		"Flag":         {"a command line", "run --vault-token s3cr3t --fast", "run --vault-token [redacted] --fast"},
		"FlagEquals":   {"its other form", "run --vault-token=s3cr3t --fast", "run --vault-token=[redacted] --fast"},
		"TwoWords":     {"a key as people write it", "private key: 0xabc rest", "private key: [redacted] rest"},
		"Header":       {"the rest of a header line", "Cookie: a=b; c=d\r\nHost: x", "Cookie: [redacted]\r\nHost: x"},
		"Query":        {"a parameter", "GET /x?access_token=abc&page=2", "GET /x?access_token=[redacted]&page=2"},
		"WeakAssigned": {"an assigned token is one", "token=abc", "token=[redacted]"},
		"WeakTelling":  {"so is one with digits", "token: a1b2", "token: [redacted]"},
		"Unclosed":     {"cut text", `"password":"hunter2`, `"password":"[redacted]`},
		"List":         {"a list of them", `"passwords":["a]", "b"], "n":1`, `"passwords":[redacted], "n":1`},
		"Digits":       {"the second of them", "password_2=x", "password_2=[redacted]"},
		// by shape
		"PEM":       {"a key", "key is " + pem + " done", "key is [redacted] done"},
		"CutPEM":    {"a key without its end", "key is " + pem[:40], "key is [redacted]"},
		"PublicPEM": {"a public key is public", "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----", "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----"},
		"Age":       {"an age identity", "AGE-SECRET-KEY-1QQPQQ", "[redacted]"},
		"JWT":       {"a token anywhere", "refused " + jwt + ", expired", "refused [redacted], expired"},
		//ve:allow secrets made up: what a log must not show
		"AWS": {"a key of Amazon's", "id AKIAIOSFODNN7EXAMPLE.", "id [redacted]."},
		//ve:allow secrets made up: what a log must not show
		"GitHub": {"a code host's token", "remote: " + hub, "remote: [redacted]"},
		//ve:allow secrets made up: what a log must not show
		"Slack":    {"a chat's token", "xoxb-123456789012-abc", "[redacted]"},
		"Vault":    {"a secret store's token", "hvs.CAESIabcdefghijklmnop", "[redacted]"},
		"Bearer":   {"credentials without their header", "sent bearer abc.def-1234", "sent bearer [redacted]"},
		"Basic":    {"user and password in base64", "sent Basic YWxpY2U6cHc=", "sent Basic [redacted]"},
		"URL":      {"a password in a URL", "dial postgres://u:p@w@db:5432/x", "dial postgres://[redacted]@db:5432/x"},
		"SlashURL": {"with a slash in it", "dial amqp://u:p/w@db/x", "dial amqp://[redacted]@db/x"},
		"TCP":      {"a driver's own form", "root:pa/ss@tcp(127.0.0.1:3306)/db", "[redacted]@tcp(127.0.0.1:3306)/db"},
		"Phrase":   {"a recovery phrase in a sentence", "he wrote " + phrase + " on paper", "he wrote [redacted] on paper"},
		"Numbered": {"one in a list", "1. " + strings.ReplaceAll(phrase, " ", ", 2. "), "1. [redacted]"},
		"Upper":    {"one in capitals", strings.ToUpper(phrase), "[redacted]"},
		"Mail":     {"an address", "from alice.b+c@mail.example.com to", "from [redacted] to"},
		"Phone":    {"a number", "call +49 (30) 1234-5678 now", "call [redacted] now"},
		// what stays
		"Plain":       {"most text", "block 12 committed in 3ms", "block 12 committed in 3ms"},
		"Sentence":    {"a word in a sentence is no assignment", "token: expired, seed: missing", "token: expired, seed: missing"},
		"Path":        {"a file's name is no key", "open /run/keys/db-password: permission denied", "open /run/keys/db-password: permission denied"},
		"Coins":       {"tokens are coins", "tokens=100uve token_count=3", "tokens=100uve token_count=3"},
		"About":       {"about a secret", "secret_name=db token_id=7 password_length=3", "secret_name=db token_id=7 password_length=3"},
		"Digest":      {"a digest", "sha256:" + strings.Repeat("ab", 32), "sha256:" + strings.Repeat("ab", 32)},
		"Image":       {"an image by digest", "registry.example:5000/app@sha256:abcd", "registry.example:5000/app@sha256:abcd"},
		"ImageURL":    {"and its URL", "https://registry.example:5000/v2/app@sha256:abcd", "https://registry.example:5000/v2/app@sha256:abcd"},
		"Peer":        {"a peer of the network", strings.Repeat("0a", 20) + "@node.example.com:26656", strings.Repeat("0a", 20) + "@node.example.com:26656"},
		"FewWords":    {"eleven words are no phrase", phrase[:strings.LastIndex(phrase, " ")], phrase[:strings.LastIndex(phrase, " ")]},
		"BearerWords": {"not all that is borne is a token", "bearer certificates and basic functions", "bearer certificates and basic functions"},
		"Zone":        {"a zone is no telephone", "2026-11-23T09:00:00+10:00", "2026-11-23T09:00:00+10:00"},
		"Address":     {"a bech32 address", "ve1qyqszqgpqyqszqgpqyqszqgpqyqszqgp", "ve1qyqszqgpqyqszqgpqyqszqgpqyqszqgp"},
		"Empty":       {"nothing", "", ""},
		"Long":        {"what is too long to look through is left out whole", strings.Repeat("x", MaxText+1), Cut},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, tc.want, String(tc.text), tc.reason)
			require.Equal(t, tc.want, String(tc.want), "again changes nothing")
		})
	}
}

func TestKeys(t *testing.T) {
	for _, key := range []string{
		"password", "DB_PASSWORD", "dbPassword", "userpassword2", "X-Vault-Token", "accessToken", "authtoken", "Authorization",
		"Proxy-Authorization", "Set-Cookie", "mnemonic", "seed", "private_key", "PrivateKeyPEM", "otp", "user-otp", "x-api-key",
		"AWS_SECRET_ACCESS_KEY", "session_id", "aws.session.token", "db_pwd", "dbpwd", "passwordHash", "psk", strings.Repeat("x", 500) + "_password",
	} {
		require.True(t, Key(key), key)
	}
	for _, key := range []string{
		"", "key", "keys", "public_key", "tokens", "seeds", "token_count", "tokenID", "secretName", "cookie-name", "height", "compass",
		"bypass", "store_key", "module", "user", "...", "credential_source", "topic", "pinned", "sha256",
	} {
		require.False(t, Key(key), key)
	}
}

func TestURLs(t *testing.T) {
	for name, tc := range map[string]struct{ reason, url, want string }{
		"Plain":    {"nothing to hide", "https://a.example:8443/v1/x?page=2", "https://a.example:8443/v1/x?page=2"},
		"User":     {"user and password", "https://u:p@a.example/x", "https://[redacted]@a.example/x"},
		"Token":    {"a telling parameter", "https://a.example/x?page=2&access_token=abc", "https://a.example/x?page=2&access_token=[redacted]"},
		"Signed":   {"who has the URL has the object", "https://s3.example/b/o?X-Amz-Signature=ab&X-Amz-Date=1", "https://s3.example/b/o?X-Amz-Signature=[redacted]&X-Amz-Date=1"},
		"Escaped":  {"an escaped parameter's name", "https://a.example/?acc%65ss_token=abc", "https://a.example/?acc%65ss_token=[redacted]"},
		"Mail":     {"an escaped address", "https://a.example/?q=bob%40b.example", "https://a.example/?q=[redacted]"},
		"Broken":   {"a query that cannot be read", "https://a.example/?a=%zz", "https://a.example/?a=[redacted]"},
		"Fragment": {"tokens travel in fragments", "https://a.example/#access_token=abc", "https://a.example/#[redacted]"},
		//ve:allow secrets made up: what a log must not show
		"Path":     {"a token in the path", "https://a.example/" + hub + "/x", "https://a.example/[redacted]/x"},
		"Opaque":   {"an address as URL", "mailto:bob@b.example", "mailto:[redacted]"},
		"Relative": {"a path", "/v1/x?sig=1", "/v1/x?sig=[redacted]"},
	} {
		t.Run(name, func(t *testing.T) {
			u, err := url.Parse(tc.url)
			require.NoError(t, err)
			require.Equal(t, tc.want, URL(u), tc.reason)
		})
	}
	require.Empty(t, URL(nil))
}

func TestHeaders(t *testing.T) {
	in := http.Header{"Authorization": {"Bearer x"}, "X-Vault-Token": {"a", "b"}, "Accept": {"text/plain"}, "Referer": {"https://u:p@x/"}}
	out := Headers(in)
	require.Equal(t, http.Header{"Authorization": {Mask}, "X-Vault-Token": {Mask, Mask}, "Accept": {"text/plain"},
		"Referer": {"https://[redacted]@x/"}}, out)
	require.Equal(t, "Bearer x", in.Get("Authorization"), "the request itself keeps its header")
}

func BenchmarkString(b *testing.B) {
	for name, s := range map[string]string{
		"Short": "lease opened", "Line": "bid 12 placed on order 7/3 by ve1qyqszqgpqyqszqgpqyqszqgp: price=12uve took=3ms",
		"Secret": "dial postgres://u:p@db:5432/x: connection refused", "64KiB": strings.Repeat("a=b c:d e@f +g s.h ", MaxText/20),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			for b.Loop() {
				_ = String(s)
			}
		})
	}
}

// Text that makes rules look at the same bytes again and again is given up on, in time that grows with its length only.
func TestTextMadeToBeSlowIsMaskedWhole(t *testing.T) {
	for name, tc := range map[string]struct{ reason, part, end string }{
		"Lists": {"lists in lists", "pwd=[", strings.Repeat("]", 10_000)},
		"Lines": {"a line of values up to its end", "cookie=", ""},
		"Ports": {"ports that are no passwords", "://a:1/", "@"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Repeat(tc.part, (MaxText-len(tc.end))/len(tc.part)) + tc.end
			require.Equal(t, Mask, String(text), tc.reason)
		})
	}
}
