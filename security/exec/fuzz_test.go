package exec_test

import (
	"path"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/virtengine/virtengine/security/exec"
)

// FuzzArguments compares the matcher with goBuild's shape written out by hand, over arguments separated by newlines.
func FuzzArguments(f *testing.F) {
	for _, seed := range []string{
		"build\n-trimpath\n-o\n/srv/out/x\nexample.org/a", "build\n-mod=vendor\nexample.org/a\nexample.org/b", "build", "", "build\n-o",
		"build\n-o\n/srv/out/../x\nexample.org/a", "build\n-toolexec=id\nexample.org/a", "build\n--\nexample.org/a", "build\n-o\n/srv/out/é\nexample.org/a",
		"build\n-trimpath\n-trimpath\nexample.org/a", "build\nexample.org/a\n-trimpath", "build\n-o\n/srv/out/x\x00y\nexample.org/a",
	} {
		f.Add(seed)
	}
	r := shaped(f, goBuild())
	f.Fuzz(func(t *testing.T, text string) {
		args := strings.Split(text, "\n")
		got := r.Check(exec.Command{Program: "child", Args: args}) == nil
		if want := isGoBuild(args); got != want {
			t.Fatalf("%q: accepted %t, want %t", args, got, want)
		}
	})
}

var pkg = regexp.MustCompile(`^example\.org/[a-z/]+$`)

func isGoBuild(args []string) bool {
	if len(args) == 0 || args[0] != "build" {
		return false
	}
	args = args[1:]
	seen := map[string]bool{}
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		option, value, joined := strings.Cut(args[0], "=")
		if seen[option] {
			return false
		}
		seen[option] = true
		switch {
		case option == "-trimpath" && !joined:
		case option == "-mod" && (value == "readonly" || value == "vendor"):
		case option == "-o" && !joined && len(args) > 1 && beneathOut(args[1]):
			args = args[1:]
		default:
			return false
		}
		args = args[1:]
	}
	if len(args) < 1 || len(args) > 2 {
		return false
	}
	for _, p := range args {
		if !pkg.MatchString(p) || len(p) > 4095 {
			return false
		}
	}
	return true
}

func beneathOut(s string) bool {
	rest, ok := strings.CutPrefix(s, "/srv/out/")
	if !ok || rest == "" || len(s) > 4095 || path.Clean(s) != s || !utf8.ValidString(s) || strings.Count(rest, "/") >= 64 {
		return false
	}
	for element := range strings.SplitSeq(rest, "/") {
		if len(element) > 255 || element[0] == '-' || strings.TrimSpace(element) != element || strings.Contains(element, `\`) ||
			strings.HasPrefix(element, ".") && strings.HasSuffix(element, ".next") {
			return false
		}
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

// FuzzText holds what every slot promises against text that nobody thought of.
func FuzzText(f *testing.F) {
	for _, seed := range []string{"a", "-a", "–a", " a", "a ", "a\nb", "a\x00", "\x1b[2J", "a\u202eb", "", "\xff", "；", "--", "−1", "\u00a0a"} {
		f.Add(seed)
	}
	r := shaped(f, exec.Text{Max: exec.MaxArgument})
	f.Fuzz(func(t *testing.T, text string) {
		if r.Check(exec.Command{Program: "child", Args: []string{text}}) != nil {
			return
		}
		first, _ := utf8.DecodeRuneInString(text)
		if text == "" || !utf8.ValidString(text) || unicode.Is(unicode.Dash, first) || strings.TrimSpace(text) != text ||
			strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }) {
			t.Fatalf("%q went through", text)
		}
	})
}

// FuzzMatch holds that no expression undoes its anchors.
func FuzzMatch(f *testing.F) {
	for _, seed := range [][2]string{{"a|b", "ab"}, {"a)|(?:.*", "x"}, {`\Qa`, "ab"}, {"(?m)^a$", "a"}, {"", ""}, {"(?i)k", "K"}, {`\z|a`, "ba"}, {"(?U)a+", "aa"}} {
		f.Add(seed[0], seed[1])
	}
	self := testBinary(f)
	f.Fuzz(func(t *testing.T, expression, text string) {
		r, err := exec.NewRegistry(config(), exec.Program{Name: "child", File: self, Args: exec.Match(expression)})
		if err != nil || r.Check(exec.Command{Program: "child", Args: []string{text}}) != nil {
			return
		}
		re := regexp.MustCompile(expression)
		re.Longest()
		if found := re.FindStringIndex(text); found == nil || found[0] != 0 || found[1] != len(text) {
			t.Fatalf("%q fits %q", text, expression)
		}
	})
}
