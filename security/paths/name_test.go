package paths_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/paths"
)

func TestName(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		in     string
		rule   paths.Rule // empty: it is good
	}{
		"Plain":          {"a service's name is a name", "web-1.log", ""},
		"Hidden":         {"a leading dot hides, it does not climb", ".profile", ""},
		"Unicode":        {"people name things in their language", "größe-日本", ""},
		"SpaceWithin":    {"a space within is seen", "my file", ""},
		"Longest":        {"the kernel's longest name", strings.Repeat("x", 255), ""},
		"Empty":          {"nothing names nothing", "", paths.RuleEmpty},
		"Dot":            {"the directory itself is not in it", ".", paths.RuleDots},
		"DotDot":         {"the way out", "..", paths.RuleDots},
		"Slash":          {"two elements are not one", "a/b", paths.RuleSeparator},
		"Climb":          {"nor is the classic", "../../etc/passwd", paths.RuleSeparator},
		"Backslash":      {"a separator to the system the archive came from", `..\..\x`, paths.RuleSeparator},
		"NUL":            {"the kernel would stop reading here", "a\x00.txt", paths.RuleInvisible},
		"Newline":        {"it would end a line of a log", "a\nb", paths.RuleInvisible},
		"Escape":         {"it would steer a terminal", "\x1b[2J", paths.RuleInvisible},
		"RightToLeft":    {"it would show gpj.exe as exe.jpg", "a\u202egpj.exe", paths.RuleInvisible},
		"ZeroWidth":      {"two names that look the same", "ad\u200bmin", paths.RuleInvisible},
		"NoBreakSpace":   {"nor is this the space it seems", "a\u00a0b", paths.RuleInvisible},
		"Overlong":       {"an overlong encoding of / is not UTF-8", "..\xc0\xaf..", paths.RuleEncoding},
		"Surrogate":      {"half a character", "\xed\xa0\x80", paths.RuleEncoding},
		"TrailingSpace":  {"a name that looks like another", "passwd ", paths.RuleSpace},
		"LeadingSpace":   {"the same in front", " passwd", paths.RuleSpace},
		"Option":         {"a program would take it for an option", "-rf", paths.RuleOption},
		"TooLong":        {"one byte more than the kernel takes", strings.Repeat("x", 256), paths.RuleLength},
		"OursUnfinished": {"a tenant must not name what a write is at", ".x.next", paths.RuleReserved},
		"NotUnfinished":  {"this is nobody's unfinished write", ".next", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := paths.Name(tc.in)
			if tc.rule == "" {
				require.NoError(t, err, tc.reason)
				require.Equal(t, tc.in, got)
				return
			}
			requireRule(t, err, tc.rule, tc.reason)
		})
	}
}

func requireRule(t *testing.T, err error, rule paths.Rule, reason string) {
	t.Helper()
	require.ErrorIs(t, err, paths.ErrName, reason)
	var ne *paths.NameError
	require.ErrorAs(t, err, &ne)
	require.Equal(t, rule, ne.Rule, reason)
	require.LessOrEqual(t, len(ne.Name), 64, "an error does not carry a long name into a log")
	require.ErrorContains(t, err, "hint:")
}

func TestLocal(t *testing.T) {
	for name, tc := range map[string]struct {
		reason   string
		in, want string
		rule     paths.Rule
	}{
		"Path":         {"elements are joined by slashes", "a/b/c.txt", "a/b/c.txt", ""},
		"Cleaned":      {"spelling does not make another name", "./a//b/.", "a/b", ""},
		"Root":         {"a dot is the root itself", ".", ".", ""},
		"Deepest":      {"64 elements are enough", strings.Repeat("d/", 63) + "f", strings.Repeat("d/", 63) + "f", ""},
		"Empty":        {"nothing", "", "", paths.RuleEmpty},
		"Absolute":     {"it would begin elsewhere", "/etc/passwd", "", paths.RuleAbsolute},
		"Climb":        {"the way out", "../x", "", paths.RuleDots},
		"ClimbWithin":  {"where a is a link, a/.. is elsewhere", "a/../b", "", paths.RuleDots},
		"ClimbAtEnd":   {"the same at the end", "a/..", "", paths.RuleDots},
		"Windows":      {"another system's absolute path", `C:\x`, "", paths.RuleSeparator},
		"TooDeep":      {"65 are not", strings.Repeat("d/", 64) + "f", "", paths.RuleDepth},
		"TooLong":      {"longer than the kernel takes", strings.Repeat("x/", 2048), "", paths.RuleLength},
		"LongElement":  {"an element too long", "a/" + strings.Repeat("x", 256), "", paths.RuleLength},
		"HiddenInside": {"every element is checked", "a/b\x00/c", "", paths.RuleInvisible},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := paths.Local(tc.in)
			if tc.rule == "" {
				require.NoError(t, err, tc.reason)
				require.Equal(t, tc.want, got, tc.reason)
				return
			}
			requireRule(t, err, tc.rule, tc.reason)
		})
	}
}

func FuzzLocal(f *testing.F) {
	for _, s := range []string{"a", "a/b", "..", "a/../b", "/x", `a\b`, "a\x00", "-x", ".x.next", "\xc0\xaf", "./a//b/.", ".", " ", "a/\u202e"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := paths.Local(s)
		if err != nil {
			var ne *paths.NameError
			if !errors.As(err, &ne) || ne.Rule == "" || got != "" {
				t.Fatalf("%q: %q, %v", s, got, err)
			}
			return
		}
		if !filepath.IsLocal(got) || filepath.Clean(got) != got || len(got) > paths.MaxLocal || !utf8.ValidString(got) {
			t.Fatalf("%q became %q", s, got)
		}
		for part := range strings.SplitSeq(got, "/") {
			if _, err := paths.Name(part); err != nil && got != "." {
				t.Fatalf("%q became %q, of which %q is no name: %v", s, got, part, err)
			}
		}
		if again, err := paths.Local(got); err != nil || again != got {
			t.Fatalf("%q became %q, then %q: %v", s, got, again, err)
		}
	})
}
