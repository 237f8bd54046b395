package leaks

import (
	"math"
	"strings"
	"unicode"
)

// minEntropy is how many bits a character of drawn text holds at least: 32 hexadecimal digits hold 3.6 on average, names
// that people make hold 3.
const minEntropy = 3.3

// drawn says whether a text looks drawn, not written: long, of letters and digits, and of many different characters.
func drawn(text string) bool {
	if len(text) < 16 || strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsGraphic(r) }) {
		return false
	}
	if strings.ContainsAny(text, ":%|\\") || strings.HasPrefix(text, "$") || !strings.ContainsAny(text, "0123456789") {
		return false
	}
	upper, lower := strings.ToLower(text) != text, strings.ToUpper(text) != text
	if !upper && !lower {
		return false
	}
	// Base64 has slashes, and so do paths, which have small letters mostly.
	if strings.Contains(text, "/") && (!upper || !lower || strings.HasPrefix(text, "/") || strings.HasPrefix(text, ".") || strings.ContainsAny(text, "_-.")) {
		return false
	}
	return !written(text) && entropy(text) >= minEntropy
}

// written says whether a text is made of words, as names of code and of hosts are: their kind of character (digit, capital,
// small) changes once a word, that of drawn text with almost every second character. A small letter behind a capital one
// goes on with its word.
func written(text string) bool {
	const wordLength = 5
	changes, last := 0, other
	for i := range len(text) {
		k := kindOf(text[i])
		if k != last && k != other && last != other && !(last == capital && k == small) {
			changes++
		}
		last = k
	}
	return changes*wordLength < len(text)
}

type kind uint8

const (
	other kind = iota
	digit
	capital
	small
)

func kindOf(c byte) kind {
	switch {
	case '0' <= c && c <= '9':
		return digit
	case 'A' <= c && c <= 'Z':
		return capital
	case 'a' <= c && c <= 'z':
		return small
	}
	return other
}

// entropy is that of a text's characters, in bits for each.
func entropy(text string) float64 {
	count := map[rune]float64{}
	var n float64
	for _, r := range text {
		count[r]++
		n++
	}
	var bits float64
	for _, c := range count {
		bits -= c / n * math.Log2(c/n)
	}
	return bits
}
