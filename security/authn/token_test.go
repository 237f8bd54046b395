package authn

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	"github.com/stretchr/testify/require"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

type directory map[string]cryptotypes.PubKey

var errChainAway = errors.New("chain is away")

func (d directory) PublicKey(_ context.Context, address string) (cryptotypes.PubKey, error) {
	if pub, ok := d[address]; ok {
		return pub, nil
	}
	return nil, errChainAway
}

func TestATokenIsGoodOnlyForWhatItSays(t *testing.T) {
	alice, mallory := secp256k1.GenPrivKey(), secp256k1.GenPrivKey()
	accounts := directory{"ve1alice": alice.PubKey()}
	issue := func(key *secp256k1.PrivKey, issuer, audience string, at time.Time) string {
		token, err := Issue(key.Sign, issuer, audience, []Grant{{Lease: 7, Scopes: []Scope{ScopeLogs}}}, at, 10*time.Minute, rand.Reader)
		require.NoError(t, err)
		return token
	}
	flip := func(token string, part int) string {
		parts := strings.Split(token, ".")
		raw, err := base64.RawURLEncoding.DecodeString(parts[part])
		require.NoError(t, err)
		raw[len(raw)-2] ^= 1
		parts[part] = base64.RawURLEncoding.EncodeToString(raw)
		return strings.Join(parts, ".")
	}
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`))
	for name, tc := range map[string]struct {
		reason string
		token  string
		want   error
	}{
		"Good":          {"the owner's own token for this provider is accepted", issue(alice, "ve1alice", "ve1provider", noon), nil},
		"ClockAhead":    {"clocks may differ a little", issue(alice, "ve1alice", "ve1provider", noon.Add(20*time.Second)), nil},
		"Stale":         {"a stale token is told apart from a forged one, so that a client knows to make another", issue(alice, "ve1alice", "ve1provider", noon.Add(-time.Hour)), ErrExpired},
		"FromTomorrow":  {"a token that is not valid yet is refused", issue(alice, "ve1alice", "ve1provider", noon.Add(time.Hour)), ErrToken},
		"OtherProvider": {"a provider cannot use a tenant's token at another provider", issue(alice, "ve1alice", "ve1other", noon), ErrToken},
		"OtherKey":      {"only the account's own key signs for it", issue(mallory, "ve1alice", "ve1provider", noon), ErrToken},
		"ChangedClaims": {"one changed byte of the claims is refused", flip(issue(alice, "ve1alice", "ve1provider", noon), 1), ErrToken},
		"ChangedSig":    {"one changed byte of the signature is refused", flip(issue(alice, "ve1alice", "ve1provider", noon), 2), ErrToken},
		"NoAlgorithm":   {"the algorithm is ours to choose, not the token's", none + "." + strings.Split(issue(alice, "ve1alice", "ve1provider", noon), ".")[1] + ".", ErrToken},
		"UnknownIssuer": {"when the chain cannot tell the key, the answer is not that the token is bad", issue(alice, "ve1bob", "ve1provider", noon), errChainAway},
		"Huge":          {"what is parsed is bounded", strings.Repeat("a", 9<<10), ErrToken},
		"Empty":         {"nothing is no token", "", ErrToken},
	} {
		t.Run(name, func(t *testing.T) {
			v, err := NewVerifier("ve1provider", accounts, func() time.Time { return noon })
			require.NoError(t, err)
			claims, err := v.Verify(t.Context(), tc.token)
			require.ErrorIs(t, err, tc.want, tc.reason)
			if tc.want == nil {
				require.Equal(t, "ve1alice", claims.Issuer)
				require.NoError(t, claims.Allows(7, ScopeLogs))
				require.ErrorIs(t, claims.Allows(7, ScopeShell), ErrScope, "logs do not open a shell")
				require.ErrorIs(t, claims.Allows(8, ScopeLogs), ErrScope, "one lease is not another")
			}
		})
	}
}

func TestATokenIsShortLived(t *testing.T) {
	key := secp256k1.GenPrivKey()
	_, err := Issue(key.Sign, "ve1alice", "ve1provider", nil, noon, MaxLife+time.Second, rand.Reader)
	require.Error(t, err, "a longer life is refused when it is made")
}

func TestAVerifierNeedsAllItsParts(t *testing.T) {
	_, err := NewVerifier("ve1provider", nil, time.Now)
	require.Error(t, err, "a missing dependency is a start-up failure")
}
