package signature

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/security/secret"
)

// Errors of this package.
var (
	// ErrKey says that bytes are no key that is used here: Ed25519, in PEM.
	ErrKey = errors.New("not an Ed25519 key")
	// ErrTrust says that a list of keys and a threshold make no sense.
	ErrTrust = errors.New("keys and threshold")
	// ErrTooFew says that fewer of the trusted keys signed than the threshold wants.
	ErrTooFew = errors.New("too few signatures")
	// ErrEnvelope says that bytes are no envelope of ours, or of something else than was expected.
	ErrEnvelope = errors.New("malformed envelope")
	// ErrBundle says that bytes are no bundle, or one of a kind that is not read.
	ErrBundle = errors.New("not a bundle that is read here")
)

// PublicKey is a key by which signatures are checked. The zero PublicKey checks nothing.
type PublicKey struct {
	id  hashes.Digest
	key ed25519.PublicKey
}

// ID is the SHA-256 of the key as SubjectPublicKeyInfo (DER): openssl pkey -pubin -outform DER | sha256sum shows it too.
func (k PublicKey) ID() hashes.Digest { return k.id }

// newPublicKey takes a key of 32 bytes.
func newPublicKey(key ed25519.PublicKey) (PublicKey, error) {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return PublicKey{}, fmt.Errorf("%w: %w", ErrKey, err)
	}
	return PublicKey{hashes.Of(der), key}, nil
}

// PEM writes the key as PEM.
func (k PublicKey) PEM() ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(k.key)
	if err != nil || len(k.key) == 0 {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), nil
}

// maxKeys bounds a file of keys.
const maxKeys = 64

// ParsePublicKeys reads PEM blocks PUBLIC KEY, one after the other. Text between them is a comment. Fails with ErrKey for
// anything else in a block, for a key that stands there twice, and where there is none.
func ParsePublicKeys(text []byte) ([]PublicKey, error) {
	var all []PublicKey
	seen := map[hashes.Digest]bool{}
	for {
		block, rest := pem.Decode(text)
		if block == nil {
			break
		}
		text = rest
		if len(all) == maxKeys {
			return nil, fmt.Errorf("%w: more than %d", ErrKey, maxKeys)
		}
		if block.Type != "PUBLIC KEY" { // its content is not repeated: it may be a private key
			return nil, fmt.Errorf("%w: PEM block %d is no PUBLIC KEY; hint: openssl pkey -in KEY.pem -pubout", ErrKey, len(all))
		}
		parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%w: PEM block %d: %w", ErrKey, len(all), err)
		}
		key, ok := parsed.(ed25519.PublicKey)
		if !ok {
			return nil, fmt.Errorf("%w: PEM block %d is a %T; hint: openssl genpkey -algorithm ed25519", ErrKey, len(all), parsed)
		}
		public, err := newPublicKey(key)
		if err != nil {
			return nil, err
		}
		if seen[public.id] {
			return nil, fmt.Errorf("%w: key %s stands there twice", ErrKey, public.id)
		}
		seen[public.id] = true
		all = append(all, public)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%w: no PEM block; hint: openssl pkey -in KEY.pem -pubout", ErrKey)
	}
	return all, nil
}

// Signer signs with one key. It may be a file, a keyring, or hardware.
type Signer interface {
	// Public is the key by which its signatures are checked.
	Public() PublicKey
	// Sign returns 64 bytes of Ed25519 over the message.
	Sign(ctx context.Context, message []byte) ([]byte, error)
}

// local is a Signer whose key is in memory.
type local struct {
	key    secret.Bytes
	public PublicKey
}

// NewSigner takes a private key as PKCS #8 in PEM, as openssl genpkey -algorithm ed25519 writes it, from wherever package secret
// found it. Fails with ErrKey, which repeats nothing of the key.
func NewSigner(key secret.Bytes) (Signer, error) {
	s := &local{key: key}
	if err := s.with(func(private ed25519.PrivateKey) (err error) {
		public, ok := private.Public().(ed25519.PublicKey)
		if !ok {
			return ErrKey
		}
		s.public, err = newPublicKey(public)
		return err
	}); err != nil {
		return nil, err
	}
	return s, nil
}

// with shows the parsed key to act and clears it behind it.
func (s *local) with(act func(ed25519.PrivateKey) error) error {
	return s.key.Use(func(content []byte) error {
		block, rest := pem.Decode(content)
		if block == nil || block.Type != "PRIVATE KEY" {
			return fmt.Errorf("%w: want one PEM block PRIVATE KEY (PKCS #8); hint: openssl genpkey -algorithm ed25519", ErrKey)
		}
		defer clear(block.Bytes)
		if more, _ := pem.Decode(rest); more != nil {
			return fmt.Errorf("%w: more than one PEM block", ErrKey)
		}
		parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			return fmt.Errorf("%w: PKCS #8 does not parse", ErrKey)
		}
		key, ok := parsed.(ed25519.PrivateKey)
		if !ok {
			return fmt.Errorf("%w: it is a %T; hint: openssl genpkey -algorithm ed25519", ErrKey, parsed)
		}
		defer clear(key)
		return act(key)
	})
}

func (s *local) Public() PublicKey { return s.public }

func (s *local) Sign(ctx context.Context, message []byte) (out []byte, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	err = s.with(func(key ed25519.PrivateKey) error {
		out = ed25519.Sign(key, message)
		return nil
	})
	return out, err
}
