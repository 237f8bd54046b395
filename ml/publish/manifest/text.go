package manifest

import "strings"

// word says whether a text is of letters, digits and the bytes of extra, begins with a letter or digit, and has 1 to most bytes.
func word(s string, most int, extra string) bool {
	if len(s) < 1 || len(s) > most || strings.IndexByte(extra, s[0]) >= 0 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && strings.IndexByte(extra, c) < 0 {
			return false
		}
	}
	return true
}

// name is a word in small letters: scorer, face-detector.
func name(s, extra string) bool { return word(s, 64, extra) && s == strings.ToLower(s) }

// printable says whether a text is of ASCII that can be seen, and spaces, and has 1 to MaxText bytes.
func printable(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return len(s) > 0 && len(s) <= MaxText
}

// goVersion says whether a text is as go env GOVERSION writes releases: go1.26 or go1.26.8.
func goVersion(s string) bool {
	rest, found := strings.CutPrefix(s, "go")
	parts := strings.Split(rest, ".")
	if !found || len(s) > 32 || len(parts) < 2 || len(parts) > 3 {
		return false
	}
	for _, part := range parts {
		if part == "" || strings.Trim(part, "0123456789") != "" {
			return false
		}
	}
	return true
}
