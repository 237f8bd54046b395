package redact

import "strings"

// assignments finds values that text assigns to secret keys: key=value, key: value, "key":"value", key:[a b], --key value.
// Values are searched too: in "password: password: x" the first value is the second key.
func assignments(s string) []span {
	var found []span
	work := 8*len(s) + 4096
	for i := range len(s) {
		var from, to int
		switch s[i] {
		case '=', ':':
			from, to = assigned(s, i)
		case '-':
			from, to = flagged(s, i)
		}
		if from == to {
			continue
		}
		if work -= to - i; work < 0 {
			return []span{{0, len(s)}} // keys in values in keys: made to be slow, and no log line
		}
		found = append(found, span{from, to})
	}
	return found
}

// assigned returns where the value is that the separator at sep gives to a secret key; nothing (0, 0) if it does not.
func assigned(s string, sep int) (from, to int) {
	end := sep
	for end > 0 && sep-end < 12 && strings.IndexByte(" \t\"'`\\]", s[end-1]) >= 0 {
		end--
	}
	k, key := keyBefore(s, end)
	if k == harmless {
		return 0, 0
	}
	start := sep + 1
	for start < len(s) && strings.IndexByte("=:>", s[start]) >= 0 { // ==, :=, =>
		start++
	}
	if quoted := skip(s, start, " \t\r\n"); isQuote(s, quoted) {
		return value(s, quoted, key)
	}
	start = skip(s, start, " \t")
	from, to = value(s, start, key)
	if k == sometimes && s[sep] == ':' && !telling(s[from:to]) {
		return 0, 0
	}
	return from, to
}

// keyBefore looks at the one or two words that end at end.
func keyBefore(s string, end int) (kind, string) {
	start := wordStart(s, end)
	if start == end {
		return harmless, ""
	}
	if k := kindOf(s[start:end]); k != harmless {
		if start > 0 && s[start-1] == '/' {
			k = sometimes // open /run/keys/db-password: permission denied
		}
		return k, s[start:end]
	}
	if start < 2 || s[start-1] != ' ' {
		return harmless, ""
	}
	two := s[wordStart(s, start-1):end] // private key: ...
	return kindOf(two), two
}

func wordStart(s string, end int) int {
	start := end
	for start > 0 && end-start < maxKey && inKey(s[start-1]) {
		start--
	}
	return start
}

func inKey(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-' || c == '.'
}

// flagged is assigned for a command's flag and the word after it.
func flagged(s string, i int) (from, to int) {
	if !strings.HasPrefix(s[i:], "--") {
		return 0, 0
	}
	end := i + 2
	for end < len(s) && end-i < maxKey && inKey(s[end]) {
		end++
	}
	if end == len(s) || s[end] != ' ' || !Key(s[i+2:end]) {
		return 0, 0
	}
	start := skip(s, end, " ")
	if start < len(s) && s[start] == '-' {
		return 0, 0 // the next flag
	}
	return value(s, start, "")
}

func skip(s string, i int, chars string) int {
	for i < len(s) && strings.IndexByte(chars, s[i]) >= 0 {
		i++
	}
	return i
}

// value returns where the value ends that begins at start, and where it begins without its quotes. One that does not
// end, ends with the text.
func value(s string, start int, key string) (from, to int) {
	switch {
	case start >= len(s):
		return 0, 0
	case isQuote(s, start):
		return inQuotes(s, start)
	case isMasked(s[start:]):
		return start, start + len(Mask)
	case s[start] == '[' || s[start] == '{':
		return start, closing(s, start)
	}
	stop := " \t\r\n\"&"
	if toLineEnd(key) {
		stop = "\r\n"
	}
	if n := strings.IndexAny(s[start:], stop); n >= 0 {
		return start, start + n
	}
	return start, len(s)
}

// isMasked says whether a value was redacted before, by an earlier pass or another program.
func isMasked(s string) bool {
	rest, found := strings.CutPrefix(s, Mask)
	return found && (rest == "" || strings.IndexByte(" \t\r\n,;&\"'`)]}", rest[0]) >= 0)
}

// toLineEnd says whether a key's value has several words: a header's, a recovery phrase's.
func toLineEnd(key string) bool {
	var buf [maxKey]byte
	joined, _ := join(key[max(0, len(key)-maxKey):], buf[:0])
	for _, w := range []string{"authorization", "cookie", "mnemonic", "phrase"} {
		if strings.Contains(string(joined), w) {
			return true
		}
	}
	return false
}

func isQuote(s string, i int) bool {
	i = skip(s, i, `\`)
	return i < len(s) && strings.IndexByte("\"'`", s[i]) >= 0
}

// inQuotes finds the end of a quoted value. Text quoted within quoted text has n backslashes before its quotes, and
// those inside it have more: 0 and 1, 1 and 3, 3 and 7.
func inQuotes(s string, start int) (from, to int) {
	at := skip(s, start, `\`)
	n, quote := at-start, s[at]
	slashes := 0
	for i := at + 1; i < len(s); i++ {
		switch {
		case s[i] == '\\':
			slashes++
			continue
		case s[i] == quote && slashes%(2*(n+1)) == n:
			return at + 1, i - n
		}
		slashes = 0
	}
	return at + 1, len(s)
}

// closing finds the end of a list or object that begins at start. Brackets in double quotes do not count.
func closing(s string, start int) int {
	depth, quoted := 0, false
	for i := start; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

// telling says whether the value of a weak key is a secret and not the next word of a sentence.
func telling(v string) bool {
	return len(v) >= 20 || strings.ContainsAny(v, "0123456789")
}
