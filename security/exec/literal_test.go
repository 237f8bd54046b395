package exec_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/security/exec"
)

func TestNothingIsExpanded(t *testing.T) {
	r := children(t, nil)
	for name, arg := range map[string]string{
		"Semicolon":    "a; touch /tmp/injected",
		"Substitution": "$(touch /tmp/injected)",
		"Backticks":    "`touch /tmp/injected`",
		"Pipe":         "a | b && c || d &",
		"Redirect":     "a > /tmp/injected",
		"Glob":         "/*",
		"Braces":       "{a,b}",
		"Home":         "~root",
		"Variable":     "$PATH ${PATH}",
		"Quotes":       `"a' b\`,
		"Spaces":       "a  b",
		"Lookalike":    "；｜＄（id）",
	} {
		t.Run(name, func(t *testing.T) {
			s := lookAround(t, r, as("look", arg))
			require.Equal(t, []string{testBinary(t), child, "look", arg}, s.Args, "the child receives what it was given")
		})
	}
}

func TestArgumentsArriveAsTheyAreOrNotAtAll(t *testing.T) {
	r := children(t, nil)
	self := testBinary(t)
	// Strings as hostile as any, and ones that mostly get through.
	hostile := rapid.OneOf(rapid.String(), rapid.StringMatching(`[-–—−]{0,2}[a-z =;$()*'"\x00\n]{0,8}`),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }), rapid.StringMatching(`[!-~]([ -~é世]{0,20}[!-~])?`))
	refused, ran := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		args := rapid.SliceOfN(hostile, 0, 4).Draw(t, "args")
		out, err := r.Run(t.Context(), as("look", args...))
		if errors.Is(err, exec.ErrArgument) {
			refused++
			return
		}
		if err != nil {
			t.Fatalf("%q: %v", args, err)
		}
		var s seen
		if err := json.Unmarshal(out.Stdout, &s); err != nil {
			t.Fatal(err)
		}
		want := append([]string{self, child, "look"}, args...)
		if len(s.Args) != len(want) {
			t.Fatalf("got %q, want %q", s.Args, want)
		}
		for i := range want {
			if s.Args[i] != want[i] {
				t.Fatalf("got %q, want %q", s.Args, want)
			}
		}
		for _, arg := range args {
			if arg == "" || arg[0] == '-' {
				t.Fatalf("%q went through", arg)
			}
		}
		ran++
	})
	require.Positive(t, refused, "both ends of the sentence were tried")
	require.Positive(t, ran)
}
