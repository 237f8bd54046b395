package redact

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/slogtest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const planted = "h!dden-from-all-eyes" // has no shape of its own: only its key tells

type login struct {
	User     string
	Password string `json:"pw_field"`
	Code     string `json:"otp"`
	Left     string `json:"-"`
	inner    string
	Next     *login
}

type (
	stringer struct{ text string }
	texter   struct{ text string }
	jsoner   struct{ text string }
	valuer   struct{ v slog.Value }
	bomb     struct{ fuse *int }
)

func (s stringer) String() string             { return s.text }
func (s texter) MarshalText() ([]byte, error) { return []byte(s.text), nil }
func (s jsoner) MarshalJSON() ([]byte, error) { return []byte(s.text), nil }
func (v valuer) LogValue() slog.Value         { return v.v }
func (b bomb) String() string                 { return fmt.Sprint(*b.fuse) }
func (s texter) GoString() string             { return s.text }
func logged(t require.TestingT, act func(*slog.Logger)) (asJSON, asText string) {
	var j, x bytes.Buffer
	for _, h := range []slog.Handler{slog.NewJSONHandler(&j, nil), slog.NewTextHandler(&x, nil)} {
		r, err := Handler(h)
		require.NoError(t, err)
		act(slog.New(r))
	}
	return j.String(), x.String()
}

func TestSecretsDoNotReachALog(t *testing.T) {
	cycle := &login{User: "bob", Password: planted}
	cycle.Next = cycle
	for name, tc := range map[string]struct {
		reason string
		log    func(*slog.Logger)
	}{
		"Message":    {"a secret in the message", func(l *slog.Logger) { l.Info("password=" + planted) }},
		"Attribute":  {"by its key", func(l *slog.Logger) { l.Info("", "db_password", planted) }},
		"Number":     {"a number is a code", func(l *slog.Logger) { l.Info("", "otp", 987654321) }},
		"With":       {"on a logger", func(l *slog.Logger) { l.With("token", planted).Info("") }},
		"Group":      {"in groups", func(l *slog.Logger) { l.Info("", slog.Group("a", slog.Group("b", slog.String("token", planted)))) }},
		"UnderGroup": {"a group whose name tells, whatever is in it", func(l *slog.Logger) { l.WithGroup("credentials").With("x", planted).Info("", "y", planted) }},
		"DeepUnder":  {"and groups inside it", func(l *slog.Logger) { l.WithGroup("credentials").WithGroup("db").Info("", "y", planted) }},
		"GroupValue": {"a group as value of such a key", func(l *slog.Logger) { l.Info("", slog.Group("secrets", slog.String("x", planted))) }},
		"Error":      {"an error's text", func(l *slog.Logger) { l.Info("", "err", fmt.Errorf("dial: %w", errors.New("password="+planted))) }},
		"Stringer":   {"a String method", func(l *slog.Logger) { l.Info("", "x", stringer{"password=" + planted}) }},
		"Texter":     {"a MarshalText method", func(l *slog.Logger) { l.Info("", "x", texter{"password=" + planted}) }},
		"JSONer":     {"a MarshalJSON method", func(l *slog.Logger) { l.Info("", "x", jsoner{`{"a":[{"password":"` + planted + `"}]}`}) }},
		"NotJSON":    {"one that fails to be JSON", func(l *slog.Logger) { l.Info("", "x", jsoner{`{"password":"` + planted}) }},
		"Raw":        {"raw JSON", func(l *slog.Logger) { l.Info("", "x", json.RawMessage(`{"password":"`+planted+`"}`)) }},
		"Valuer":     {"a LogValue method", func(l *slog.Logger) { l.Info("", "x", valuer{slog.GroupValue(slog.String("password", planted))}) }},
		"ValuerList": {"one in a list", func(l *slog.Logger) {
			l.Info("", "x", []any{valuer{slog.GroupValue(slog.String("password", planted))}})
		}},
		"Struct":     {"fields by name and by tag", func(l *slog.Logger) { l.Info("", "x", login{User: "a", Password: planted, Code: planted}) }},
		"Unexported": {"fields nobody outside reads", func(l *slog.Logger) { l.Info("", "x", login{inner: planted, Left: planted}) }},
		"Pointers":   {"behind pointers", func(l *slog.Logger) { l.Info("", "x", &login{Next: &login{Password: planted}}) }},
		"Cycle":      {"in a value that contains itself", func(l *slog.Logger) { l.Info("", "x", cycle) }},
		"Map":        {"in maps in lists", func(l *slog.Logger) { l.Info("", "x", []map[string]any{{"a": map[string]string{"secret": planted}}}) }},
		"MapKey":     {"as a map's key", func(l *slog.Logger) { l.Info("", "x", map[string]int{"password=" + planted: 1}) }},
		"Key":        {"as an attribute's key", func(l *slog.Logger) { l.Info("", "password="+planted, 1) }},
		"GroupName":  {"as a group's name", func(l *slog.Logger) { l.WithGroup("password="+planted).Info("", "x", 1) }},
		"Bytes":      {"as bytes, which JSON would write in base64", func(l *slog.Logger) { l.Info("", "x", []byte("password="+planted)) }},
		"Headers":    {"in headers", func(l *slog.Logger) { l.Info("", "x", http.Header{"X-Vault-Token": {planted}}) }},
		"Request":    {"in a whole request", func(l *slog.Logger) { l.Info("", "x", &http.Request{Header: http.Header{"Cookie": {planted}}}) }},
		"URL": {"in a URL", func(l *slog.Logger) {
			l.Info("", "x", &url.URL{Scheme: "https", User: url.UserPassword("u", planted), Host: "h"})
		}},
		"URLValue": {"in a URL by value", func(l *slog.Logger) {
			l.Info("", "x", url.URL{Scheme: "https", User: url.UserPassword("u", planted), Host: "h"})
		}},
		"Long": {"in more text than is looked through", func(l *slog.Logger) { l.Info("", "x", strings.Repeat("a ", MaxText)+planted) }},
		"ManyStrings": {"in more text than a record may have", func(l *slog.Logger) {
			l.Info("", "x", append(slicesOf(MaxText/1000+1, strings.Repeat("a", 1000)), planted))
		}},
		"ManyValues": {"in more values than a record may have", func(l *slog.Logger) { l.Info("", "x", append(slicesOf(MaxNodes, ""), planted)) }},
		"ManyAttrs":  {"in more attributes", func(l *slog.Logger) { l.Info("", append(slicesOf(2*MaxNodes, "a"), "b", planted)...) }},
		"ManyWith":   {"on a logger too", func(l *slog.Logger) { l.With(append(slicesOf(2*MaxNodes, "a"), "b", planted)...).Info("") }},
		"ManyInGroup": {"and in a group", func(l *slog.Logger) {
			l.Info("", slog.Group("g", append(slicesOf(2*MaxNodes, "a"), "b", planted)...))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			asJSON, asText := logged(t, tc.log)
			for _, line := range []string{asJSON, asText} {
				require.NotContains(t, line, planted, tc.reason)
				require.NotContains(t, line, "987654321", tc.reason)
				require.NotContains(t, line, "aCFkZGVu", "nor in base64")
				require.LessOrEqual(t, len(line), 3*MaxText)
			}
			require.True(t, json.Valid([]byte(asJSON)), asJSON)
		})
	}
}

func slicesOf(n int, s string) []any {
	out := make([]any, n)
	for i := range out {
		out[i] = s
	}
	return out
}

func TestALogKeepsWhatIsNoSecret(t *testing.T) {
	asJSON, asText := logged(t, func(l *slog.Logger) {
		l.With("node", 3).WithGroup("bid").Info("placed", "price", uint64(12), "took", 3*time.Millisecond, "ok", true, "rate", 0.5,
			"password_set", true, "to", login{User: "bob"}, "err", io.EOF, "key", [32]byte{1}, "raw", []byte{0, 1}, "none", (*login)(nil),
			"list", []int8{-1, 2}, "f", func() {}, "at", []time.Time{time.Unix(0, 0).UTC()}, "secret", true)
	})
	require.Contains(t, asJSON, `"msg":"placed","node":3,"bid":{"price":12,"took":3000000,"ok":true,"rate":0.5,"password_set":true,`+
		`"to":{"Next":null,"User":"bob","otp":"[redacted]","pw_field":"[redacted]"},"err":"EOF","key":"[32 bytes]","raw":"[2 bytes]",`+
		`"none":null,"list":[-1,2],"f":"func()","at":["1970-01-01T00:00:00Z"],"secret":true}`)
	require.Contains(t, asText, "msg=placed node=3 bid.price=12 bid.took=3ms")
}

func TestAValueThatPanicsIsLoggedAsSuch(t *testing.T) {
	asJSON, asText := logged(t, func(l *slog.Logger) { l.Info("x", "v", bomb{}, "list", []any{bomb{}, "b"}, "nan", math.NaN()) })
	require.Contains(t, asJSON, `"v":"[unprintable]","list":["[unprintable]","b"]`)
	require.Contains(t, asText, "v=[unprintable]")
}

func TestAHandlerNeedsAnother(t *testing.T) {
	_, err := Handler(nil)
	require.ErrorIs(t, err, ErrNoHandler)
	h, err := Handler(slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelWarn}))
	require.NoError(t, err)
	require.False(t, h.Enabled(context.Background(), slog.LevelInfo), "what nobody reads is not looked through")
}

// The rules that every handler keeps, from the standard library's own list.
func TestItIsAProperHandler(t *testing.T) {
	var out bytes.Buffer
	slogtest.Run(t, func(*testing.T) slog.Handler {
		out.Reset()
		h, err := Handler(slog.NewJSONHandler(&out, nil))
		require.NoError(t, err)
		return h
	}, func(*testing.T) map[string]any {
		m := map[string]any{}
		require.NoError(t, json.Unmarshal(out.Bytes(), &m))
		return m
	})
}

// tree draws a value of nested maps, lists, groups and pointers with leaf somewhere in it.
func tree(t *rapid.T, depth int, leaf any) any {
	if depth == 0 {
		return leaf
	}
	in := tree(t, depth-1, leaf)
	switch rapid.IntRange(0, 6).Draw(t, "shape") {
	case 0:
		return []any{1, in}
	case 1:
		return map[string]any{"a": in}
	case 2:
		return &in
	case 3:
		return valuer{slog.AnyValue(in)}
	case 4:
		return valuer{slog.GroupValue(slog.Any("g", in))}
	case 5:
		return struct{ Field any }{in}
	default:
		return map[int][]any{1: {in}}
	}
}

func TestNoDepthHidesASecretFromUs(t *testing.T) {
	leaves := []any{
		login{Password: planted}, map[string]string{"api-key": planted}, "token=" + planted, errors.New(`"secret": "` + planted + `"`),
		http.Header{"Authorization": {planted}}, []slog.Attr{slog.String("password", planted)}, slog.String("password", planted),
		slog.GroupValue(slog.String("password", planted)), slog.StringValue("password=" + planted),
	}
	rapid.Check(t, func(rt *rapid.T) {
		v := tree(rt, rapid.IntRange(0, 20).Draw(rt, "depth"), rapid.SampledFrom(leaves).Draw(rt, "leaf"))
		asJSON, asText := logged(rt, func(l *slog.Logger) { l.With("v", v).Info("m", "v", v, slog.Group("g", "v", v)) })
		if strings.Contains(asJSON+asText, planted) {
			rt.Fatalf("%s%s", asJSON, asText)
		}
	})
}

func BenchmarkHandler(b *testing.B) {
	bare := slog.NewJSONHandler(io.Discard, nil)
	masked, err := Handler(bare)
	require.NoError(b, err)
	for name, h := range map[string]slog.Handler{"Bare": bare, "Redacted": masked} {
		b.Run(name, func(b *testing.B) {
			l := slog.New(h)
			for b.Loop() {
				l.Info("bid placed", "order", 7, "provider", "ve1qyqszqgpqyqszqgpqyqszqgp", "price", "12uve", "took", time.Millisecond)
			}
		})
	}
}
