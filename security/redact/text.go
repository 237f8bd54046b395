package redact

import (
	"cmp"
	"slices"
	"strings"
)

// What stands in the place of something left out.
const (
	Mask   = "[redacted]"    // a secret, or what looks like one
	Cut    = "[cut]"         // more than is looked through
	Broken = "[unprintable]" // a value whose own methods panic
)

// MaxText is how much text is looked through, in bytes: of one String, and of all values of one log record together.
const MaxText = 64 << 10

// String returns s with secrets masked; Cut if s is longer than MaxText. Redacting the result changes nothing.
func String(s string) string {
	if len(s) > MaxText {
		return Cut
	}
	// What a mask cuts apart may look like a secret of its own, so passes repeat until nothing changes. Text built to
	// change forever is masked whole.
	for range 4 {
		next := mask(s, secrets(s))
		if next == s {
			return s
		}
		s = next
	}
	return Mask
}

// span is where a secret is: bytes from up to but without to.
type span struct{ from, to int }

// secrets finds them all in the same text, so that no mask hides from one rule what another needs to see.
func secrets(s string) []span {
	return append(append(assignments(s), shapes(s)...), mnemonics(s)...)
}

// mask puts one Mask in the place of all spans that overlap or touch.
func mask(s string, spans []span) string {
	if len(spans) == 0 {
		return s
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	var out strings.Builder
	done := -1 // s is in out up to here
	for _, x := range spans {
		if x.from > done {
			out.WriteString(s[max(done, 0):x.from])
			out.WriteString(Mask)
		}
		done = max(done, x.to)
	}
	out.WriteString(s[done:])
	return out.String()
}
