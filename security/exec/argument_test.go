package exec_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/exec"
)

// shaped is a registry whose program "child" takes arguments of one shape.
func shaped(t testing.TB, shape exec.Pattern) *exec.Registry {
	t.Helper()
	r, err := exec.NewRegistry(config(), exec.Program{Name: "child", File: testBinary(t), Args: shape})
	require.NoError(t, err)
	return r
}

// goBuild is `go build -trimpath -o FILE PACKAGE...`.
func goBuild() exec.Pattern {
	return exec.Seq{
		exec.Word("build"),
		exec.Options{{Name: "-trimpath"}, {Name: "-o", Value: exec.Path{Beneath: "/srv/out"}}, {Name: "-mod=", Value: exec.OneOf{"readonly", "vendor"}}},
		exec.Repeat{Min: 1, Max: 2, Of: exec.Match(`example\.org/[a-z/]+`)},
	}
}

func TestArgumentsHaveTheRegisteredShape(t *testing.T) {
	long := strings.Repeat("x", 5000)
	for name, tc := range map[string]struct {
		reason string
		shape  exec.Pattern
		args   []string
		refuse int // the position of the argument that is refused; 0: none
	}{
		"None":                {"Seq{} is no argument", exec.Seq{}, nil, 0},
		"OneTooMany":          {"and not one", exec.Seq{}, []string{"x"}, 1},
		"GoBuild":             {"as it is meant", goBuild(), []string{"build", "-trimpath", "-o", "/srv/out/x", "example.org/a"}, 0},
		"OptionsInAnyOrder":   {"options have no order", goBuild(), []string{"build", "-mod=vendor", "-o", "/srv/out/x", "-trimpath", "example.org/a", "example.org/b"}, 0},
		"OptionsLeftOut":      {"nor must they be there", goBuild(), []string{"build", "example.org/a"}, 0},
		"OptionTwice":         {"programs differ in which of two they take", goBuild(), []string{"build", "-o", "/srv/out/x", "-o", "/srv/out/y", "example.org/a"}, 4},
		"UnknownOption":       {"-toolexec runs any program", goBuild(), []string{"build", "-toolexec=/tmp/evil", "example.org/a"}, 2},
		"OptionWithoutValue":  {"its value is not the package", goBuild(), []string{"build", "-o", "example.org/a"}, 3},
		"OptionAtTheEnd":      {"its value is missing", goBuild(), []string{"build", "-o"}, 3},
		"OptionAsValue":       {"an option is no value", goBuild(), []string{"build", "-o", "-trimpath", "example.org/a"}, 3},
		"OptionAfterwards":    {"options do not come where packages are", goBuild(), []string{"build", "example.org/a", "-trimpath"}, 3},
		"OtherJoined":         {"the value of a joined option is checked", goBuild(), []string{"build", "-mod=mod", "example.org/a"}, 2},
		"Abbreviated":         {"no abbreviation of an option", goBuild(), []string{"build", "-trim", "example.org/a"}, 2},
		"OtherCommand":        {"run is not build", goBuild(), []string{"run", "example.org/a"}, 1},
		"TooMany":             {"two packages at most", goBuild(), []string{"build", "example.org/a", "example.org/b", "example.org/c"}, 4},
		"Missing":             {"one at least", goBuild(), []string{"build", "-trimpath"}, 3},
		"OutsideByDots":       {"a path does not leave its directory", goBuild(), []string{"build", "-o", "/srv/out/../x", "example.org/a"}, 3},
		"OutsideBesides":      {"a directory of a longer name is another", goBuild(), []string{"build", "-o", "/srv/outside", "example.org/a"}, 3},
		"DirectoryItself":     {"beneath is beneath", goBuild(), []string{"build", "-o", "/srv/out/", "example.org/a"}, 3},
		"RelativePath":        {"a relative path depends on the folder", goBuild(), []string{"build", "-o", "out/x", "example.org/a"}, 3},
		"DashInPath":          {"somebody may pass on the last element alone", goBuild(), []string{"build", "-o", "/srv/out/-x", "example.org/a"}, 3},
		"AnchoredBefore":      {"an expression fits the whole", goBuild(), []string{"build", "x example.org/a"}, 2},
		"AnchoredBehind":      {"on both sides", goBuild(), []string{"build", "example.org/a;id"}, 2},
		"AnchoredAlternative": {"alternatives too", exec.Match("a|b"), []string{"ab"}, 1},
		"AnchoredLine":        {"a line's end is not the end", exec.Match("(?m)a$|b"), []string{"a\nb"}, 1},
		"Newline":             {"forges lines where it is logged", exec.Text{Max: 99}, []string{"a\nb"}, 1},
		"NUL":                 {"the kernel would cut the argument", exec.Text{Max: 99}, []string{"a\x00b"}, 1},
		"Escape":              {"steers a terminal", exec.Text{Max: 99}, []string{"\x1b[2J"}, 1},
		"ControlInC1":         {"so does this", exec.Text{Max: 99}, []string{"a\u009bb"}, 1},
		"NotUTF8":             {"who reads it replaces it", exec.Text{Max: 99}, []string{"a\xffb"}, 1},
		"RightToLeft":         {"shows other text than it is", exec.Text{Max: 99}, []string{"a\u202eb"}, 1},
		"ZeroWidth":           {"invisible", exec.Text{Max: 99}, []string{"a\u200bb"}, 1},
		"Dash":                {"an option in the place of text", exec.Text{Max: 99}, []string{"--exec=id"}, 1},
		"DashAlone":           {"means standard input to many", exec.Text{Max: 99}, []string{"-"}, 1},
		"EndOfOptions":        {"only where it is registered", exec.Text{Max: 99}, []string{"--"}, 1},
		"SpaceThenDash":       {"an option to who trims", exec.Text{Max: 99}, []string{" -o"}, 1},
		"TrailingSpace":       {"another name to who trims", exec.Text{Max: 99}, []string{"o "}, 1},
		"EnDash":              {"a dash of typography", exec.Text{Max: 99}, []string{"–exec"}, 1},
		"MinusSign":           {"U+2212", exec.Text{Max: 99}, []string{"−exec"}, 1},
		"FullWidthDash":       {"U+FF0D", exec.Text{Max: 99}, []string{"－exec"}, 1},
		"Empty":               {"an empty argument shifts meanings", exec.Text{Max: 99}, []string{""}, 1},
		"TextTooLong":         {"one byte more", exec.Text{Max: 4}, []string{"12345"}, 1},
		"TextLongEnough":      {"its bound fits", exec.Text{Max: 4}, []string{"1234"}, 0},
		"LongestArgument":     {"Linux takes that much", exec.Text{Max: exec.MaxArgument}, []string{strings.Repeat("x", exec.MaxArgument)}, 0},
		"LongerThanLinux":     {"and no more", exec.Text{Max: exec.MaxArgument}, []string{strings.Repeat("x", exec.MaxArgument+1)}, 1},
		"LongMatch":           {"expressions are not asked about long texts", exec.Match("x*"), []string{long}, 1},
		"ManyArguments":       {"as many as may be", exec.Repeat{Max: exec.MaxArguments, Of: exec.Int{Max: 9}}, manyTimes("1", exec.MaxArguments), 0},
		"TooManyArguments":    {"and one more", exec.Repeat{Max: exec.MaxArguments, Of: exec.Int{Max: 9}}, manyTimes("1", exec.MaxArguments+1), exec.MaxArguments + 1},
		"TooMuchInAll":        {"many long ones", exec.Repeat{Max: 20, Of: exec.Text{Max: exec.MaxArgument}}, manyTimes(strings.Repeat("x", 100_000), 11), 12},
		"Int":                 {"a number", exec.Int{Min: 1, Max: 10}, []string{"10"}, 0},
		"IntAbove":            {"too large", exec.Int{Min: 1, Max: 10}, []string{"11"}, 1},
		"IntBelow":            {"too small", exec.Int{Min: 1, Max: 10}, []string{"0"}, 1},
		"IntOverflow":         {"beyond 64 bits", exec.Int{Min: 1, Max: 10}, []string{"18446744073709551617"}, 1},
		"IntOctal":            {"8 to some", exec.Int{Min: 1, Max: 10}, []string{"010"}, 1},
		"IntPlus":             {"not the shortest form", exec.Int{Min: 1, Max: 10}, []string{"+1"}, 1},
		"IntArabic":           {"digits of another script", exec.Int{Min: 1, Max: 10}, []string{"٣"}, 1},
		"IntWord":             {"no number", exec.Int{Min: 1, Max: 10}, []string{"1;id"}, 1},
		"Identifier":          {"a name", exec.Identifier{}, []string{"lease-1.web_0"}, 0},
		"IdentifierCyrillic":  {"а is not a", exec.Identifier{}, []string{"leаse"}, 1},
		"IdentifierFullWidth": {"nor is ａ", exec.Identifier{}, []string{"ａ"}, 1},
		"IdentifierSlash":     {"no path", exec.Identifier{}, []string{"a/b"}, 1},
		"IdentifierDots":      {"nor a way up", exec.Identifier{}, []string{".."}, 1},
		"IdentifierTooLong":   {"129 bytes", exec.Identifier{}, []string{strings.Repeat("a", 129)}, 1},
		"KeyValue":            {"a known key", exec.KeyValue{"cpus": exec.Int{Max: 8}}, []string{"cpus=4"}, 0},
		"KeyValueUnknown":     {"another key", exec.KeyValue{"cpus": exec.Int{Max: 8}}, []string{"prolog=4"}, 1},
		"KeyValueBad":         {"its value is checked", exec.KeyValue{"cpus": exec.Int{Max: 8}}, []string{"cpus=9"}, 1},
		"KeyValueTwice":       {"= in a value is the value's", exec.KeyValue{"cpus": exec.Int{Max: 8}}, []string{"cpus=cpus=1"}, 1},
		"KeyAlone":            {"no value", exec.KeyValue{"cpus": exec.Int{Max: 8}}, []string{"cpus"}, 1},
		"Prefixed":            {"@FILE", exec.Prefixed{Prefix: "@", Value: exec.Path{Beneath: "/srv"}}, []string{"@/srv/vars.json"}, 0},
		"PrefixedElsewhere":   {"not any file", exec.Prefixed{Prefix: "@", Value: exec.Path{Beneath: "/srv"}}, []string{"@/etc/shadow"}, 1},
		"PrefixedWithout":     {"nor text without the prefix", exec.Prefixed{Prefix: "@", Value: exec.Path{Beneath: "/srv"}}, []string{"/srv/vars.json"}, 1},
		"PrefixedDash":        {"a prefix lets no second option through", exec.Prefixed{Prefix: "-X", Value: exec.Text{Max: 9}}, []string{"-X-Y"}, 1},
		"Words":               {"a choice", exec.OneOf{"start", "stop"}, []string{"stop"}, 0},
		"OtherWord":           {"none of them", exec.OneOf{"start", "stop"}, []string{"Stop"}, 1},
		"Subcommand":          {"alternatives", either(), []string{"status", "7"}, 0},
		"OtherSubcommand":     {"the other", either(), []string{"stop", "--", "web"}, 0},
		"MixedSubcommands":    {"not one's word with the other's arguments", either(), []string{"stop", "7"}, 2},
		"ManyWaysToDivide":    {"which the matcher does not try one by one", ambiguous(), append(manyTimes("x", 1000), "no end"), 1001},
	} {
		t.Run(name, func(t *testing.T) {
			err := shaped(t, tc.shape).Check(exec.Command{Program: "child", Args: tc.args})
			if tc.refuse == 0 {
				require.NoError(t, err, tc.reason)
				return
			}
			require.ErrorIs(t, err, exec.ErrArgument, tc.reason)
			var refused *exec.ArgumentError
			require.ErrorAs(t, err, &refused)
			require.Equal(t, tc.refuse, refused.Position, "%s: %v", tc.reason, err)
			require.NotEmpty(t, refused.Rule)
			require.LessOrEqual(t, len(refused.Argument), 64, "an error does not repeat a flood")
		})
	}
}

func manyTimes(s string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = s
	}
	return all
}

func either() exec.Pattern {
	return exec.Either{
		exec.Seq{exec.Word("status"), exec.Int{Max: 100}},
		exec.Seq{exec.Word("stop"), exec.Word("--"), exec.Identifier{}},
	}
}

func ambiguous() exec.Pattern {
	any := exec.Repeat{Max: exec.MaxArguments, Of: exec.Identifier{}}
	return exec.Seq{any, any, any, any, exec.Word("end")}
}

func TestARefusalSaysWhatWouldFit(t *testing.T) {
	err := shaped(t, goBuild()).Check(exec.Command{Program: "child", Args: []string{"build", "-toolexec=/tmp/evil", "example.org/a"}})
	require.EqualError(t, err, `program child: argument 2 "-toolexec=/tmp/evil": no such option is registered here; `+
		`hint: want an option of ["-trimpath" "-o" "-mod="], or a match of example\.org/[a-z/]+`)
}

// itself is a pattern that has no end.
func itself() exec.Pattern {
	s := exec.Seq{nil}
	s[0] = s
	return s
}

func mapOfItself() exec.Pattern {
	k := exec.KeyValue{}
	k["k"] = k
	return k
}

func TestPatternsAreCheckedWhenRegistered(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		shape  exec.Pattern
	}{
		"None":             {"forgotten", nil},
		"NoneWithin":       {"forgotten in a sequence", exec.Seq{nil}},
		"NoChoice":         {"nothing to choose from", exec.Either{}},
		"NoWords":          {"nothing to choose from", exec.OneOf{}},
		"SameWord":         {"a slip", exec.OneOf{"a", "a"}},
		"EmptyWord":        {"no argument is empty", exec.Word("")},
		"WordWithNewline":  {"no argument holds one", exec.Word("a\nb")},
		"NegativeInt":      {"would begin with a dash", exec.Int{Min: -1, Max: 1}},
		"NoInt":            {"nothing between", exec.Int{Min: 2, Max: 1}},
		"RelativeRoot":     {"depends on the folder", exec.Path{Beneath: "out"}},
		"NoRoot":           {"forgotten", exec.Path{}},
		"DottedRoot":       {"is not what it says", exec.Path{Beneath: "/srv/../etc"}},
		"BadExpression":    {"does not compile", exec.Match("(")},
		"UnanchoringGroup": {"would undo the anchors", exec.Match("a)|(?:.*")},
		"UnendingQuote":    {"would swallow the anchor", exec.Match(`\Qa`)},
		"NoText":           {"nothing fits", exec.Text{}},
		"EndlessText":      {"longer than Linux takes", exec.Text{Max: exec.MaxArgument + 1}},
		"NoKeys":           {"nothing fits", exec.KeyValue{}},
		"KeyWithEquals":    {"never found", exec.KeyValue{"a=b": exec.Identifier{}}},
		"KeyAsOption":      {"an option", exec.KeyValue{"-a": exec.Identifier{}}},
		"KeyWithoutSlot":   {"forgotten", exec.KeyValue{"a": nil}},
		"NoPrefix":         {"then it is the slot alone", exec.Prefixed{Value: exec.Identifier{}}},
		"SpacePrefix":      {"an option to who trims", exec.Prefixed{Prefix: " -", Value: exec.Identifier{}}},
		"PrefixOnly":       {"forgotten", exec.Prefixed{Prefix: "@"}},
		"NoRepeat":         {"forgotten", exec.Repeat{Of: exec.Identifier{}}},
		"NegativeRepeat":   {"nonsense", exec.Repeat{Min: -1, Max: 1, Of: exec.Identifier{}}},
		"EndlessRepeat":    {"has no bound", exec.Repeat{Max: exec.MaxArguments + 1, Of: exec.Identifier{}}},
		"RepeatedRepeat":   {"costs more than it says", exec.Repeat{Max: 2, Of: exec.Seq{exec.Word("a"), exec.Either{exec.Repeat{Min: 1, Max: 2, Of: exec.Word("b")}}}}},
		"RepeatedNothing":  {"says nothing", exec.Repeat{Max: 2, Of: exec.Options{{Name: "-v"}}}},
		"OptionNoDash":     {"no option", exec.Options{{Name: "v"}}},
		"OptionEnd":        {"-- ends options", exec.Options{{Name: "--"}}},
		"OptionTwice":      {"which one?", exec.Options{{Name: "--a"}, {Name: "--a=", Value: exec.Identifier{}}}},
		"OptionWithin":     {"--a=b= would begin with --a=", exec.Options{{Name: "--a=b=", Value: exec.Identifier{}}}},
		"JoinedAlone":      {"forgotten", exec.Options{{Name: "--a="}}},
		"OfItself":         {"has no end", itself()},
		"MapOfItself":      {"neither", mapOfItself()},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := exec.NewRegistry(config(), exec.Program{Name: "child", File: testBinary(t), Args: tc.shape})
			require.ErrorIs(t, err, exec.ErrProgram, tc.reason)
		})
	}
}
