package params_test

import (
	"bytes"
	"testing"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/chain/params"
)

func TestImportingThePackageIsEnough(t *testing.T) {
	raw := bytes.Repeat([]byte{7}, 20)
	require.Contains(t, sdk.AccAddress(raw).String(), "ve1")
	require.Contains(t, sdk.ValAddress(raw).String(), "vevaloper1")
	require.Contains(t, sdk.ConsAddress(raw).String(), "vevalcons1")
	require.Equal(t, params.Denom, sdk.DefaultBondDenom)
}
