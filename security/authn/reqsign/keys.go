package reqsign

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"

	"github.com/virtengine/virtengine/security/authn"
)

// Keys finds the key that an id names. Safe for concurrent use. An id has one key and one algorithm. ids come from
// strangers; they have passed the form of Ve-Sig-Key.
type Keys interface {
	// Key fails with ErrUnknownKey if nobody has the id, with ErrKey if its key cannot sign requests, else with the error of
	// where it looked, on which the request is refused too but its sender not blamed.
	Key(ctx context.Context, id string) (Key, error)
}

// Key checks signatures of one algorithm. The zero Key accepts none.
type Key struct {
	verify func(message, signature []byte) error
}

// AccountKey is an account's secp256k1 key, for ES256K. Fails with ErrKey.
func AccountKey(pub cryptotypes.PubKey) (Key, error) {
	narrow, err := authn.AccountKey(pub)
	if err != nil {
		return Key{}, fmt.Errorf("%w: %w", ErrKey, err)
	}
	return Key{func(message, signature []byte) error { return authn.VerifyAccount(narrow, message, signature) }}, nil
}

// ServiceKey is a service's Ed25519 key. Fails with ErrKey, also for the keys under which a signature by nobody verifies.
func ServiceKey(pub ed25519.PublicKey) (Key, error) {
	if len(pub) != ed25519.PublicKeySize {
		return Key{}, fmt.Errorf("%w: %d bytes, Ed25519 has %d", ErrKey, len(pub), ed25519.PublicKeySize)
	}
	if weak(pub) {
		return Key{}, fmt.Errorf("%w: an Ed25519 point of small order, which nobody owns", ErrKey)
	}
	own := bytes.Clone(pub)
	return Key{func(message, signature []byte) error {
		if !ed25519.Verify(own, message, signature) {
			return ErrSignature
		}
		return nil
	}}, nil
}

// weak says whether r = identity, s = 0 signs anything under this key: so it is for points of order 1, 2, 4 and 8 for some
// of any few messages, and for no other.
func weak(pub ed25519.PublicKey) bool {
	nobody := make([]byte, ed25519.SignatureSize)
	nobody[0] = 1 // the encoding of (0, 1)
	for i := range byte(64) {
		if ed25519.Verify(pub, []byte{i}, nobody) {
			return true
		}
	}
	return false
}

const (
	accountPrefix = "account:"
	servicePrefix = "service:"
)

// AccountID is the key id of an account.
func AccountID(address string) string { return accountPrefix + address }

// ServiceID is the key id of a service.
func ServiceID(name string) string { return servicePrefix + name }

type accountKeys struct{ accounts authn.Accounts }

// AccountKeys finds keys of accounts under AccountID. What accounts refuses with authn.ErrToken is an unknown key. Fails
// with ErrConfig.
func AccountKeys(accounts authn.Accounts) (Keys, error) {
	if accounts == nil {
		return nil, fmt.Errorf("%w: no accounts", ErrConfig)
	}
	return accountKeys{accounts}, nil
}

// Key implements Keys.
func (a accountKeys) Key(ctx context.Context, id string) (Key, error) {
	address, ok := strings.CutPrefix(id, accountPrefix)
	if !ok {
		return Key{}, fmt.Errorf("%w: %q", ErrUnknownKey, id)
	}
	pub, err := a.accounts.PublicKey(ctx, address)
	if errors.Is(err, authn.ErrToken) {
		return Key{}, fmt.Errorf("%w: %q: %w", ErrUnknownKey, id, err)
	}
	if err != nil {
		return Key{}, fmt.Errorf("key %q: %w", id, err)
	}
	return AccountKey(pub)
}

type serviceKeys map[string]Key

// ServiceKeys finds the keys of services, by name, under ServiceID. Fails with ErrConfig or ErrKey.
func ServiceKeys(services map[string]ed25519.PublicKey) (Keys, error) {
	if len(services) == 0 {
		return nil, fmt.Errorf("%w: no services", ErrConfig)
	}
	keys := make(serviceKeys, len(services))
	for _, name := range slices.Sorted(maps.Keys(services)) {
		id := ServiceID(name)
		if err := checkID(id); name == "" || err != nil {
			return nil, fmt.Errorf("%w: service %.140q cannot be a key id", ErrConfig, name)
		}
		key, err := ServiceKey(services[name])
		if err != nil {
			return nil, fmt.Errorf("service %s: %w", name, err)
		}
		keys[id] = key
	}
	return keys, nil
}

// Key implements Keys.
func (s serviceKeys) Key(_ context.Context, id string) (Key, error) {
	key, ok := s[id]
	if !ok {
		return Key{}, fmt.Errorf("%w: %q", ErrUnknownKey, id)
	}
	return key, nil
}

type eachOf []Keys

// EachOf asks one after the other; the first that knows an id, or fails to find out, answers. Fails with ErrConfig.
func EachOf(keys ...Keys) (Keys, error) {
	if len(keys) == 0 || slices.Contains(keys, nil) {
		return nil, fmt.Errorf("%w: no keys", ErrConfig)
	}
	return eachOf(slices.Clone(keys)), nil
}

// Key implements Keys.
func (e eachOf) Key(ctx context.Context, id string) (Key, error) {
	for _, keys := range e {
		key, err := keys.Key(ctx, id)
		if !errors.Is(err, ErrUnknownKey) {
			return key, err
		}
	}
	return Key{}, fmt.Errorf("%w: %q", ErrUnknownKey, id)
}
