package authn

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	"github.com/golang-jwt/jwt/v5"
)

// MaxLife is the longest validity a token may have.
const MaxLife = 15 * time.Minute

// skew is how far two clocks may disagree.
const skew = 30 * time.Second

// maxToken bounds what is parsed, in bytes.
const maxToken = 8 << 10

// tokenLetters are those of base64url, and the dot.
const tokenLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."

// Scope is one thing a token allows.
type Scope string

// The scopes of a lease.
const (
	ScopeSendManifest Scope = "send-manifest"
	ScopeGetManifest  Scope = "get-manifest"
	ScopeStatus       Scope = "status"
	ScopeEvents       Scope = "events"
	ScopeLogs         Scope = "logs"
	ScopeShell        Scope = "shell"
)

var knownScopes = []Scope{ScopeSendManifest, ScopeGetManifest, ScopeStatus, ScopeEvents, ScopeLogs, ScopeShell}

// Errors a token is refused with.
var (
	// ErrToken says that a token is malformed, forged, or made for somebody else.
	ErrToken = errors.New("token refused")
	// ErrExpired says that a token was good once.
	ErrExpired = errors.New("token expired")
	// ErrScope says that a good token does not allow what was asked.
	ErrScope = errors.New("token does not allow this")
)

// Grant allows scopes on one lease, or on all of the issuer's.
type Grant struct {
	Lease  uint64  `json:"lease,omitempty"` // 0: every lease of the issuer
	Scopes []Scope `json:"scopes"`
}

// Claims is what a verified token says.
type Claims struct {
	Issuer   string // the account that signed, bech32
	Audience string // the provider it is for, bech32
	ID       string // unique per token
	Expires  time.Time
	Grants   []Grant
}

// Allows returns nil when the token allows scope on lease, else ErrScope.
func (c Claims) Allows(lease uint64, scope Scope) error {
	for _, g := range c.Grants {
		if (g.Lease == 0 || g.Lease == lease) && slices.Contains(g.Scopes, scope) {
			return nil
		}
	}
	return fmt.Errorf("%w: %s on lease %d", ErrScope, scope, lease)
}

type wireClaims struct {
	jwt.RegisteredClaims
	Version string  `json:"version"`
	Grants  []Grant `json:"grants"`
}

// AllScopes returns every scope there is.
func AllScopes() []Scope { return slices.Clone(knownScopes) }

// Issue signs a token.
//
//	issuer, audience: bech32     life: above zero, MaxLife at most     entropy: 16 bytes are read for its id
func Issue(sign Signer, issuer, audience string, grants []Grant, now time.Time, life time.Duration, entropy io.Reader) (string, error) {
	if life <= 0 || life > MaxLife {
		return "", fmt.Errorf("token life %s: want more than zero and at most %s", life, MaxLife)
	}
	var id [16]byte
	if _, err := io.ReadFull(entropy, id[:]); err != nil {
		return "", fmt.Errorf("token id: %w", err)
	}
	claims := wireClaims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: issuer, Audience: jwt.ClaimStrings{audience}, ID: hex.EncodeToString(id[:]),
			IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(life)),
		},
		Version: "v1", Grants: grants,
	}
	return jwt.NewWithClaims(methodES256K, claims).SignedString(sign)
}

// Accounts tells an account's public key, as the chain knows it.
type Accounts interface {
	PublicKey(ctx context.Context, address string) (cryptotypes.PubKey, error)
}

// Verifier checks tokens made for one audience.
type Verifier struct {
	audience string
	accounts Accounts
	now      func() time.Time
}

// NewVerifier returns a verifier for tokens whose audience is the given bech32 address.
func NewVerifier(audience string, accounts Accounts, now func() time.Time) (*Verifier, error) {
	if audience == "" || accounts == nil || now == nil {
		return nil, errors.New("a token verifier needs an audience, accounts and a clock")
	}
	return &Verifier{audience: audience, accounts: accounts, now: now}, nil
}

// Verify returns a token's claims. A token has one form, that of Issue, to the byte. It fails with ErrExpired, ErrToken, or what Accounts says when the chain cannot be asked.
func (v *Verifier) Verify(ctx context.Context, token string) (Claims, error) {
	if len(token) > maxToken {
		return Claims{}, fmt.Errorf("%w: %d bytes, at most %d", ErrToken, len(token), maxToken)
	}
	if strings.Trim(token, tokenLetters) != "" { // the decoder of base64 skips ends of lines
		return Claims{}, fmt.Errorf("%w: it holds what no token holds", ErrToken)
	}
	var wire wireClaims
	var lookup error // an unreachable chain is not the token's fault
	_, err := v.parser().ParseWithClaims(token, &wire, func(*jwt.Token) (any, error) {
		// Before the chain is asked, so that it is not asked for what is refused anyway.
		if err := errors.Join(wire.check(), wire.checkForm(token)); err != nil {
			return nil, err
		}
		pub, err := v.accounts.PublicKey(ctx, wire.Issuer)
		if err != nil {
			lookup = err
			return nil, err
		}
		return AccountKey(pub)
	})
	switch {
	case lookup != nil:
		return Claims{}, fmt.Errorf("key of %s: %w", wire.Issuer, lookup)
	case errors.Is(err, jwt.ErrTokenExpired):
		return Claims{}, fmt.Errorf("%w at %s", ErrExpired, wire.ExpiresAt.UTC().Format(time.RFC3339))
	case err != nil:
		return Claims{}, fmt.Errorf("%w: %w", ErrToken, err)
	}
	return Claims{Issuer: wire.Issuer, Audience: v.audience, ID: wire.ID, Expires: wire.ExpiresAt.Time, Grants: wire.Grants}, nil
}

func (v *Verifier) parser() *jwt.Parser {
	return jwt.NewParser(jwt.WithValidMethods([]string{methodES256K.Alg()}), jwt.WithAudience(v.audience), jwt.WithIssuedAt(),
		jwt.WithExpirationRequired(), jwt.WithLeeway(skew), jwt.WithStrictDecoding(), jwt.WithTimeFunc(v.now))
}

func (w *wireClaims) check() error {
	if w.Version != "v1" {
		return fmt.Errorf("version %q, want v1", w.Version)
	}
	if w.Issuer == "" || w.Subject != "" {
		return errors.New("no issuer, or a subject beside it")
	}
	if len(w.Audience) != 1 {
		return fmt.Errorf("%d audiences, want one", len(w.Audience))
	}
	if w.IssuedAt == nil || w.ExpiresAt == nil || w.ExpiresAt.Sub(w.IssuedAt.Time) > MaxLife {
		return fmt.Errorf("valid for longer than %s", MaxLife)
	}
	if !w.ExpiresAt.After(w.IssuedAt.Time) {
		return errors.New("ends before it begins")
	}
	for _, g := range w.Grants {
		for _, s := range g.Scopes {
			if !slices.Contains(knownScopes, s) {
				return fmt.Errorf("unknown scope %q", s)
			}
		}
	}
	return nil
}

// checkForm refuses a signed token that Issue would have written differently: duplicate or unknown claims, a number as a
// float, a header with more in it. Two readers of such a token may see different things.
func (w *wireClaims) checkForm(token string) error {
	again, err := jwt.NewWithClaims(methodES256K, w).SigningString()
	if err != nil {
		return err
	}
	if signed := token[:strings.LastIndexByte(token, '.')]; signed != again {
		return errors.New("not in the form that Issue gives it; hint: header and claims in its order, once each, nothing else")
	}
	return nil
}

func init() {
	jwt.RegisterSigningMethod(methodES256K.Alg(), func() jwt.SigningMethod { return methodES256K })
}
