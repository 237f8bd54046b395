package canon

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestWhatIsWritten(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		tree   any
		want   string
	}{
		"Empty":    {"nothing is left out", map[string]any{"b": []any{}, "a": map[string]any{}}, `{"a":{},"b":[]}`},
		"Controls": {"RFC 8785, 3.2.2.2: two letters where JSON has them", "\b\t\n\f\r\"\\\x00\x1f/", `"\b\t\n\f\r\"\\\u0000\u001f/"`},
		"Plain":    {"what needs no escape has none, HTML neither", "<&>\x7f€", "\"<&>\x7f€\""},
		"Numbers":  {"integers alone", []any{int64(0), int64(-1), int64(MaxInteger), int64(-MaxInteger)}, "[0,-1,9007199254740991,-9007199254740991]"},
		// The example of RFC 8785, 3.2.3: keys by UTF-16, where an emoji comes before U+FB33.
		"Order": {"UTF-16 order is not the order of bytes", map[string]any{"€": "", "\r": "", "\ufb33": "", "1": "", "😀": "", "\u0080": "", "ö": ""},
			"{\"\\r\":\"\",\"1\":\"\",\"\u0080\":\"\",\"ö\":\"\",\"€\":\"\",\"😀\":\"\",\"\ufb33\":\"\"}"},
	} {
		t.Run(name, func(t *testing.T) {
			raw, err := Encode(tc.tree)
			require.NoError(t, err)
			require.Equal(t, tc.want, string(raw), tc.reason)
		})
	}
}

func TestWhatHasNoForm(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		v      any
	}{
		"Float":    {"floats are where writers differ", 1.5},
		"Nil":      {"there is no null", nil},
		"Bool":     {"nor true and false", true},
		"NoUTF8":   {"replacing a byte would make another string", "\xff"},
		"TooLarge": {"a float64 would round it", int64(MaxInteger + 1)},
		"Unsigned": {"and this wraps", uint64(1 << 63)},
		"Untagged": {"every field has a name of its own", struct{ A int }{1}},
		"Omitted": {"a field that is left out has two readings", struct {
			A int `json:"a,omitempty"`
		}{1}},
		"Hidden":  {"a field that is not written would not be signed", struct{ a int }{1}},
		"IntKeys": {"keys are strings", map[int]int{1: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Marshal(tc.v)
			require.ErrorIs(t, err, ErrType, tc.reason)
		})
	}
	deep := any("x")
	for range MaxDepth + 1 {
		deep = []any{deep}
	}
	_, err := Encode(deep)
	require.ErrorIs(t, err, ErrLimit)
}

type inner struct {
	N int64 `json:"n"`
}

type outer struct {
	Name  string           `json:"name"`
	List  []inner          `json:"list"`
	Sizes map[string]int64 `json:"sizes"`
}

func TestOnlyOneFormIsRead(t *testing.T) {
	good := `{"list":[{"n":1}],"name":"a\n","sizes":{"x":-3}}`
	var v outer
	require.NoError(t, Unmarshal([]byte(good), 100, &v))
	require.Equal(t, outer{"a\n", []inner{{1}}, map[string]int64{"x": -3}}, v)
	for name, tc := range map[string]struct {
		reason, text string
		want         error
	}{
		"Space":      {"white space", `{"list": [],"name":"","sizes":{}}`, ErrNotCanonical},
		"Order":      {"keys out of order", `{"name":"","list":[],"sizes":{}}`, ErrNotCanonical},
		"Twice":      {"a key again, the last one winning elsewhere", `{"list":[],"list":[],"name":"","sizes":{}}`, ErrNotCanonical},
		"Behind":     {"something behind the value", good + "\n", ErrNotCanonical},
		"Escape":     {"an escape that is not needed", `{"list":[],"name":"\u0061","sizes":{}}`, ErrNotCanonical},
		"UpperHex":   {"hexadecimal in capitals", `{"list":[],"name":"\u001F","sizes":{}}`, ErrNotCanonical},
		"LongEscape": {"six letters where two do", `{"list":[],"name":"\u000a","sizes":{}}`, ErrNotCanonical},
		"Slash":      {"a slash needs none", `{"list":[],"name":"\/","sizes":{}}`, ErrNotCanonical},
		"Surrogate":  {"half a character", `{"list":[],"name":"\ud800","sizes":{}}`, ErrNotCanonical},
		"NoUTF8":     {"no character", "{\"list\":[],\"name\":\"\xff\",\"sizes\":{}}", ErrSyntax},
		"Control":    {"a line break as itself", "{\"list\":[],\"name\":\"\n\",\"sizes\":{}}", ErrSyntax},
		"Zeros":      {"a leading zero", `{"list":[{"n":01}],"name":"","sizes":{}}`, ErrNotCanonical},
		"MinusZero":  {"two zeros", `{"list":[{"n":-0}],"name":"","sizes":{}}`, ErrNotCanonical},
		"Fraction":   {"a float that is an integer", `{"list":[{"n":1.0}],"name":"","sizes":{}}`, ErrSyntax},
		"Exponent":   {"the same", `{"list":[{"n":1e0}],"name":"","sizes":{}}`, ErrSyntax},
		"TooLarge":   {"2^53", `{"list":[{"n":9007199254740992}],"name":"","sizes":{}}`, ErrSyntax},
		"Endless":    {"a number without end", `{"list":[{"n":` + strings.Repeat("1", 60) + `}],"name":"","sizes":{}}`, ErrSyntax},
		"Null":       {"null, which encoding/json reads as anything", `{"list":[],"name":null,"sizes":{}}`, ErrSyntax},
		"Unknown":    {"a field that nobody reads", `{"list":[],"more":"","name":"","sizes":{}}`, ErrField},
		"Missing":    {"a field that is not there", `{"list":[],"sizes":{}}`, ErrField},
		"Case":       {"a name in another case, which encoding/json forgives", `{"List":[],"name":"","sizes":{}}`, ErrField},
		"Type":       {"a string for a number", `{"list":[{"n":"1"}],"name":"","sizes":{}}`, ErrField},
		"Comma":      {"one comma more", `{"list":[],"name":"","sizes":{},}`, ErrSyntax},
		"Open":       {"it does not end", `{"list":[`, ErrSyntax},
		"OpenText":   {"nor does a string", `{"list":[],"name":"`, ErrSyntax},
		"Nothing":    {"nothing", ``, ErrSyntax},
		"Limit":      {"more bytes than allowed", `{"list":[],"name":"` + strings.Repeat("a", 100) + `","sizes":{}}`, ErrLimit},
		"Deep":       {"arrays without end", strings.Repeat("[", 100), ErrLimit},
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorIs(t, Unmarshal([]byte(tc.text), 100, new(outer)), tc.want, tc.reason)
		})
	}
}

func TestPeopleMayWriteFreely(t *testing.T) {
	var v outer
	require.NoError(t, UnmarshalLoose([]byte(" { \"name\" : \"a\", \"list\":[ {\"n\":1} ]}\n"), 100, &v))
	for name, tc := range map[string]struct {
		reason, text string
		want         error
	}{
		"Twice":    {"the last one would win", `{"name":"a","name":"b"}`, ErrField},
		"TwoCases": {"it would here too", `{"name":"a","NAME":"b"}`, ErrField},
		"Kelvin":   {"and where folding knows more than ASCII", `{"k":"","K":""}`, ErrField},
		"Unknown":  {"a mistyped name is not passed over", `{"nam":"a"}`, ErrField},
		"Behind":   {"a second value", `{"name":"a"}{}`, ErrSyntax},
		"Broken":   {"no JSON", `{"name":`, ErrSyntax},
		"Limit":    {"too long", strings.Repeat(" ", 300), ErrLimit},
		"Deep":     {"too deep", strings.Repeat(`{"a":`, 40), ErrLimit},
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorIs(t, UnmarshalLoose([]byte(tc.text), 250, new(outer)), tc.want, tc.reason)
		})
	}
}

// trees draws values of the subset.
func trees(depth int) *rapid.Generator[any] {
	leaves := []*rapid.Generator[any]{
		rapid.Map(rapid.Int64Range(-MaxInteger, MaxInteger), func(n int64) any { return n }),
		rapid.Map(rapid.String(), func(s string) any { return strings.ToValidUTF8(s, "?") }),
	}
	if depth == 0 {
		return rapid.OneOf(leaves...)
	}
	keys := rapid.Map(rapid.String(), func(s string) string { return strings.ToValidUTF8(s, "?") })
	return rapid.OneOf(append(leaves,
		rapid.Map(rapid.SliceOfN(trees(depth-1), 0, 4), func(s []any) any { return append([]any{}, s...) }),
		rapid.Map(rapid.MapOfN(keys, trees(depth-1), 0, 4), func(m map[string]any) any { return maps.Clone(m) }))...)
}

func TestEveryTreeReadsAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree := trees(3).Draw(t, "tree")
		raw, err := Encode(tree)
		require.NoError(t, err)
		again, err := Decode(raw, len(raw))
		require.NoError(t, err)
		require.Equal(t, tree, again)
		var other any // every reader of JSON reads the same
		d := json.NewDecoder(strings.NewReader(string(raw)))
		d.UseNumber()
		require.NoError(t, d.Decode(&other))
		require.Equal(t, fmt.Sprint(tree), fmt.Sprint(other))
	})
}

func TestTheOrderOfFieldsMeansNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		fields := rapid.MapOfN(rapid.StringMatching(`[a-zÀ-ÿ€😀]{0,4}`), rapid.Int64Range(-9, 9), 0, 8).Draw(t, "fields")
		order := rapid.Permutation(slices.Sorted(maps.Keys(fields))).Draw(t, "order")
		shuffled := map[string]any{}
		for _, key := range order {
			shuffled[key] = fields[key]
		}
		a, err := Marshal(fields)
		require.NoError(t, err)
		b, err := Encode(shuffled)
		require.NoError(t, err)
		require.Equal(t, string(a), string(b))
	})
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{"a":[1,-2,"x\n"],"b":{}}`, `[]`, `"\u0000"`, `{"a":1,"a":2}`, `[[[[`, `-0`, `{"\ud800":1}`, "{\"€\":1,\"😀\":2,\"\ufb33\":3}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		tree, err := Decode(raw, 1<<16)
		if err != nil {
			return
		}
		again, err := Encode(tree)
		require.NoError(t, err, "what was read can be written")
		require.Equal(t, string(raw), string(again), "and only in the form in which it was read")
		require.True(t, json.Valid(raw))
	})
}
