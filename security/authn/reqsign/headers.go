package reqsign

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The headers of a signature.
const (
	HeaderVersion = "Ve-Sig-Version"
	HeaderKey     = "Ve-Sig-Key"
	HeaderTime    = "Ve-Sig-Time"
	HeaderNonce   = "Ve-Sig-Nonce"
	HeaderValue   = "Ve-Sig-Value"

	headerPrefix  = "Ve-Sig-"
	signatureSize = 64
)

const (
	letters  = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
	idLetter = letters + ":."
)

// signature is what a request says about its signature.
type signature struct {
	key, nonce string
	at         time.Time
	seconds    string // at, as sent
	value      []byte
}

func readSignature(h http.Header) (signature, error) {
	if err := checkNames(h); err != nil {
		return signature{}, err
	}
	var values [5]string
	for i, name := range [...]string{HeaderVersion, HeaderKey, HeaderTime, HeaderNonce, HeaderValue} {
		if len(h[name]) != 1 {
			return signature{}, fmt.Errorf("%w: %d of %s, want one", ErrHeader, len(h[name]), name)
		}
		values[i] = h[name][0]
	}
	if values[0] != version {
		return signature{}, fmt.Errorf("%w: version %.20q, want %s", ErrHeader, values[0], version)
	}
	s := signature{key: values[1], seconds: values[2], nonce: values[3]}
	if err := checkID(s.key); err != nil {
		return signature{}, err
	}
	if len(s.nonce) < 16 || len(s.nonce) > 64 || strings.Trim(s.nonce, letters) != "" {
		return signature{}, fmt.Errorf("%w: nonce %.80q, want 16 to 64 letters and digits", ErrHeader, s.nonce)
	}
	seconds, err := strconv.ParseInt(s.seconds, 10, 64)
	if err != nil || seconds < 0 || seconds > 1<<40 || strconv.FormatInt(seconds, 10) != s.seconds {
		return signature{}, fmt.Errorf("%w: time %.40q, want Unix seconds", ErrHeader, s.seconds)
	}
	s.at = time.Unix(seconds, 0)
	s.value, err = base64.RawURLEncoding.Strict().DecodeString(values[4])
	if err != nil || len(s.value) != signatureSize || base64.RawURLEncoding.EncodeToString(s.value) != values[4] {
		return signature{}, fmt.Errorf("%w: the value is not %d bytes in base64url", ErrHeader, signatureSize)
	}
	return s, nil
}

// checkNames refuses headers that look like ours to somebody: unknown ones, and those with underscores or odd case, which
// some proxies and gateways write as ours.
func checkNames(h http.Header) error {
	for name := range h {
		plain := http.CanonicalHeaderKey(strings.ReplaceAll(name, "_", "-"))
		if !strings.HasPrefix(plain, headerPrefix) {
			continue
		}
		switch name {
		case HeaderVersion, HeaderKey, HeaderTime, HeaderNonce, HeaderValue:
		default:
			return fmt.Errorf("%w: unknown header %.80q", ErrHeader, name)
		}
	}
	return nil
}

func checkID(id string) error {
	if id == "" || len(id) > 128 || strings.Trim(id, idLetter) != "" {
		return fmt.Errorf("%w: key id %.140q, want 1 to 128 of letters, digits and : . _ -", ErrHeader, id)
	}
	return nil
}
