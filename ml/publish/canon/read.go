package canon

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// Unmarshal reads bytes that Marshal wrote of a value of the same type, and no others. Fails with ErrSyntax, ErrNotCanonical,
// ErrField and ErrLimit.
//
//	limit: how many bytes are read at most     v: a pointer, to a zero value
func Unmarshal(data []byte, limit int, v any) error {
	if _, err := Decode(data, limit); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("%w: %w", ErrField, err)
	}
	again, err := Marshal(pointed(v))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrField, err)
	}
	if !bytes.Equal(again, data) { // encoding/json forgives: a missing field, a name in another case, a null
		return fmt.Errorf("%w: read and written again they differ at byte %d; hint: a field is missing, or its name is in another case",
			ErrField, firstDifference(again, data))
	}
	return nil
}

func firstDifference(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}

// Decode reads canonical bytes into a tree of int64, string, []any and map[string]any. Fails with ErrSyntax, ErrNotCanonical and
// ErrLimit.
func Decode(data []byte, limit int) (any, error) {
	if len(data) > limit {
		return nil, fmt.Errorf("%w: %d bytes, allowed are %d", ErrLimit, len(data), limit)
	}
	r := reader{data: data}
	v, err := r.value(0)
	if err == nil && r.at != len(data) {
		err = r.no(ErrNotCanonical, "something follows the value")
	}
	if err != nil {
		return nil, err
	}
	return v, nil
}

type reader struct {
	data []byte
	at   int
}

func (r *reader) no(kind error, what string) error {
	return fmt.Errorf("%w: byte %d: %s", kind, r.at, what)
}

// peek is the next byte; 0 at the end, which begins nothing.
func (r *reader) peek() byte {
	if r.at < len(r.data) {
		return r.data[r.at]
	}
	return 0
}

func (r *reader) value(depth int) (any, error) {
	if depth > MaxDepth {
		return nil, r.no(ErrLimit, fmt.Sprintf("nested deeper than %d", MaxDepth))
	}
	switch c := r.peek(); {
	case c == '{':
		return r.object(depth)
	case c == '[':
		return r.array(depth)
	case c == '"':
		return r.text()
	case c == '-' || c >= '0' && c <= '9':
		return r.integer()
	case c == ' ' || c == '\t' || c == '\n' || c == '\r':
		return nil, r.no(ErrNotCanonical, "white space")
	}
	return nil, r.no(ErrSyntax, "no object, array, string or integer begins here")
}

// more steps over a comma or the end of a list, and says which it was.
func (r *reader) more(end byte) (bool, error) {
	switch r.peek() {
	case ',':
		r.at++
		return true, nil
	case end:
		r.at++
		return false, nil
	case ' ', '\t', '\n', '\r':
		return false, r.no(ErrNotCanonical, "white space")
	}
	return false, r.no(ErrSyntax, fmt.Sprintf("want , or %c", end))
}

func (r *reader) array(depth int) (any, error) {
	r.at++
	all := []any{}
	if r.peek() == ']' {
		r.at++
		return all, nil
	}
	for {
		v, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
		if next, err := r.more(']'); err != nil || !next {
			return all, err
		}
	}
}

func (r *reader) object(depth int) (any, error) {
	r.at++
	fields := map[string]any{}
	if r.peek() == '}' {
		r.at++
		return fields, nil
	}
	last := ""
	for {
		key, v, err := r.field(depth, len(fields) > 0, last)
		if err != nil {
			return nil, err
		}
		fields[key], last = v, key
		if next, err := r.more('}'); err != nil || !next {
			return fields, err
		}
	}
}

// field reads a key, which must stand behind the last one, and its value.
func (r *reader) field(depth int, follows bool, last string) (string, any, error) {
	if c := r.peek(); c == ' ' || c == '\t' || c == '\n' || c == '\r' {
		return "", nil, r.no(ErrNotCanonical, "white space")
	} else if c != '"' {
		return "", nil, r.no(ErrSyntax, "want a key")
	}
	key, err := r.text()
	if err != nil {
		return "", nil, err
	}
	if follows && compareKeys(last, key) >= 0 {
		return "", nil, r.no(ErrNotCanonical, fmt.Sprintf("key %.40q stands behind %.40q: repeated, or out of order", key, last))
	}
	if r.peek() != ':' {
		return "", nil, r.no(ErrSyntax, "want :")
	}
	r.at++
	v, err := r.value(depth + 1)
	return key, v, err
}

// integer reads -?(0|[1-9][0-9]*) up to MaxInteger.
func (r *reader) integer() (any, error) {
	start := r.at
	if r.peek() == '-' {
		r.at++
	}
	digits := r.at
	for c := r.peek(); c >= '0' && c <= '9'; c = r.peek() {
		r.at++
	}
	switch c := r.peek(); {
	case r.at == digits:
		return nil, r.no(ErrSyntax, "want a digit")
	case c == '.' || c == 'e' || c == 'E':
		return nil, r.no(ErrSyntax, "a number with a fraction or an exponent")
	}
	n, err := strconv.ParseInt(string(r.data[start:min(r.at, start+20)]), 10, 64)
	if err != nil || r.at-start > 17 || n > MaxInteger || n < -MaxInteger {
		return nil, r.no(ErrSyntax, "an integer beyond 2^53-1")
	}
	if strconv.FormatInt(n, 10) != string(r.data[start:r.at]) {
		return nil, r.no(ErrNotCanonical, "an integer with a leading zero, or -0")
	}
	return n, nil
}

// text reads a string and refuses every way to write it but appendString's.
func (r *reader) text() (string, error) {
	start := r.at
	r.at++
	var out []byte
	for {
		if r.at >= len(r.data) {
			return "", r.no(ErrSyntax, "the string does not end")
		}
		switch c := r.data[r.at]; {
		case c == '"':
			r.at++
			if !utf8.Valid(out) {
				r.at = start
				return "", r.no(ErrSyntax, "the string is no UTF-8")
			}
			return string(out), nil
		case c < 0x20:
			return "", r.no(ErrSyntax, "a control character in a string")
		case c == '\\':
			plain, err := r.escape()
			if err != nil {
				return "", err
			}
			out = append(out, plain)
		default:
			out = append(out, c)
			r.at++
		}
	}
}

// escape reads \x or \u00xx, of the characters that need it alone.
func (r *reader) escape() (byte, error) {
	rest := r.data[r.at:]
	if len(rest) >= 2 {
		for c := range byte(0x60) {
			if shortEscape(c) == rest[1] && shortEscape(c) != 0 {
				r.at += 2
				return c, nil
			}
		}
	}
	if len(rest) >= 6 && rest[1] == 'u' {
		for c := range byte(0x20) {
			if shortEscape(c) == 0 && string(rest[:6]) == fmt.Sprintf(`\u%04x`, c) {
				r.at += 6
				return c, nil
			}
		}
	}
	return 0, r.no(ErrNotCanonical, "an escape that RFC 8785 does not write, or none")
}
