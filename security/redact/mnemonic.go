package redact

import (
	"strings"

	"github.com/cosmos/go-bip39"
)

// phraseWords is the shortest recovery phrase of BIP-39.
const phraseWords = 12

// mnemonics finds 12 or more successive words of BIP-39's English list, whatever stands between them: spaces, commas,
// numbers, quotes. A sentence has words like "the" and "of" in between, which are not on the list. Checksums are not
// looked at, as a phrase with a typing error is a secret too.
func mnemonics(s string) []span {
	if len(s) < phraseWords*4-1 {
		return nil
	}
	var found []span
	var run span
	words := 0
	flush := func() {
		if words >= phraseWords {
			found = append(found, run)
		}
		words = 0
	}
	for i := 0; i < len(s); {
		if !letter(s[i]) {
			i++
			continue
		}
		start := i
		for i < len(s) && letter(s[i]) {
			i++
		}
		if !listed(s[start:i]) {
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
