package leaks

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/security/redact"
)

// Leak is a secret that stands in a file.
type Leak struct {
	File string
	Line int    // from 1: where it begins
	What string // which kind; never the secret
	Mark string // 16 hexadecimal digits for the lines that it stands on, and the file's name
}

// Scanner finds secrets in texts. It does not change, and is safe for concurrent use.
type Scanner struct {
	shapes     []shape
	assignment *regexp.Regexp
}

// NewScanner makes one.
func NewScanner() Scanner {
	return Scanner{shapes: shapes(), assignment: regexp.MustCompile(assignment)}
}

// span is a part of a text.
type span struct{ from, to int }

type hit struct {
	span
	what string
}

// Scan finds the secrets in a file, by line; one for each place.
func (s Scanner) Scan(file string, content []byte) []Leak {
	text := decode(content)
	var hits []hit
	for _, sh := range s.shapes {
		for _, m := range sh.like.FindAllStringSubmatchIndex(text, -1) {
			if !sh.drawn || drawn(text[m[2]:m[3]]) {
				hits = append(hits, hit{span{m[0], m[1]}, sh.what})
			}
		}
	}
	for _, at := range phrases(text) {
		hits = append(hits, hit{at, "a wallet's recovery phrase"})
	}
	hits = append(hits, s.assigned(path.Ext(file) == ".go", text)...)
	return leaks(file, text, hits)
}

// assigned finds drawn text that is given to what is called a secret. In Go, text stands in quotes.
func (s Scanner) assigned(quoted bool, text string) (hits []hit) {
	for _, m := range s.assignment.FindAllStringSubmatchIndex(text, -1) {
		name, value := text[m[2]:m[3]], text[m[6]:m[7]]
		if quoted && m[4] == m[5] || !redact.Key(name) || !drawn(value) {
			continue
		}
		hits = append(hits, hit{span{m[6], m[7]}, "a secret given to " + name})
	}
	return hits
}

// leaks turns hits into leaks. What lies in another hit is told once.
func leaks(file, text string, hits []hit) []Leak {
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to)) })
	var found []Leak
	end, line, counted := -1, 1, 0
	for _, h := range hits {
		if h.from < end {
			continue
		}
		end = h.to
		line += strings.Count(text[counted:h.from], "\n")
		counted = h.from
		found = append(found, Leak{File: file, Line: line, What: h.what, Mark: mark(file, lines(text, h.span))})
	}
	return found
}

// lines is the whole lines that a span touches.
func lines(text string, s span) string {
	from := strings.LastIndexByte(text[:s.from], '\n') + 1
	to := len(text)
	if i := strings.IndexByte(text[s.to:], '\n'); i >= 0 {
		to = s.to + i
	}
	return text[from:to]
}

// markLength is how many hexadecimal digits a mark has: enough that nobody meets one by chance.
const markLength = 16

func mark(file, lines string) string {
	_, hex, _ := strings.Cut(hashes.Of([]byte(file+"\x00"+strings.TrimSpace(lines))).String(), ":")
	return hex[:markLength]
}

// decode returns a file's text: UTF-16 by its mark of byte order, anything else as it is.
func decode(content []byte) string {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(content, []byte{0xff, 0xfe}):
		order = binary.LittleEndian
	case bytes.HasPrefix(content, []byte{0xfe, 0xff}):
		order = binary.BigEndian
	default:
		return string(content)
	}
	units := make([]uint16, 0, len(content)/2)
	for content = content[2:]; len(content) >= 2; content = content[2:] {
		units = append(units, order.Uint16(content))
	}
	return string(utf16.Decode(units))
}
