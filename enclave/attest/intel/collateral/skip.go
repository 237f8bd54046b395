package collateral

import "bytes"

// skip reads past a value that nobody asked for, which must be as strict JSON as the rest. Its nesting is bounded by
// enter, so it recurses at most maxDepth times.
func (r *reader) skip() error {
	switch c := r.peek(); {
	case c == '{':
		_, err := r.object(func(string) error { return r.skip() })
		return err
	case c == '[':
		return r.list(r.skip)
	case c == '"':
		return r.skipText()
	case c == '-' || c >= '0' && c <= '9':
		return r.skipNumber()
	}
	for _, word := range []string{"true", "false", "null"} {
		if bytes.HasPrefix(r.raw[r.at:], []byte(word)) {
			r.at += len(word)
			return nil
		}
	}
	return r.malformed("expected a value")
}

func (r *reader) skipText() error {
	for r.at++; r.at < len(r.raw); r.at++ {
		switch c := r.raw[r.at]; {
		case c == '"':
			r.at++
			return nil
		case c < ' ':
			return r.malformed("control character in a text")
		case c == '\\':
			if err := r.skipEscape(); err != nil {
				return err
			}
		}
	}
	return r.malformed("text is cut off")
}

// skipEscape reads from a backslash to the last byte of its escape.
func (r *reader) skipEscape() error {
	if r.at++; r.at == len(r.raw) || !bytes.ContainsRune([]byte(`"\/bfnrtu`), rune(r.raw[r.at])) {
		return r.malformed("unknown escape")
	}
	if r.raw[r.at] != 'u' {
		return nil
	}
	for range 4 {
		if r.at++; r.at == len(r.raw) || !isHex(r.raw[r.at]) {
			return r.malformed("unknown escape")
		}
	}
	return nil
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// skipNumber reads -? (0 | digits) (. digits)? ([eE] [+-]? digits)?
func (r *reader) skipNumber() error {
	if r.is("-") {
		r.at++
	}
	start := r.at
	if !r.digits() || r.raw[start] == '0' && r.at-start > 1 {
		return r.malformed("expected a number")
	}
	if r.is(".") {
		if r.at++; !r.digits() {
			return r.malformed("expected digits")
		}
	}
	if r.is("eE") {
		if r.at++; r.is("+-") {
			r.at++
		}
		if !r.digits() {
			return r.malformed("expected digits")
		}
	}
	return nil
}

func (r *reader) is(any string) bool {
	return r.at < len(r.raw) && bytes.IndexByte([]byte(any), r.raw[r.at]) >= 0
}

func (r *reader) digits() bool {
	start := r.at
	for r.is("0123456789") {
		r.at++
	}
	return r.at > start
}
