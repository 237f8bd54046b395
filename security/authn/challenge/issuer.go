package challenge

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"

	"github.com/virtengine/virtengine/security/authn"
	"github.com/virtengine/virtengine/security/authn/replay"
	"github.com/virtengine/virtengine/security/entropy"
	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/security/secret"
)

// MaxLife is the longest that a challenge may be answered.
const MaxLife = 15 * time.Minute

// minKey is how long a seal's key is at least, in bytes.
const minKey = 32

// Errors by which a caller tells one refusal from another. A key of the wrong kind is authn.ErrKeyType, a wrong signature
// authn.ErrSignature, a second use replay.ErrReplayed, a store that cannot remember one of the other errors of replay.
var (
	// ErrText says that a text is none of this issuer's challenges.
	ErrText = errors.New("not a challenge of ours")
	// ErrAddress says that an address is malformed or none of an account with a single key.
	ErrAddress = errors.New("account address")
	// ErrAudience says that a challenge was issued by somebody else.
	ErrAudience = errors.New("challenge is of another audience")
	// ErrPurpose says that a challenge is for something else.
	ErrPurpose = errors.New("challenge is for another purpose")
	// ErrExpired says that a challenge's time is over, or has not begun.
	ErrExpired = errors.New("challenge is not valid now")
	// ErrAccount says that a key is not that of the challenge's account.
	ErrAccount = errors.New("key is of another account")
	// ErrConfig says that an issuer was asked for without something it needs.
	ErrConfig = errors.New("challenge settings")
)

// Config is what an issuer needs, all of it.
type Config struct {
	Audience string        // who asks, as people know it: an origin or a name; 200 printable ASCII characters at most
	Purposes []string      // what may be asked for, each of 100 printable ASCII characters at most
	Life     time.Duration // whole seconds, MaxLife at most
	Key      secret.Bytes  // 32 bytes or more, this issuer's alone; who shares it answers for the same audience
	Replays  replay.Store  // shared by all who share the key
	Now      func() time.Time
	Entropy  io.Reader
}

// Issuer issues challenges and checks their answers. It keeps no list of what it issued: a seal makes the text its own, so
// that strangers who ask for challenges cost no memory. Safe for concurrent use if Entropy is.
type Issuer struct {
	c      Config
	random entropy.Source
}

// NewIssuer returns an issuer. Fails with ErrConfig.
func NewIssuer(c Config) (*Issuer, error) {
	if c.Replays == nil || c.Now == nil || c.Entropy == nil {
		return nil, fmt.Errorf("%w: a replay store, a clock and randomness are needed", ErrConfig)
	}
	if c.Life < time.Second || c.Life > MaxLife || c.Life%time.Second != 0 {
		return nil, fmt.Errorf("%w: life %s, want whole seconds up to %s", ErrConfig, c.Life, MaxLife)
	}
	if c.Key.Len() < minKey {
		return nil, fmt.Errorf("%w: a key of %d bytes, want %d or more", ErrConfig, c.Key.Len(), minKey)
	}
	if err := checkLine("audience", c.Audience, 200); err != nil {
		return nil, err
	}
	if len(c.Purposes) == 0 {
		return nil, fmt.Errorf("%w: no purposes", ErrConfig)
	}
	for _, p := range c.Purposes {
		if err := checkLine("purpose", p, 100); err != nil {
			return nil, err
		}
	}
	c.Purposes = slices.Clone(c.Purposes)
	random, err := entropy.From(c.Entropy)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConfig, err)
	}
	return &Issuer{c, random}, nil
}

// Issue returns the text of a new challenge, to be given to the account's wallet as the data of ADR-36. Fails with
// ErrAddress, ErrPurpose, entropy.ErrSource.
func (i *Issuer) Issue(account, purpose string) (string, error) {
	if _, err := addressBytes(account); err != nil {
		return "", err
	}
	if !slices.Contains(i.c.Purposes, purpose) {
		return "", fmt.Errorf("%w: %.100q is none of this issuer's", ErrPurpose, purpose)
	}
	nonce, err := i.random.Token()
	if err != nil {
		return "", err
	}
	now := i.c.Now().UTC().Truncate(time.Second)
	body := Challenge{i.c.Audience, account, purpose, nonce, now, now.Add(i.c.Life)}.body()
	sealed, err := i.seal(body)
	if err != nil {
		return "", err
	}
	return body + sealName + sealed, nil
}

func (i *Issuer) seal(body string) (sealed string, err error) {
	err = i.c.Key.Use(func(key []byte) error {
		sealed, err = seal(key, body)
		return err
	})
	return sealed, err
}

// Answer is what a wallet returns: the text it was given, and a signature by a key.
type Answer struct {
	Text      string
	Key       cryptotypes.PubKey // the account's, as the wallet tells it; it is checked against the address
	Signature []byte             // 64 bytes r || s
}

// Verify returns the challenge that an account answered, once: of two calls with one challenge, the second fails with
// replay.ErrReplayed. A refused answer does not use a challenge up. Fails with ErrText, ErrAudience, ErrPurpose,
// ErrExpired, ErrAccount, authn.ErrKeyType, authn.ErrSignature, or an error of the replay store; refuse on any.
func (i *Issuer) Verify(ctx context.Context, a Answer, purpose string) (Challenge, error) {
	c, err := i.read(a.Text)
	if err != nil {
		return Challenge{}, err
	}
	if c.Purpose != purpose {
		return Challenge{}, fmt.Errorf("%w: it is for %q, not for %.100q", ErrPurpose, c.Purpose, purpose)
	}
	if now := i.c.Now(); now.Before(c.Issued) || !now.Before(c.Expires) {
		return Challenge{}, fmt.Errorf("%w: from %s until %s; hint: ask for another", ErrExpired,
			c.Issued.Format(time.RFC3339), c.Expires.Format(time.RFC3339))
	}
	if err := checkSignature(c.Account, a); err != nil {
		return Challenge{}, err
	}
	// Last, so that only the account can use its challenge up.
	if err := i.c.Replays.Remember(ctx, "challenge\n"+i.c.Audience+"\n"+c.Nonce, c.Expires); err != nil {
		return Challenge{}, fmt.Errorf("challenge: %w", err)
	}
	return c, nil
}

// read returns a challenge that this issuer issued.
func (i *Issuer) read(text string) (Challenge, error) {
	c, body, sealed, err := parse(text)
	if err != nil {
		return Challenge{}, err
	}
	want, err := i.seal(body)
	if err != nil {
		return Challenge{}, err
	}
	if c.Audience != i.c.Audience {
		return Challenge{}, fmt.Errorf("%w: %.100q, we are %q", ErrAudience, c.Audience, i.c.Audience)
	}
	if !hashes.Equal([]byte(sealed), []byte(want)) {
		return Challenge{}, fmt.Errorf("%w: its seal is broken", ErrText)
	}
	return c, nil
}

func checkSignature(account string, a Answer) error {
	key, err := authn.AccountKey(a.Key)
	if err != nil {
		return err
	}
	address, err := addressBytes(account)
	if err != nil {
		return err
	}
	if !hashes.Equal(key.Address(), address) {
		return fmt.Errorf("%w: the challenge is for %s", ErrAccount, account)
	}
	doc, err := SignBytes(account, []byte(a.Text))
	if err != nil {
		return err
	}
	return authn.VerifyAccount(key, doc, a.Signature)
}
