// Package bad misuses cryptography in ways that were found in the wild.
package bad

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/dsa"
	"crypto/elliptic"
	"crypto/md5"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/rc4"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"hash"

	"golang.org/x/crypto/bcrypt"
	"golang.org/x/crypto/md4"
)

// A file's fingerprint that two files share.
func fingerprint(data []byte) [16]byte { return md5.Sum(data) } // want `crypto/md5.Sum: broken digest`

// A constructor in a table.
var digests = map[string]func() hash.Hash{
	"sha1": sha1.New, // want `crypto/sha1.New`
	"md4":  md4.New,  // want `golang.org/x/crypto/md4.New`
}

// By registry instead of by package.
func byName() crypto.Hash { return crypto.SHA1 } // want `crypto.SHA1`

func triple(key []byte) (cipher.Block, error) { return des.NewTripleDESCipher(key) } // want `crypto/des.NewTripleDESCipher`

func stream(key []byte) (*rc4.Cipher, error) { return rc4.NewCipher(key) } // want `crypto/rc4.Cipher` `crypto/rc4.NewCipher`

// Encryption without a tag.
func cbc(key, iv, text []byte) error {
	block, err := aes.NewCipher(key)
	if err != nil {
		return err
	}
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(text, text) // want `crypto/cipher.NewCBCEncrypter: encryption that nobody authenticates`
	cipher.NewCTR(block, iv).XORKeyStream(text, text)         // want `crypto/cipher.NewCTR`
	return nil
}

// A key that is too short.
func short() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) } // want `2048: RSA keys have 3072 bits`

const bits = 1024

func shorter() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, bits) } // want `1024: RSA keys`

func padding(key *rsa.PublicKey, secret []byte) ([]byte, error) {
	return rsa.EncryptPKCS1v15(rand.Reader, key, secret) // want `crypto/rsa.EncryptPKCS1v15: PKCS #1 v1.5 encryption leaks`
}

var curve = elliptic.P224() // want `crypto/elliptic.P224`

func parameters(p *dsa.Parameters) error { // want `crypto/dsa.Parameters`
	return dsa.GenerateParameters(p, rand.Reader, dsa.L1024N160) // want `crypto/dsa.GenerateParameters` `crypto/dsa.L1024N160`
}

// Rounds of another decade.
func stretch(password string, salt []byte) ([]byte, error) {
	return pbkdf2.Key(sha256.New, password, salt, 1000, 32) // want `1000: PBKDF2 takes 600,000 rounds`
}

func hashed(password []byte) ([]byte, error) { return bcrypt.GenerateFromPassword(password, 4) } // want `4: bcrypt takes a cost`

func locked(b *pem.Block) ([]byte, error) { return x509.DecryptPEMBlock(b, nil) } // want `crypto/x509.DecryptPEMBlock`
