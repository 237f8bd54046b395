package licence

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// made is a text that has a form's phrases and its length, with words in between that no licence has.
func made(f form, length int) string {
	n := length
	for _, p := range f.phrases {
		n -= len(strings.Fields(p))
	}
	var b strings.Builder
	b.WriteString(f.phrases[0])
	for i, p := range f.phrases[1:] {
		gaps := len(f.phrases) - 1
		fill := n / gaps
		if i == gaps-1 {
			fill = n - fill*(gaps-1)
		}
		b.WriteString(strings.Repeat(" lorem", max(0, fill)) + "\n" + p)
	}
	return b.String()
}

func byID(id string) form {
	return known[slices.IndexFunc(known, func(f form) bool { return f.id == id })]
}

func TestClassify(t *testing.T) {
	mit, isc, apache := made(byID("MIT"), 160), made(byID("ISC"), 100), made(byID("Apache-2.0"), 1580)
	for name, tc := range map[string]struct {
		reason, text string
		want         []string
	}{
		"Title":            {"titles, names and addresses are no terms", "The MIT License (MIT)\n\nCopyright (c) 2020 A. Holder <a@holder.example>\n\n" + mit, []string{"MIT"}},
		"Shape":            {"case, wrapping and comment signs do not matter", "// " + strings.ToUpper(strings.ReplaceAll(mit, " ", "\n// ")), []string{"MIT"}},
		"British":          {"licence is license", strings.ReplaceAll(made(byID("BSL-1.0"), 200), "license", "licence"), []string{"BSL-1.0"}},
		"HolderWithTerms":  {"a line of copyright cannot hide terms", "Copyright 2020 A. Holder. You may not use it on Sundays.\n" + mit, nil},
		"ClauseBefore":     {"more than the licence", "You must tell us.\n" + mit, nil},
		"ClauseBehind":     {"more than the licence", mit + "\nCommercial use is prohibited.", nil},
		"ClauseInside":     {"longer than the licence", made(byID("MIT"), byID("MIT").max+1), nil},
		"ClauseMissing":    {"shorter than the licence", strings.ReplaceAll(made(byID("MIT"), byID("MIT-0").min-1), byID("MIT").phrases[1], ""), nil},
		"Good":             {"the JSON licence is not MIT", mit + "\nThe Software shall be used for Good, not Evil.", []string{"JSON", "MIT"}},
		"CommonsClause":    {"selling is our business", "\"Commons Clause\" License Condition v1.0\n" + apache, []string{"Apache-2.0", "Commons-Clause"}},
		"Two":              {"both hold", mit + "\n\n" + isc, []string{"ISC", "MIT"}},
		"Twice":            {"of two holders", mit + "\n\n" + mit, []string{"MIT"}},
		"Choice":           {"whether one may choose is for a person to say", "Dual licensed, either of:\n" + mit + "\n" + isc, nil},
		"GPL":              {"in whatever length", "GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007\nEveryone must ...", []string{"GPL-3.0"}},
		"LGPL":             {"the family's names contain each other", "GNU Lesser General Public License\nVersion 2.1, February 1999, GNU General Public License version 2", []string{"LGPL-2.1"}},
		"BUSL":             {"with any parameters", "Business Source License 1.1\nChange Date: 2030-01-01", []string{"BUSL-1.1"}},
		"SSPL":             {"services are our business", "Server Side Public License\nVERSION 1", []string{"SSPL-1.0"}},
		"Elastic":          {"services are our business", "Elastic License 2.0", []string{"Elastic-2.0"}},
		"NonCommercial":    {"selling is our business", "Creative Commons Attribution-NonCommercial 4.0", []string{"CC-BY-NC-4.0"}},
		"ShortApache":      {"a reference is a licence too", "Copyright 2020 X\n" + made(byShort(), 70), []string{"Apache-2.0"}},
		"Empty":            {"nothing is no permission", "", nil},
		"Readme":           {"a name is no licence", "This project is MIT licensed.", nil},
		"TooMuchAround":    {"a licence in a book is not the book's", strings.Repeat("word ", maxRest+1) + mit, nil},
		"GrownTogether":    {"what a licence was cut from makes no phrase", "the gnu general\n" + mit + "\npublic license version 3", []string{"MIT"}},
		"SentenceAcross":   {"a line that begins with copyright is a sentence's here", strings.ReplaceAll(mit, "copyright notice", "\ncopyright notice"), []string{"MIT"}},
		"OldMac":           {"lines end in carriage returns", strings.ReplaceAll("Copyright 2020 X\n"+mit, "\n", "\r"), []string{"MIT"}},
		"NumbersOfClauses": {"texts number them differently", strings.ReplaceAll(made(byID("BSD-3-Clause"), 200), "\n", "\n  (b) "), []string{"BSD-3-Clause"}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, tc.want, Classify(tc.text), tc.reason)
		})
	}
}

// byShort is the form by which Apache-2.0 is referred to.
func byShort() form {
	return known[slices.IndexFunc(known, func(f form) bool { return f.id == "Apache-2.0" && f.max < 100 })]
}

func TestEveryFormIsRecognizedWithinItsBoundsOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.SampledFrom(known).Draw(t, "form")
		text := made(f, rapid.IntRange(f.min, f.max).Draw(t, "words"))
		if got := Classify(text); len(got) != 1 || got[0] != f.id {
			t.Fatalf("%s is taken for %v", f.id, got)
		}
		more := rapid.IntRange(maxRest+1, 2*maxRest).Draw(t, "more")
		if got := Classify(text + strings.Repeat(" lorem", more)); got != nil {
			t.Fatalf("%s with %d words more is taken for %v", f.id, more, got)
		}
		if got := Classify(text + " you must pay"); got != nil {
			t.Fatalf("%s with a demand is taken for %v", f.id, got)
		}
	})
}

func TestIdsAreThoseOfThePolicy(t *testing.T) {
	ids := knownIDs()
	for _, id := range []string{"MIT", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Apache-2.0", "MPL-2.0", "Unlicense", "CC0-1.0", "Zlib", "BlueOak-1.0.0",
		"BSL-1.0", "GPL-2.0", "GPL-3.0", "LGPL-2.1", "LGPL-3.0", "AGPL-3.0", "BUSL-1.1", "SSPL-1.0", "Elastic-2.0", "CC-BY-4.0", "CC-BY-SA-4.0"} {
		require.True(t, ids[id], id)
	}
}

func FuzzClassify(f *testing.F) {
	f.Add("MIT License\n" + made(byID("MIT"), 160))
	f.Add(made(byID("BSD-3-Clause"), 200) + "\n" + made(byID("Apache-2.0"), 1580))
	f.Add("Copyright\n(c) 2020\n\r(a) © all rights reserved")
	f.Fuzz(func(t *testing.T, text string) {
		got := Classify(text)
		if !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got) {
			t.Fatalf("%v", got)
		}
		// A demand behind it leaves at most what is known by a marker.
		if with := Classify(text + "\n\nyou must pay\n"); len(with) > 0 && marked(normalise(text)) == "" {
			t.Fatalf("a demand is overlooked in %v", with)
		}
	})
}
