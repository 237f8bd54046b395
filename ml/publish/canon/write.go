package canon

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// Encode writes a tree of int64, string, []any and map[string]any. Fails with ErrType and ErrLimit.
func Encode(tree any) ([]byte, error) { return appendValue(nil, tree, 0) }

func appendValue(to []byte, v any, depth int) ([]byte, error) {
	if depth > MaxDepth {
		return nil, fmt.Errorf("%w: nested deeper than %d", ErrLimit, MaxDepth)
	}
	switch v := v.(type) {
	case int64:
		if v > MaxInteger || v < -MaxInteger {
			return nil, fmt.Errorf("%w: %d is beyond 2^53-1; hint: write it as a string", ErrType, v)
		}
		return strconv.AppendInt(to, v, 10), nil
	case string:
		return appendString(to, v)
	case []any:
		return appendArray(to, v, depth)
	case map[string]any:
		return appendObject(to, v, depth)
	}
	return nil, fmt.Errorf("%w: %T", ErrType, v)
}

func appendArray(to []byte, all []any, depth int) ([]byte, error) {
	to = append(to, '[')
	for i, v := range all {
		if i > 0 {
			to = append(to, ',')
		}
		var err error
		if to, err = appendValue(to, v, depth+1); err != nil {
			return nil, fmt.Errorf("[%d]: %w", i, err)
		}
	}
	return append(to, ']'), nil
}

func appendObject(to []byte, fields map[string]any, depth int) ([]byte, error) {
	to = append(to, '{')
	for i, key := range slices.SortedFunc(maps.Keys(fields), compareKeys) {
		if i > 0 {
			to = append(to, ',')
		}
		var err error
		if to, err = appendString(to, key); err != nil {
			return nil, err
		}
		if to, err = appendValue(append(to, ':'), fields[key], depth+1); err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
	}
	return append(to, '}'), nil
}

// appendString writes a string by RFC 8785, 3.2.2.2: two-letter escapes where JSON has them, \u00xx for other controls, and
// every other character as itself.
func appendString(to []byte, s string) ([]byte, error) {
	if !utf8.ValidString(s) {
		return nil, fmt.Errorf("%w: %.40q is no UTF-8", ErrType, s)
	}
	to = append(to, '"')
	for i := range len(s) {
		if letter := shortEscape(s[i]); letter != 0 {
			to = append(to, '\\', letter)
		} else if s[i] < 0x20 {
			to = fmt.Appendf(to, `\u%04x`, s[i])
		} else {
			to = append(to, s[i])
		}
	}
	return append(to, '"'), nil
}

// shortEscape is the letter of a two-letter escape, or 0.
func shortEscape(c byte) byte {
	switch c {
	case '"', '\\':
		return c
	case '\b':
		return 'b'
	case '\t':
		return 't'
	case '\n':
		return 'n'
	case '\f':
		return 'f'
	case '\r':
		return 'r'
	}
	return 0
}

// compareKeys orders keys by their UTF-16 code units (RFC 8785, 3.2.3), which is another order than that of bytes: what lies
// beyond U+FFFF comes before U+E000.
func compareKeys(a, b string) int {
	return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
}
