package app

import (
	"context"
	"errors"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	stakingkeeper "github.com/cosmos/cosmos-sdk/x/staking/keeper"
	stakingtypes "github.com/cosmos/cosmos-sdk/x/staking/types"

	enclavetypes "github.com/virtengine/virtengine/chain/x/enclave/types"
)

// stake answers for modules that ask what is bonded to an operator.
type stake struct {
	staking *stakingkeeper.Keeper
}

// Bonded gives the stake of operators, as depinject wires it.
func Bonded(k *stakingkeeper.Keeper) enclavetypes.StakingKeeper { return stake{staking: k} }

// BondedTokens returns what is bonded to the validator of an operator's account, in uve; false where it is no bonded validator.
func (s stake) BondedTokens(ctx context.Context, operator sdk.AccAddress) (math.Int, bool, error) {
	v, err := s.staking.GetValidator(ctx, sdk.ValAddress(operator))
	if errors.Is(err, stakingtypes.ErrNoValidatorFound) {
		return math.ZeroInt(), false, nil
	} else if err != nil {
		return math.Int{}, false, err
	}
	return v.BondedTokens(), v.IsBonded(), nil
}
