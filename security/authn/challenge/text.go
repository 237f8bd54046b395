package challenge

import (
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/virtengine/virtengine/security/hashes"
)

// MaxText is the longest text that is read, in bytes.
const MaxText = 1024

// The first lines of a text. They are part of what is signed, so a wallet shows them.
const (
	preamble = "Prove that this account is yours.\nSign only if you came here yourself to do this. It moves no coins and costs nothing.\n\n"
	sealName = "Seal: "
	version  = "1"
)

// Challenge is what an account is asked to sign.
type Challenge struct {
	Audience string    // who asks, as in "https://console.example.org"
	Account  string    // bech32
	Purpose  string    // what the signature is for, as in "log in"
	Nonce    string    // 32 characters of A-Z and 2-7
	Issued   time.Time // whole seconds, UTC
	Expires  time.Time // whole seconds, UTC
}

// body is the text without its seal.
func (c Challenge) body() string {
	var b strings.Builder
	b.WriteString(preamble)
	for _, line := range [...][2]string{
		{"Version", version}, {"Asked by", c.Audience}, {"Account", c.Account}, {"Purpose", c.Purpose}, {"Nonce", c.Nonce},
		{"Issued", c.Issued.UTC().Format(time.RFC3339)}, {"Expires", c.Expires.UTC().Format(time.RFC3339)},
	} {
		b.WriteString(line[0] + ": " + line[1] + "\n")
	}
	return b.String()
}

// seal is what only the issuer can add to a body.
func seal(key []byte, body string) (string, error) {
	mac, err := hashes.MAC(key, []byte("virtengine/challenge/v1\n"+body))
	if err != nil {
		return "", err
	}
	return hex.EncodeToString(mac), nil
}

// parse reads a text's body and returns its seal. One challenge has one text.
func parse(text string) (c Challenge, body, sealed string, err error) {
	if len(text) > MaxText {
		return Challenge{}, "", "", fmt.Errorf("%w: %d bytes, at most %d", ErrText, len(text), MaxText)
	}
	rest, ok := strings.CutPrefix(text, preamble)
	if !ok {
		return Challenge{}, "", "", fmt.Errorf("%w: it does not begin as ours do", ErrText)
	}
	lines := strings.Split(rest, "\n")
	if len(lines) != 8 {
		return Challenge{}, "", "", fmt.Errorf("%w: %d lines, want 8", ErrText, len(lines))
	}
	var values [8]string
	for i, name := range [...]string{"Version", "Asked by", "Account", "Purpose", "Nonce", "Issued", "Expires", "Seal"} {
		if values[i], ok = strings.CutPrefix(lines[i], name+": "); !ok {
			return Challenge{}, "", "", fmt.Errorf("%w: line %d is not %q", ErrText, i+1, name)
		}
	}
	c = Challenge{Audience: values[1], Account: values[2], Purpose: values[3], Nonce: values[4]}
	if c.Issued, err = time.Parse(time.RFC3339, values[5]); err == nil {
		c.Expires, err = time.Parse(time.RFC3339, values[6])
	}
	if err != nil {
		return Challenge{}, "", "", fmt.Errorf("%w: the times %.30q and %.30q are not both of RFC 3339", ErrText, values[5], values[6])
	}
	body = strings.TrimSuffix(text, sealName+values[7])
	if c.body() != body {
		return Challenge{}, "", "", fmt.Errorf("%w: written in another form than ours", ErrText)
	}
	return c, body, values[7], nil
}

// checkLine says whether a value can stand on a line of its own: printable ASCII, so that nothing in it looks like
// something else, without spaces at its ends.
func checkLine(what, value string, longest int) error {
	if value == "" || len(value) > longest || strings.TrimSpace(value) != value {
		return fmt.Errorf("%w: %s %.100q: want 1 to %d characters without spaces around", ErrConfig, what, value, longest)
	}
	for _, r := range value {
		if r < ' ' || r > '~' {
			return fmt.Errorf("%w: %s %.100q: only printable ASCII, so that a wallet shows what it is", ErrConfig, what, value)
		}
	}
	return nil
}
