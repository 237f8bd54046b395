package types

import (
	"context"
	"crypto/x509"
	"time"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/evidence"
)

// StakingKeeper is what the module asks of x/staking.
type StakingKeeper interface {
	// BondedTokens returns what is bonded to the validator of an operator's account, in uve; false where it is no bonded validator.
	BondedTokens(ctx context.Context, operator sdk.AccAddress) (math.Int, bool, error)
}

// Vendors give the verifiers of evidence and the readers of collateral. The application gives those with pinned roots.
type Vendors interface {
	// Verifier of a platform. Development platforms rest on roots of the parameters; the others ignore them.
	// Fails with ErrPlatform where there is none.
	Verifier(p evidence.Platform, development []DevelopmentRoot) (attest.Verifier, error)
	// Wants names the collateral that evidence is judged by. The error is an attest.Refusal.
	Wants(ev evidence.Evidence) ([]Want, error)
	// Read checks that its vendor signed a piece of collateral which is in force, and says what it is: as its first record,
	// and the certificates that this rests on behind it, where verifiers need them again. The error is an attest.Refusal.
	Read(item attest.Item, chain []*x509.Certificate, now time.Time) ([]Collateral, error)
}

// Want names collateral: one piece, or all of a class where the key is empty.
type Want struct {
	Class attest.Class
	Key   string
}
