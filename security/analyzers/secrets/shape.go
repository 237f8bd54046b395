package secrets

import (
	"math"
	"regexp"
	"strings"

	"github.com/cosmos/go-bip39"
)

// shapes are texts that are secrets whatever they are called, with what they are.
var shapes = []struct {
	what string
	like *regexp.Regexp
}{
	{"a private key", regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY( BLOCK)?-----\s+(?:[A-Za-z-]+: .*\s+)*[A-Za-z0-9+/=\s]{40}`)},
	{"an AWS access key", regexp.MustCompile(`\b(?:AKIA|ASIA)[0-9A-Z]{16}\b`)},
	{"a GitHub token", regexp.MustCompile(`\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{50,})`)},
	{"a GitLab token", regexp.MustCompile(`\bglpat-[A-Za-z0-9_-]{20,}`)},
	{"a Slack token", regexp.MustCompile(`\bxox[abeoprs]-[A-Za-z0-9-]{10,}`)},
	{"a Stripe key", regexp.MustCompile(`\b[rs]k_live_[A-Za-z0-9]{20,}`)},
	{"a Google key", regexp.MustCompile(`\bAIza[0-9A-Za-z_-]{35}`)},
	{"an npm token", regexp.MustCompile(`\bnpm_[A-Za-z0-9]{36}`)},
	{"a signed token", regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}`)},
	{"a password in a URL", regexp.MustCompile(`[a-z][a-z0-9+.-]*://[^/\s:@%{}<>$]*:[^/\s:@%{}<>$]{3,}@[^/\s]`)},
	{"an authorization", regexp.MustCompile(`(?i)\b(?:bearer|basic)\s+[A-Za-z0-9._~+/=-]{20,}`)},
}

// shape says what kind of secret a text is, or nothing.
func shape(text string) string {
	for _, s := range shapes {
		if s.like.MatchString(text) {
			return s.what
		}
	}
	if n := len(strings.Fields(text)); n >= 12 && n <= 24 && n%3 == 0 && bip39.IsMnemonicValid(strings.Join(strings.Fields(text), " ")) {
		return "a wallet's mnemonic"
	}
	return ""
}

// secretName is what people call secrets. A name that goes on, such as passwordFile or tokenTTL, is about one and is none.
var secretName = regexp.MustCompile(`(?i)(?:^|[_.-])?(?:password|passwd|passphrase|secret|apikey|api_key|api-key|accesskey|access_key|authtoken|auth_token|privatekey|private_key|private-key|mnemonic|credential|token)s?$`)

// random says whether a text looks drawn, not written: long, without blanks, and of many different characters.
func random(text string) bool {
	if len(text) < 16 || len(text) > 512 || strings.ContainsAny(text, " \t\n/:{}<>%") {
		return false
	}
	if !strings.ContainsAny(text, "0123456789") || strings.ToLower(text) == strings.ToUpper(text) {
		return false
	}
	return entropy(text) >= 3.3
}

// entropy is that of a text's characters, in bits for each.
func entropy(text string) float64 {
	count := map[rune]float64{}
	for _, r := range text {
		count[r]++
	}
	var bits float64
	n := float64(len([]rune(text)))
	for _, c := range count {
		bits -= c / n * math.Log2(c/n)
	}
	return bits
}
