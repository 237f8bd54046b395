package collateral

import (
	"slices"
	"unicode/utf8"

	"github.com/virtengine/virtengine/enclave/attest"
)

// Caps of a document. Intel's have at most 20 KiB, 20 levels and five levels of nesting.
const (
	maxDepth = 12
	maxNames = 64  // in one object
	maxItems = 256 // in one list
	maxText  = 128 // bytes of one text; a signature has as many
)

// reader reads JSON (RFC 8259) from front to back, without building a tree. Names compare exactly, and one that stands
// twice in an object is refused: encoding/json would take the last, whatever its case.
type reader struct {
	raw   []byte
	at    int
	depth int
}

func newReader(raw []byte) (*reader, error) {
	if len(raw) > attest.MaxItem {
		return nil, attest.Refuse(attest.TooLarge, "document of %d bytes, at most %d", len(raw), attest.MaxItem)
	}
	if !utf8.Valid(raw) {
		return nil, attest.Refuse(attest.Malformed, "document is not UTF-8")
	}
	return &reader{raw: raw}, nil
}

func (r *reader) malformed(what string) error {
	return attest.Refuse(attest.Malformed, "JSON at byte %d: %s", r.at, what)
}

// peek gives the next byte that is no white space, or 0 at the end.
func (r *reader) peek() byte {
	for ; r.at < len(r.raw); r.at++ {
		switch r.raw[r.at] {
		case ' ', '\t', '\n', '\r':
		default:
			return r.raw[r.at]
		}
	}
	return 0
}

func (r *reader) expect(c byte) error {
	if r.peek() != c {
		return r.malformed("expected " + string(rune(c)))
	}
	r.at++
	return nil
}

// done refuses anything but white space behind the end.
func (r *reader) done() error {
	if r.peek(); r.at < len(r.raw) {
		return attest.Refuse(attest.TrailingBytes, "%d bytes behind the end of a document", len(r.raw)-r.at)
	}
	return nil
}

// enter and leave bound nesting.
func (r *reader) enter(open byte) error {
	if r.depth++; r.depth > maxDepth {
		return attest.Refuse(attest.TooLarge, "JSON is nested deeper than %d", maxDepth)
	}
	return r.expect(open)
}

// more says whether another element follows, and reads the comma before it or the closing bracket.
func (r *reader) more(first bool, closing byte) (bool, error) {
	if r.peek() == closing {
		r.at++
		r.depth--
		return false, nil
	}
	if first {
		return true, nil
	}
	return true, r.expect(',')
}

// object calls member for each name, which must read the value. It gives the names that were there.
func (r *reader) object(member func(name string) error) ([]string, error) {
	if err := r.enter('{'); err != nil {
		return nil, err
	}
	var names []string
	for {
		more, err := r.more(len(names) == 0, '}')
		if err != nil || !more {
			return names, err
		}
		name, err := r.text()
		if err != nil {
			return nil, err
		}
		if slices.Contains(names, name) {
			return nil, r.malformed("a name stands twice in one object")
		}
		if len(names) == maxNames {
			return nil, attest.Refuse(attest.TooLarge, "more than %d names in one object", maxNames)
		}
		names = append(names, name)
		if err := r.expect(':'); err != nil {
			return nil, err
		}
		if err := member(name); err != nil {
			return nil, err
		}
	}
}

// list calls item for each element, which must read the value.
func (r *reader) list(item func() error) error {
	if err := r.enter('['); err != nil {
		return err
	}
	for n := 0; ; n++ {
		more, err := r.more(n == 0, ']')
		if err != nil || !more {
			return err
		}
		if n == maxItems {
			return attest.Refuse(attest.TooLarge, "more than %d elements in one list", maxItems)
		}
		if err := item(); err != nil {
			return err
		}
	}
}

// text reads a string of printable ASCII without escapes, which is how Intel writes names and values.
func (r *reader) text() (string, error) {
	if err := r.expect('"'); err != nil {
		return "", err
	}
	for start := r.at; r.at < len(r.raw) && r.at-start <= maxText; r.at++ {
		switch c := r.raw[r.at]; {
		case c == '"':
			r.at++
			return intern(r.raw[start : r.at-1]), nil
		case c == '\\' || c < ' ' || c > '~':
			return "", r.malformed("text with an escape or a character outside of ASCII")
		}
	}
	return "", r.malformed("text is cut off or too long")
}

// intern gives a text without making it anew, where it is one of those that documents are full of.
func intern(text []byte) string {
	switch string(text) {
	case "svn":
		return "svn"
	case "category":
		return "category"
	case "type":
		return "type"
	}
	return string(text)
}

// number reads an unsigned integer up to a limit.
func (r *reader) number(most uint64) (uint64, error) {
	r.peek()
	start, v := r.at, uint64(0)
	for ; r.at < len(r.raw) && r.raw[r.at] >= '0' && r.raw[r.at] <= '9'; r.at++ {
		if v = v*10 + uint64(r.raw[r.at]-'0'); v > most {
			return 0, r.malformed("number is too large")
		}
	}
	if r.at == start || r.raw[start] == '0' && r.at-start > 1 {
		return 0, r.malformed("expected an unsigned integer")
	}
	if r.at < len(r.raw) && (r.raw[r.at] == '.' || r.raw[r.at] == 'e' || r.raw[r.at] == 'E') {
		return 0, r.malformed("expected an unsigned integer, not a fraction")
	}
	return v, nil
}

// span gives the bytes of the next object as they stand, up to the bracket that closes it. What is between is read, and
// refused if it is no JSON, by whoever reads the object.
func (r *reader) span() ([]byte, error) {
	if r.peek() != '{' {
		return nil, r.malformed("expected an object")
	}
	depth, quoted := 0, false
	for start := r.at; r.at < len(r.raw); r.at++ {
		switch c := r.raw[r.at]; {
		case quoted && c == '\\':
			r.at++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				r.at++
				return r.raw[start:r.at:r.at], nil
			}
		}
	}
	return nil, r.malformed("object is cut off")
}
