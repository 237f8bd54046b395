package sim

import (
	"encoding/json"

	"cosmossdk.io/math"
	"github.com/cosmos/gogoproto/proto"

	"github.com/cosmos/cosmos-sdk/codec"

	escrowtypes "github.com/virtengine/virtengine/chain/x/escrow/types"
	settlementtypes "github.com/virtengine/virtengine/chain/x/settlement/types"
)

const (
	// minDeposit is low enough for leases that run dry within a simulation, in uve.
	minDeposit = 5_000
	// disputeSeconds and finalUsageSeconds are short enough to pass in one.
	disputeSeconds    = 60
	finalUsageSeconds = 40
)

// quickMarket sets parameters under which a few hundred seconds see what takes weeks outside.
func quickMarket(cdc codec.Codec, state map[string]json.RawMessage, c *Cast) error {
	var escrow escrowtypes.GenesisState
	err := edit(cdc, state, escrowtypes.ModuleName, &escrow, func() { escrow.Params.MinDeposit = math.NewInt(minDeposit) })
	if err != nil {
		return err
	}
	var settlement settlementtypes.GenesisState
	return edit(cdc, state, settlementtypes.ModuleName, &settlement, func() {
		settlement.Params.DisputeSeconds = disputeSeconds
		settlement.Params.FinalUsageSeconds = finalUsageSeconds
		settlement.Params.Moderator = c.Moderator.Address.String()
	})
}

// edit decodes a module's genesis into g, lets change alter it, and writes it back.
func edit(cdc codec.Codec, state map[string]json.RawMessage, module string, g proto.Message, change func()) error {
	if err := cdc.UnmarshalJSON(state[module], g); err != nil {
		return err
	}
	change()
	raw, err := cdc.MarshalJSON(g)
	state[module] = raw
	return err
}
