// Package good does the same with what holds.
package good

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
)

func fingerprint(data []byte) [32]byte { return sha256.Sum256(data) }

func seal(key, nonce, text []byte) ([]byte, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return aead.Seal(nil, nonce, text, nil), nil
}

func key() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 3072) }

func stretch(password string, salt []byte) ([]byte, error) {
	return pbkdf2.Key(sha256.New, password, salt, 600_000, 32)
}
