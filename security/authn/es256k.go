package authn

import (
	"fmt"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	"github.com/golang-jwt/jwt/v5"
)

// Signer signs bytes with an account's secp256k1 key: SHA-256, then 64 bytes r || s with low s.
type Signer func(message []byte) (signature []byte, err error)

// es256k is ECDSA on secp256k1 with SHA-256, RFC 8812 section 3.2. Wallet keys of accounts are of this kind.
type es256k struct{}

var methodES256K = es256k{}

func (es256k) Alg() string { return "ES256K" }

func (es256k) Sign(signingString string, key any) ([]byte, error) {
	sign, ok := key.(Signer)
	if !ok || sign == nil {
		return nil, fmt.Errorf("%w: want an authn.Signer, have %T", jwt.ErrInvalidKeyType, key)
	}
	sig, err := sign([]byte(signingString))
	if err != nil {
		return nil, err
	}
	if len(sig) != 64 {
		return nil, fmt.Errorf("signer returned %d bytes, ES256K has 64", len(sig))
	}
	return sig, nil
}

func (es256k) Verify(signingString string, sig []byte, key any) error {
	pub, ok := key.(*secp256k1.PubKey)
	if !ok {
		return fmt.Errorf("%w: want a secp256k1 key, have %T", jwt.ErrInvalidKeyType, key)
	}
	if err := VerifyAccount(pub, []byte(signingString), sig); err != nil {
		return fmt.Errorf("%w: %w", jwt.ErrSignatureInvalid, err)
	}
	return nil
}
