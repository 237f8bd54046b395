package leaks

import (
	"encoding/binary"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Secrets stand here in pieces: in one piece, the audit of this repository and the analyzer find them.
const (
	dashes  = "-----"
	hex32   = "9f86d081" + "884c7d65" + "9a2feaa0" + "c55ad015"
	mixed20 = "aB3dE6gH9j" + "K2mN5pQ8sT"
)

// cut puts pieces together where neither a reader of characters nor a reader of constants sees the whole.
func cut() string { return "" }

// zeros is BIP-39's phrase of 128 bits that are 0.
func zeros() string { return strings.Repeat("abandon ", 11) + "about" }

// legal is BIP-39's phrase of 256 bits that are 7f7f...
func legal() string {
	return strings.Repeat("legal winner thank year wave sausage worth useful ", 2) + "legal winner thank year wave sausage worth title"
}

func seeded() map[string]struct{ reason, file, text, what string } {
	pem := dashes + "BEGIN PRIVATE " + cut() + "KEY" + dashes
	end := dashes + "END PRIVATE " + cut() + "KEY" + dashes
	body := strings.Repeat("MC4CAQAwBQYDK2VwBCIEIA", 3)
	return map[string]struct{ reason, file, text, what string }{
		"PrivateKey":       {"in a file of its own", "id.pem", pem + "\n" + body + "\n" + end, "a private key"},
		"PrivateKeyInJSON": {"as service accounts are", "gcp.json", `{"key": "` + pem + `\n` + body + `\n"}`, "a private key"},
		"PrivateKeyInYAML": {"indented behind a |", "tls.yaml", "key: |\n  " + pem + "\n  " + body + "\n", "a private key"},
		"OpenSSH":          {"another kind of PEM", "id_ed25519", dashes + "BEGIN OPENSSH PRIVATE " + cut() + "KEY" + dashes + "\n" + body, "a private key"},
		"PuTTY":            {"no PEM at all", "me.ppk", "PuTTY-User-Key-" + cut() + "File-3: ssh-ed25519", "a PuTTY private key"},
		"Age":              {"an identity", "keys.txt", "AGE-SECRET-" + cut() + "KEY-1" + strings.Repeat("QPZRY9X8GF", 6), "an age identity"},
		"ExtendedKey":      {"a wallet's root", "wallet.md", "x" + cut() + "prv" + strings.Repeat("9s21ZrQH14", 11), "an extended private key"},
		"AWS":              {"a key's id", "main.bzl", "id = \"AK" + cut() + "IAIOSFODNN7EXAMPLE\"", "an AWS access key"},
		"AWSSecret":        {"base64 with slashes", "env.txt", "aws_secret_access_key = wJalrXUtnF" + cut() + "EMI/K7MDENG/bPxRfiCYEXAMPLE" + cut() + "KEY", "an AWS secret key"},
		"Google":           {"in a script", "map.js", "AI" + cut() + "za" + strings.Repeat("SyD3a", 7), "a Google key"},
		"Azure":            {"in a connection string", "app.config", "Endpoint=x;Account" + cut() + "Key=" + strings.Repeat("abCD12+/", 6) + "==", "an Azure key"},
		"GitHub":           {"in a workflow", "ci.yml", "token: gh" + cut() + "p_" + strings.Repeat("a1B2c3", 6), "a GitHub token"},
		"GitLab":           {"in a note", "README.md", "clone with gl" + cut() + "pat-" + mixed20, "a GitLab token"},
		"Slack":            {"of a bot", "bot.md", "xo" + cut() + "xb-123456789012-abcdef", "a Slack token"},
		"SlackWebhook":     {"an address that is a secret", "alerts.yaml", "https://hooks.slack" + cut() + ".com/services/T00000000/B00000000/" + mixed20, "a Slack webhook"},
		"Stripe":           {"of tests too", "pay.go", `"sk_` + cut() + "test_" + mixed20 + `"`, "a Stripe key"},
		"NPM":              {"in its settings", ".npmrc", "//r/:_authToken=npm" + cut() + "_" + strings.Repeat("a1B2c3", 6), "an npm token"},
		"Vault":            {"in a variable", ".env", "VAULT_TOKEN=hv" + cut() + "s.CAESI" + mixed20, "a Vault token"},
		"SendGrid":         {"two parts", "mail.json", "SG" + cut() + "." + mixed20 + "." + mixed20, "a SendGrid key"},
		"JWT":              {"signed", "curl.md", "ey" + cut() + "JhbGciOiJFUzI1NksifQ.ey" + cut() + "JpYXQiOjE1MTYyMzkwMjJ9.c2lnbmF0dXJlLW9mLWl0", "a signed token"},
		"URL":              {"of a database", "compose.yaml", "postgres" + cut() + "://me:s3cr3t" + cut() + "@db.example/x", "a password in a URL"},
		"Bearer":           {"of a request", "api.http", "Authorization: Bea" + cut() + "rer " + hex32, "an authorization"},
		"Phrase":           {"in a sentence", "NOTES", "My words: " + zeros(), "a wallet's recovery phrase"},
		"PhraseOf24":       {"numbered, one a line", "w.txt", numbered(legal()), "a wallet's recovery phrase"},
		"PhraseInJSON":     {"quoted", "w.json", `["` + strings.ReplaceAll(zeros(), " ", `", "`) + `"]`, "a wallet's recovery phrase"},
		"PhraseWithSlip":   {"a typing error is easily undone", "x.md", strings.Replace(zeros(), "about", "abandon", 1), "a wallet's recovery phrase"},
		"Assigned":         {"a name that tells", "values.yaml", "dbPass" + cut() + "word: " + hex32, "a secret given to dbPassword"},
		"AssignedInGo":     {"quoted", "x.go", `var apiKey = "` + mixed20 + `"`, "a secret given to apiKey"},
		"AssignedOnALine":  {"an option", "run.sh", "tool --client-sec" + cut() + "ret=" + hex32, "a secret given to client-secret"},
		"UTF16":            {"as some editors write", "win.txt", wide("pass" + cut() + "word=" + hex32), "a secret given to password"},
		"Binary":           {"between bytes of no meaning", "x.bin", "\x00\x01\xff gh" + cut() + "p_" + strings.Repeat("a1B2c3", 6) + "\x00", "a GitHub token"},
	}
}

func numbered(words string) string {
	var b strings.Builder
	for i, w := range strings.Fields(words) {
		b.WriteString(string(rune('0'+i/10)) + string(rune('0'+i%10)) + ". " + w + "\n")
	}
	return b.String()
}

func wide(s string) string {
	b := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return string(b)
}

func TestSeededSecretsAreFound(t *testing.T) {
	for name, tc := range seeded() {
		t.Run(name, func(t *testing.T) {
			found := NewScanner().Scan(tc.file, []byte(tc.text))
			require.Len(t, found, 1, tc.reason)
			require.Equal(t, tc.what, found[0].What, tc.reason)
			require.Equal(t, tc.file, found[0].File)
		})
	}
}

func TestWhatIsNoSecret(t *testing.T) {
	for name, tc := range map[string]struct{ reason, file, text string }{
		"PublicKey":   {"everybody may have it", "pub.pem", dashes + "BEGIN PUBLIC KEY" + dashes + "\n" + strings.Repeat("A", 64)},
		"EmptyKey":    {"a form without content", "x.go", `"` + dashes + "BEGIN PRIVATE " + "KEY" + dashes + `"`},
		"Checksum":    {"its name tells nothing", "go.sum", "example.org/x v1.0.0 h1:" + hex32 + "="},
		"Digest":      {"a digest is public", "lock.bzl", "sha256 = \"" + hex32 + "\""},
		"Reference":   {"where a secret is, is none", "x.yaml", "password: file:/run/secrets/db-1-a-2-b-3"},
		"Placeholder": {"a variable", "x.yaml", "token: ${DEPLOY_TOKEN_1_2_3_4}"},
		"Call":        {"code that asks for it", "x.go", "token := newToken1a2b3c4d5e(seed)"},
		"Name":        {"in Go, a name stands without quotes", "x.go", "Password: password1a2b3c4d5e6f"},
		"Words":       {"written, not drawn", "x.yaml", "secret: the-name-of-the-secret-2"},
		"Identifier":  {"a key that describes a secret", "x.json", `"secret_id": "` + hex32 + `"`},
		"URLFields":   {"a form for a password", "x.md", "postgres://user:${PASSWORD}@db/x and https://host:8080/@x"},
		"Prose":       {"words of the list with others between", "x.md", "the winner will thank a year of useful legal worth and title wave sausage winner legal year"},
		"Code":        {"code uses words of the list", "x.go", "update = nil; return input.token == output.token && filter.this(amount, range, type, cover, item, code)"},
		"ShortPhrase": {"eleven words are no phrase", "x.md", strings.TrimSuffix(zeros(), " about")},
		"Bearer":      {"a sentence", "x.md", "the bea" + cut() + "rer authenticationtokens are described below"},
		"Path":        {"of a file", "x.yaml", "token: security/v1beta3/types/v2/token4/file"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Empty(t, NewScanner().Scan(tc.file, []byte(tc.text)), tc.reason)
		})
	}
}

func TestTwoOnOneLineAreTwo(t *testing.T) {
	token := "gh" + "p_" + strings.Repeat("a1B2c3", 6)
	found := NewScanner().Scan("x", []byte("\n\n"+token+" and "+token+"\n"))
	require.Len(t, found, 2)
	require.Equal(t, 3, found[0].Line)
	require.Equal(t, found[0].Mark, found[1].Mark, "one line, one mark")
}

func TestAMarkIsOfTheFileAndTheLines(t *testing.T) {
	s, line := NewScanner(), "gh"+"p_"+strings.Repeat("a1B2c3", 6)
	mark := func(file, text string) string {
		found := s.Scan(file, []byte(text))
		require.Len(t, found, 1)
		return found[0].Mark
	}
	require.Equal(t, mark("a", line), mark("a", "above\n  "+line+" \nbelow"), "moving it changes nothing")
	require.NotEqual(t, mark("a", line), mark("b", line), "another file, another mark")
	require.NotEqual(t, mark("a", line), mark("a", line+" more"), "another line, another mark")
	pem := func(body string) string {
		return dashes + "BEGIN PRIVATE " + "KEY" + dashes + "\n" + strings.Repeat(body, 50) + "\n"
	}
	require.NotEqual(t, mark("a", pem("A")), mark("a", pem("B")), "the lines of a key are all of its lines")
}

func TestSurroundingsDoNotHideASecret(t *testing.T) {
	cases := seeded()
	var names []string
	for name := range cases {
		if name != "UTF16" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	s := NewScanner()
	rapid.Check(t, func(t *rapid.T) {
		tc := cases[rapid.SampledFrom(names).Draw(t, "name")]
		before := rapid.StringMatching(`([ -~]{0,30}\n){0,5}`).Draw(t, "before")
		after := rapid.StringMatching(`(\n[ -~]{0,30}){0,5}`).Draw(t, "after")
		text := before + tc.text + "\n" + after
		for _, l := range s.Scan(tc.file, []byte(text)) {
			if l.What == tc.what {
				return
			}
		}
		t.Fatalf("%s not found in %q", tc.what, text)
	})
}

func FuzzScan(f *testing.F) {
	for _, tc := range seeded() {
		f.Add(tc.file, []byte(tc.text))
	}
	f.Add("x", []byte{0xfe, 0xff, 0xd8})
	s := NewScanner()
	f.Fuzz(func(t *testing.T, file string, content []byte) {
		last := 1
		for _, l := range s.Scan(file, content) {
			if l.Line < last || l.Line > strings.Count(decode(content), "\n")+1 || len(l.Mark) != markLength || l.What == "" {
				t.Fatalf("%+v after line %d", l, last)
			}
			last = l.Line
		}
	})
}
