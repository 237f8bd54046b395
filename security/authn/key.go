package authn

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
)

// Errors of keys and signatures of accounts.
var (
	// ErrKeyType says that an account's key is missing or of a kind that cannot sign here: a multisig, another curve.
	ErrKeyType = errors.New("this kind of account key cannot sign off the chain")
	// ErrSignature says that a signature is not the account's over these bytes, or not in its one form.
	ErrSignature = errors.New("signature is not the account's")
)

// AccountKey narrows an account's key to the one kind that signs off the chain: a single secp256k1 key, compressed. Fails
// with ErrKeyType: a multisig's parts sign transactions only (ADR-36), and of other kinds we hold no proof of possession.
func AccountKey(pub cryptotypes.PubKey) (*secp256k1.PubKey, error) {
	key, ok := pub.(*secp256k1.PubKey)
	if !ok {
		return nil, fmt.Errorf("%w: want a secp256k1 key, have %s; hint: use an account with a single key", ErrKeyType, kind(pub))
	}
	if key == nil || len(key.Key) != secp256k1.PubKeySize || key.Key[0] != 2 && key.Key[0] != 3 {
		return nil, fmt.Errorf("%w: not %d bytes of a compressed point", ErrKeyType, secp256k1.PubKeySize)
	}
	return key, nil
}

func kind(pub cryptotypes.PubKey) string {
	if pub == nil || reflect.ValueOf(pub).Kind() == reflect.Pointer && reflect.ValueOf(pub).IsNil() {
		return "none"
	}
	return pub.Type()
}

// VerifyAccount says whether signature, 64 bytes r || s, is key's over the SHA-256 of message. A signature has one form:
// r is below the order of the curve and s at most half of it, as in Bitcoin's BIP 62; otherwise anybody could make a
// second valid signature out of a first one. Fails with ErrSignature, or ErrKeyType for a nil key.
func VerifyAccount(key *secp256k1.PubKey, message, signature []byte) error {
	if _, err := AccountKey(key); err != nil {
		return err
	}
	if len(signature) != 64 {
		return fmt.Errorf("%w: %d bytes, want 64 of r and s", ErrSignature, len(signature))
	}
	if bytes.Compare(signature[:32], curveOrder()) >= 0 {
		return fmt.Errorf("%w: r is not below the order of the curve", ErrSignature)
	}
	if bytes.Compare(signature[32:], halfOrder()) > 0 {
		return fmt.Errorf("%w: s is above half the order of the curve; hint: sign with low s", ErrSignature)
	}
	if !key.VerifySignature(message, signature) {
		return ErrSignature
	}
	return nil
}

// curveOrder is n of secp256k1, SEC 2 section 2.4.1.
func curveOrder() []byte {
	return []byte{
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe,
		0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41,
	}
}

// halfOrder is (n - 1) / 2.
func halfOrder() []byte {
	return []byte{
		0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0x5d, 0x57, 0x6e, 0x73, 0x57, 0xa4, 0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0,
	}
}
