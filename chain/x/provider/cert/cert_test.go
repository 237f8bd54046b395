package cert_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/chain/x/provider/cert"
)

const owner = "ve1owner"

var now = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)

func template() *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(1_234_567_890), Subject: pkix.Name{CommonName: owner},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
	}
}

func p256(t *testing.T) crypto.Signer {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return key
}

func sign(t *testing.T, c *x509.Certificate, key, signer crypto.Signer) []byte {
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), signer)
	require.NoError(t, err)
	return der
}

func TestParse(t *testing.T) {
	self := func(change func(*x509.Certificate)) func(*testing.T) []byte {
		return func(t *testing.T) []byte {
			c, key := template(), p256(t)
			change(c)
			return sign(t, c, key, key)
		}
	}
	for name, tc := range map[string]struct {
		reason string
		der    func(*testing.T) []byte
		want   error
	}{
		"P256": {"the usual key of a gateway", self(func(*x509.Certificate) {}), nil},
		"Ed25519": {"the other one", func(t *testing.T) []byte {
			_, key, err := ed25519.GenerateKey(rand.Reader)
			require.NoError(t, err)
			return sign(t, template(), key, key)
		}, nil},
		"Future":    {"clocks differ: it may begin later", self(func(c *x509.Certificate) { c.NotBefore = now.Add(time.Minute) }), nil},
		"Expired":   {"at its last moment it is over", self(func(c *x509.Certificate) { c.NotAfter = now }), cert.ErrInvalid},
		"Backwards": {"it begins before it ends", self(func(c *x509.Certificate) { c.NotBefore = now.Add(2 * time.Hour) }), cert.ErrInvalid},
		"OtherName": {"it is the sender's", self(func(c *x509.Certificate) { c.Subject.CommonName = "ve1other" }), cert.ErrInvalid},
		"Huge":      {"a serial has at most 160 bits", self(func(c *x509.Certificate) { c.SerialNumber = new(big.Int).Lsh(big.NewInt(1), 160) }), cert.ErrInvalid},
		"Signed by another": {"nobody vouches for it but its key", func(t *testing.T) []byte {
			return sign(t, template(), p256(t), p256(t))
		}, cert.ErrInvalid},
		"P384": {"one curve is enough", func(t *testing.T) []byte {
			key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
			require.NoError(t, err)
			return sign(t, template(), key, key)
		}, cert.ErrInvalid},
		"RSA": {"and RSA is too long", func(t *testing.T) []byte {
			key, err := rsa.GenerateKey(rand.Reader, 3072)
			require.NoError(t, err)
			return sign(t, template(), key, key)
		}, cert.ErrInvalid},
		"Empty":    {"nothing is no certificate", func(*testing.T) []byte { return nil }, cert.ErrInvalid},
		"Garbage":  {"nor is anything else", func(*testing.T) []byte { return []byte("garbage") }, cert.ErrInvalid},
		"Trailing": {"nothing follows it", func(t *testing.T) []byte { return append(self(func(*x509.Certificate) {})(t), 0) }, cert.ErrInvalid},
		"TooLong": {"8 KiB are enough", self(func(c *x509.Certificate) {
			c.ExtraExtensions = []pkix.Extension{{Id: []int{1, 2, 3, 4}, Value: make([]byte, cert.MaxBytes)}}
		}), cert.ErrInvalid},
		"Changed": {"a changed byte breaks the signature", func(t *testing.T) []byte {
			der := self(func(*x509.Certificate) {})(t)
			der[len(der)-1] ^= 1
			return der
		}, cert.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := cert.Parse(tc.der(t), owner, now)
			require.ErrorIs(t, err, tc.want, tc.reason)
			if err == nil {
				require.Equal(t, "1234567890", got.Serial)
				require.Equal(t, now.Add(time.Hour), got.NotAfter)
			}
		})
	}
}
