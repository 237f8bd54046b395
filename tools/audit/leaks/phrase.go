package leaks

import (
	"strings"

	"github.com/cosmos/go-bip39"
)

// phraseWords is how many words the shortest recovery phrase of BIP-39 has.
const phraseWords = 12

// between is what stands between the words of a phrase: in a sentence, a list, a numbered list, JSON, YAML. Not what stands
// between the words of code, which uses many of BIP-39's.
const between = " \t\r\n,;\"'`[]|0123456789.)#*-"

// phrases finds recovery phrases: 12 or more words of BIP-39's English list with nothing but separators between them. Their
// checksum is not looked at, as a phrase with a typing error is a secret too.
func phrases(text string) (found []span) {
	var run span
	words := 0
	flush := func() {
		if words >= phraseWords {
			found = append(found, run)
		}
		words = 0
	}
	for i := 0; i < len(text); {
		if !letter(text[i]) {
			if strings.IndexByte(between, text[i]) < 0 {
				flush()
			}
			i++
			continue
		}
		start := i
		for i < len(text) && letter(text[i]) {
			i++
		}
		if !listed(text[start:i]) {
			flush()
			continue
		}
		if words == 0 {
			run.from = start
		}
		words, run.to = words+1, i
	}
	flush()
	return found
}

func letter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

// listed says whether a word is on BIP-39's list, whose words have 3 to 8 letters.
func listed(word string) bool {
	if len(word) < 3 || len(word) > 8 {
		return false
	}
	_, ok := bip39.ReverseWordMap[strings.ToLower(word)]
	return ok
}
