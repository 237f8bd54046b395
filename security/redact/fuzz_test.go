package redact

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"unicode/utf8"
)

// What is planted into text, and the part of it that must not be seen again. A % stands for the secret.
var forms = []struct{ text, secret string }{
	{"password=%", "hunter2secret"}, {"Password: %", "hunter2secret"}, {`"api_key":"%"`, "hunter2 secret"}, {`\"token\": \"%\"`, "a b c d e f"},
	{"client_secret='%'", "x y z w v"}, {"?access_token=%&", "q9q9q9"}, {" --vault-token %", "s3cr3tvalue"}, {"Authorization: Bearer %", "abcdefgh1234"},
	//ve:allow secrets made up: what a log must not show
	{"bearer %", "abcdefgh12345678"}, {"https://u:%@host/", "pa.ss-w0rd"}, {"%", hub}, {"%", pem}, {"%", "AKIAIOSFODNN7EXAMPLE"},
	//ve:allow secrets made up: what a log must not show
	{"%", "xoxb-123456789012-abcdef"}, {"%", "hvs.CAESIabcdefghijklmnop"}, {"%", jwt}, {" % ", phrase}, {" %", "bob@mail.example.com"},
	{" % ", "+49 30 12345678"}, {"{Mnemonic:%", "these are not bip39 words at all"},
}

func FuzzString(f *testing.F) {
	for i, form := range forms {
		f.Add("a ", " b", uint8(i))
		f.Add(form.text, "\"'", uint8(i))
	}
	f.Add("password=\"", "", uint8(2))
	f.Add("[redacted]", "[redacted]", uint8(0))
	f.Fuzz(func(t *testing.T, before, after string, which uint8) {
		form := forms[int(which)%len(forms)]
		text := before + strings.Replace(form.text, "%", form.secret, 1) + after
		out := String(text)
		if strings.Contains(out, form.secret) && !strings.Contains(before+after, form.secret) {
			t.Fatalf("%q became %q", text, out)
		}
		if again := String(out); again != out {
			t.Fatalf("%q became %q and then %q", text, out, again)
		}
		if utf8.ValidString(text) && !utf8.ValidString(out) {
			t.Fatalf("%q became %q, which is no text", text, out)
		}
		_ = String(before + after)
	})
}

func FuzzHandler(f *testing.F) {
	f.Add("password", "x", "g")
	f.Add("a", "token=1", "credentials")
	f.Add("", "", "")
	f.Fuzz(func(t *testing.T, key, text, group string) {
		var out bytes.Buffer
		h, err := Handler(slog.NewJSONHandler(&out, nil))
		if err != nil {
			t.Fatal(err)
		}
		l := slog.New(h)
		const secret = "h!dden0"
		l.WithGroup(group).With(key, text).Info(text, key, map[string]any{text: []string{text}}, slog.Group(key, "password", secret, text, key))
		l.Info("", text+"_token", secret, "db.password", []byte(secret), group, map[string]any{"api_key": secret})
		if strings.Contains(out.String(), secret) && !strings.Contains(key+text+group, secret) {
			t.Fatal(out.String())
		}
	})
}
