package secret_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/security/secret"
)

const hidden = "h1dden-Pa55"

func text(t require.TestingT, s string) secret.Text {
	v, err := secret.NewText(s)
	require.NoError(t, err)
	return v
}

type nest struct {
	T        secret.Text
	B        secret.Bytes
	P        *secret.Text
	A        any
	L        []secret.Bytes
	M        map[string]secret.Text
	F        [2]secret.Text
	inner    secret.Text
	innerMap map[string]any
	In       *nest
}

func nested(t require.TestingT) *nest {
	tx, b := text(t, hidden), secret.Move([]byte(hidden))
	n := nest{tx, b, &tx, b, []secret.Bytes{b}, map[string]secret.Text{"k": tx}, [2]secret.Text{tx, tx}, tx, map[string]any{"k": &tx}, nil}
	outer := n
	outer.In = &n
	return &outer
}

// leaks says whether out holds the secret in plain, quoted, hexadecimal or decimal form.
func leaks(out string) bool {
	lower := strings.ToLower(out)
	for _, form := range []string{hidden, fmt.Sprintf("%x", hidden), fmt.Sprintf("% x", hidden), "104 49 100", "0x68, 0x31", "aDFkZGVu"} {
		if strings.Contains(lower, strings.ToLower(form)) {
			return true
		}
	}
	return false
}

func TestNoVerbPrintsASecret(t *testing.T) {
	tx := text(t, hidden)
	b := secret.Move([]byte(hidden))
	for _, verb := range "vTtbcdoOqxXUeEfFgGspwZ" {
		for _, flags := range []string{"", "+", "#", "-", " ", "0", "20", ".3", "+#20.3", "[1]"} {
			format := "%" + flags + string(verb)
			for _, v := range []any{tx, b, &tx, &b, []any{tx, b}, []secret.Text{tx}, map[string]any{"k": tx}, nested(t), *nested(t), struct{ X any }{b}} {
				out := fmt.Sprintf(format, v)
				require.False(t, leaks(out), "%s of %T: %s", format, v, out)
			}
			if strings.ContainsRune("vsqxd", verb) && flags != "[1]" {
				require.Equal(t, "[redacted]", fmt.Sprintf(format, tx))
				require.Equal(t, "[redacted]", fmt.Sprintf(format, b))
			}
		}
	}
	require.Equal(t, "[redacted] [redacted] [redacted]", fmt.Sprint(tx, " ", b, " ", secret.Text{}), "an empty one looks the same")
	require.False(t, leaks(fmt.Errorf("login with %w: %v", errors.New("refused"), tx).Error()))
	require.Equal(t, "[redacted]", tx.String())
	require.Equal(t, "[redacted]", b.GoString())
}

func TestNoLogShowsASecret(t *testing.T) {
	var out bytes.Buffer
	for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		n := nested(t)
		slog.New(h).With("with", n.T).Info("m", "t", n.T, "b", n.B, "p", n.P, "nest", n, "value", *n, "list", n.L, "map", n.M, "any", n.A)
	}
	require.False(t, leaks(out.String()), out.String())
	require.Contains(t, out.String(), `"with":"[redacted]","t":"[redacted]","b":"[redacted]","p":"[redacted]"`)
}

// A test that fails prints what it compared, and goes through methods and pointers to do so.
func TestAFailingTestShowsNoSecret(t *testing.T) {
	var said quiet
	assert.Equal(&said, nested(t), 7)
	assert.Equal(&said, text(t, hidden), text(t, "other"))
	assert.Nil(&said, nested(t))
	require.NotEmpty(t, said.text)
	require.False(t, leaks(said.text), said.text)
}

type quiet struct{ text string }

func (q *quiet) Errorf(format string, args ...any) { q.text += fmt.Sprintf(format, args...) }

// walk collects every string and byte slice that reflection reaches, unexported fields and pointers included.
func walk(v reflect.Value, depth int, seen func(string)) {
	if !v.IsValid() || depth > 30 {
		return
	}
	switch v.Kind() {
	case reflect.String:
		seen(v.String())
	case reflect.Pointer, reflect.Interface:
		walk(v.Elem(), depth+1, seen)
	case reflect.Struct:
		for i := range v.NumField() {
			walk(v.Field(i), depth+1, seen)
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			walk(it.Key(), depth+1, seen)
			walk(it.Value(), depth+1, seen)
		}
	case reflect.Slice, reflect.Array:
		var raw []byte
		for i := range v.Len() {
			if e := v.Index(i); e.Kind() == reflect.Uint8 {
				raw = append(raw, byte(e.Uint()))
			} else {
				walk(e, depth+1, seen)
			}
		}
		seen(string(raw))
	}
}

func TestReflectionFindsNoSecret(t *testing.T) {
	found := 0
	walk(reflect.ValueOf(struct {
		N *nest
		S string
		B []byte
	}{nested(t), "control", []byte("control")}), 0, func(s string) {
		require.False(t, leaks(s))
		if s == "control" {
			found++
		}
	})
	require.Equal(t, 2, found, "the walk itself does find what is not sealed")
	require.False(t, reflect.DeepEqual(text(t, hidden), text(t, hidden)), "reflection cannot compare them either")
	require.False(t, reflect.TypeFor[secret.Text]().Comparable(), "== does not compile")
	require.False(t, reflect.TypeFor[secret.Bytes]().Comparable())
}

func TestSecretsAreNotMarshaled(t *testing.T) {
	type withText struct{ X secret.Text }
	type withBytes struct{ X secret.Bytes }
	for _, v := range []any{withText{text(t, hidden)}, withBytes{secret.Move([]byte(hidden))}, &withText{text(t, hidden)}, text(t, hidden), secret.Move([]byte(hidden)),
		map[string]secret.Text{"k": text(t, hidden)}, []secret.Bytes{secret.Move([]byte(hidden))}} {
		var buf bytes.Buffer
		_, err := json.Marshal(v)
		require.ErrorIs(t, err, secret.ErrSealed, "%T", v)
		_, err = yaml.Marshal(v)
		require.ErrorIs(t, err, secret.ErrSealed, "%T", v)
		err = gob.NewEncoder(&buf).Encode(v)
		require.ErrorIs(t, err, secret.ErrSealed, "%T", v)
		require.False(t, leaks(buf.String()))
	}
	_, err := xml.Marshal(withText{text(t, hidden)})
	require.ErrorIs(t, err, secret.ErrSealed)
	_, err = text(t, hidden).MarshalBinary()
	require.ErrorIs(t, err, secret.ErrSealed)

	var in withText
	for name, err := range map[string]error{
		"JSON":       json.Unmarshal([]byte(`{"X":"`+hidden+`"}`), &in),
		"JSONObject": json.Unmarshal([]byte(`{"X":{"a":"`+hidden+`"}}`), &in),
		"YAML":       yaml.Unmarshal([]byte("x: "+hidden), &in),
		"YAMLObject": yaml.Unmarshal([]byte("x: {a: "+hidden+"}"), &in),
		"XML":        xml.Unmarshal([]byte("<withText><X>"+hidden+"</X></withText>"), &in),
		"Binary":     in.X.UnmarshalBinary([]byte(hidden)),
		"Gob":        in.X.GobDecode([]byte(hidden)),
		"Text":       in.X.UnmarshalText([]byte(hidden)),
	} {
		require.ErrorIs(t, err, secret.ErrSealed, name)
		require.False(t, leaks(err.Error()), name)
	}
	require.True(t, in.X.IsZero())
}

func TestASecretIsUsedOnPurpose(t *testing.T) {
	source := []byte(hidden)
	b := secret.Move(source)
	require.Equal(t, make([]byte, len(source)), source, "what was moved is no longer where it was")
	require.Equal(t, len(hidden), b.Len())

	raw, err := b.Reveal()
	require.NoError(t, err)
	require.Equal(t, hidden, string(raw))
	clear(raw)
	require.True(t, b.Matches([]byte(hidden)), "what was revealed is a copy")

	refused := errors.New("refused")
	require.ErrorIs(t, b.Use(func([]byte) error { return refused }), refused)

	s, err := text(t, hidden).Reveal()
	require.NoError(t, err)
	require.Equal(t, hidden, s)
	back, err := text(t, hidden).Bytes()
	require.NoError(t, err)
	require.True(t, back.Equal(b))
	require.False(t, back.Matches([]byte(hidden+"x")))
	_, err = secret.NewText("\xff")
	require.ErrorIs(t, err, secret.ErrNotText)
}

func TestLineEndsOfFiles(t *testing.T) {
	for name, tc := range map[string]struct {
		reason, file, want string
		err                error
	}{
		"Echo":    {"echo ends a line", "pw\n", "pw", nil},
		"Windows": {"so do editors elsewhere", "pw\r\n", "pw", nil},
		"None":    {"printf does not", "pw", "pw", nil},
		"Two":     {"an empty line is part of it", "pw\n\n", "pw\n", nil},
		"Inside":  {"lines inside stay", "a\nb\n", "a\nb", nil},
		"Only":    {"a line with nothing is nothing", "\n", "", secret.ErrEmpty},
		"Binary":  {"a key is no text", "\xff\xfe", "", secret.ErrNotText},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := secret.Move([]byte(tc.file)).Text()
			require.ErrorIs(t, err, tc.err, tc.reason)
			if err == nil {
				require.True(t, got.Matches([]byte(tc.want)), tc.reason)
			}
		})
	}
}

func TestAWipedOrEmptySecretIsNoSecret(t *testing.T) {
	b := secret.Move([]byte(hidden))
	same := b
	var seen []byte
	require.NoError(t, b.Use(func(p []byte) error { seen = p; return nil }))
	b.Wipe()
	b.Wipe()
	require.Equal(t, make([]byte, len(hidden)), seen, "the memory itself is overwritten")
	for name, tc := range map[string]struct {
		v    secret.Bytes
		want error
	}{"Wiped": {b, secret.ErrWiped}, "ACopyOfIt": {same, secret.ErrWiped}, "Zero": {secret.Bytes{}, secret.ErrEmpty}, "Moved": {secret.Move(nil), secret.ErrEmpty}} {
		t.Run(name, func(t *testing.T) {
			_, err := tc.v.Reveal()
			require.ErrorIs(t, err, tc.want)
			_, err = tc.v.Text()
			require.ErrorIs(t, err, tc.want)
			require.False(t, tc.v.Equal(tc.v), "nothing equals nothing")
			require.False(t, tc.v.Matches(nil))
			require.Zero(t, tc.v.Len())
		})
	}
	_, err := secret.Text{}.Reveal()
	require.ErrorIs(t, err, secret.ErrEmpty)
	_, err = secret.Text{}.Bytes()
	require.ErrorIs(t, err, secret.ErrEmpty)
	secret.Text{}.Wipe()
}

func TestEqualIsEqual(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bytes2 := rapid.SliceOfN(rapid.ByteRange(0, 1), 1, 3)
		x, y := bytes2.Draw(t, "x"), bytes2.Draw(t, "y")
		same := string(x) == string(y)
		a, b := secret.Move(bytes.Clone(x)), secret.Move(bytes.Clone(y))
		if a.Equal(b) != same || b.Equal(a) != same || a.Matches(y) != same {
			t.Fatalf("%x %x", x, y)
		}
	})
}

func TestWipingWaitsForUsers(t *testing.T) {
	b, c := secret.Move([]byte(hidden)), secret.Move([]byte(hidden))
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			err := b.Use(func(p []byte) error {
				if string(p) != hidden {
					return errors.New("wiped while in use")
				}
				return nil
			})
			if err != nil && !errors.Is(err, secret.ErrWiped) {
				t.Error(err)
			}
			_ = b.Equal(c)
			_ = c.Equal(b)
			if i%4 == 3 {
				b.Wipe()
			}
		})
	}
	all.Wait()
}
