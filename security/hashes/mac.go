package hashes

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
)

// MinKey is the shortest key of a MAC in bytes: what is shorter than 128 bits can be guessed (NIST SP 800-131A).
const MinKey = 16

// MAC returns the 32 bytes of HMAC-SHA256 (RFC 2104, FIPS 198-1), which only holders of key can make. Fails with ErrKey.
// One key serves one purpose; begin message with a Transcript's label where that cannot be.
func MAC(key, message []byte) ([]byte, error) {
	if len(key) < MinKey {
		return nil, fmt.Errorf("%w: %d bytes; hint: use %d or more from entropy.Bytes", ErrKey, len(key), MinKey)
	}
	h := hmac.New(sha256.New, key)
	h.Write(message) // a hash does not fail
	return h.Sum(nil), nil
}

// CheckMAC says in constant time whether mac is that of message. Fails with ErrMismatch or ErrKey. A mac that was cut
// short is a mismatch.
func CheckMAC(key, message, mac []byte) error {
	want, err := MAC(key, message)
	if err != nil {
		return err
	}
	if !Equal(mac, want) {
		return fmt.Errorf("%w: not the MAC of these %d bytes under this key", ErrMismatch, len(message))
	}
	return nil
}
