package keyring

import (
	"errors"
	"fmt"

	"filippo.io/age"

	"github.com/virtengine/virtengine/security/secret"
)

// workFactor is the base-2 logarithm of scrypt's cost: 256 MiB and about a second, age's own choice. Files that want more
// are refused, so that nobody makes us spend gigabytes.
const workFactor = 18

// Key opens and closes a keyring. The zero Key is none.
type Key struct {
	pair func() (age.Identity, age.Recipient, error) // a function, so that no printer walks into it
}

// NewIdentity makes an X25519 identity, AGE-SECRET-KEY-1..., to be stored where only its users read it.
func NewIdentity() (secret.Text, error) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return secret.Text{}, err
	}
	return secret.NewText(id.String())
}

// Identity is the key that NewIdentity, or age-keygen, made. Fails if it is none.
func Identity(identity secret.Text) (Key, error) {
	k := Key{func() (age.Identity, age.Recipient, error) {
		s, err := identity.Reveal()
		if err != nil {
			return nil, nil, err
		}
		id, err := age.ParseX25519Identity(s)
		if err != nil { // whose text repeats what it could not read
			return nil, nil, errors.New("the keyring's key is no age identity; hint: it is one line that begins with AGE-SECRET-KEY-1")
		}
		return id, id.Recipient(), nil
	}}
	return k, k.check()
}

// Passphrase is a key that people remember. Opening with it takes about a second and 256 MiB. Fails if it is shorter
// than 12 bytes, which an attacker with the file could guess.
func Passphrase(passphrase secret.Text) (Key, error) { return scrypt(passphrase, workFactor) }

func scrypt(passphrase secret.Text, work int) (Key, error) {
	if n := passphrase.Len(); n > 0 && n < 12 {
		return Key{}, fmt.Errorf("a keyring's passphrase of %d bytes can be guessed; hint: use 12 or more, or an identity", n)
	}
	k := Key{func() (age.Identity, age.Recipient, error) {
		s, err := passphrase.Reveal()
		if err != nil {
			return nil, nil, err
		}
		id, err := age.NewScryptIdentity(s)
		if err != nil {
			return nil, nil, err
		}
		id.SetMaxWorkFactor(work)
		to, err := age.NewScryptRecipient(s)
		if err != nil {
			return nil, nil, err
		}
		to.SetWorkFactor(work)
		return id, to, nil
	}}
	return k, k.check()
}

func (k Key) check() error {
	_, _, err := k.open()
	return err
}

func (k Key) open() (age.Identity, age.Recipient, error) {
	if k.pair == nil {
		return nil, nil, fmt.Errorf("the keyring's key: %w", secret.ErrEmpty)
	}
	return k.pair()
}
