package redact

import (
	"slices"
	"strings"
)

// strong are words that name a secret wherever they stand in a key, letters joined: userPassword, DB_PASSWORD_2.
var strong = []string{
	"password", "passwd", "passphrase", "passcode", "mnemonic", "recoveryphrase", "seedphrase", "secret", "credential",
	"apikey", "privatekey", "privkey", "signingkey", "encryptionkey", "masterkey", "sharedkey", "sessionkey", "hmackey",
	"unsealkey", "accountkey", "sshkey", "authkey", "authorization", "cookie", "sessionid", "registryauth", "onetimecode",
	"kubeconfig", "xprv",
}

// weak are words that name a secret when they are a key's last word: access_token, user-otp, but not tokens (coins),
// seeds (addresses) or token_count. They are common in sentences too, so "token: expired" in a text is judged by its value.
var weak = []string{"token", "jwt", "otp", "totp", "seed", "pwd", "pass", "psk", "sid", "pin", "cvv", "dsn", "bearer"}

// weakEnds are weak words that also count when they are joined to another: authtoken, dbpwd.
var weakEnds = []string{"token", "seed", "pwd", "totp"}

// described are last words of keys that tell about a secret and are none: password_length, token_id, secret-name.
var described = []string{
	"id", "ids", "name", "names", "type", "kind", "count", "length", "len", "size", "expires", "expiry", "expired", "ttl",
	"age", "version", "file", "path", "ref", "reference", "url", "policy", "required", "enabled", "source",
}

// maxKey bounds the work on one key; what is longer is judged by its end.
const maxKey = 128

// Key says whether a key names a secret, however it is spelled: DB_PASSWORD, dbPassword, db-password, X-Vault-Token.
func Key(name string) bool { return kindOf(name) != harmless }

type kind uint8

const (
	harmless kind = iota
	sometimes
	always
)

// kindOf sorts a key into harmless, sometimes (a weak word) and always (a strong one).
func kindOf(name string) kind {
	name = strings.TrimRight(name, "0123456789_-. ") // token_2 is a token
	name = name[max(0, len(name)-maxKey):]
	var buf [maxKey]byte
	joined, last := join(name, buf[:0])
	if len(joined) == 0 {
		return harmless
	}
	word, all := string(joined[last:]), string(joined)
	if slices.ContainsFunc(strong, func(w string) bool { return strings.Contains(all, w) }) {
		// A session's id is the secret itself, a secret's id is not.
		if slices.Contains(described, word) && !strings.HasSuffix(all, "sessionid") {
			return harmless
		}
		return always
	}
	if slices.Contains(weak, word) || slices.ContainsFunc(weakEnds, func(w string) bool { return strings.HasSuffix(word, w) }) {
		return sometimes
	}
	return harmless
}

// join writes the letters and digits of name in lower case to buf, and tells where the last word begins. Words end at
// other characters and where a small letter meets a capital one.
func join(name string, buf []byte) (joined []byte, last int) {
	lower, gap := false, false
	for i := range len(name) {
		c := name[i]
		isUpper := 'A' <= c && c <= 'Z'
		if !isUpper && !('a' <= c && c <= 'z') && !('0' <= c && c <= '9') {
			gap = true
			continue
		}
		if gap || isUpper && lower {
			last = len(buf)
		}
		gap, lower = false, !isUpper
		if isUpper {
			c += 'a' - 'A'
		}
		buf = append(buf, c)
	}
	return buf, last
}
