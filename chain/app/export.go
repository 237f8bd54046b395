package app

import (
	"encoding/json"
	"errors"
	"fmt"

	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	"github.com/cosmos/cosmos-sdk/x/staking"
)

// ErrZeroHeight refuses an export that would rewrite stake.
var ErrZeroHeight = errors.New("export for height zero is not offered")

// Export writes the state of the loaded height as a genesis that continues at the next one.
//
// Only whole heights continue: an export for height zero would have to end every unbonding, delete every reward and
// rewrite every height a lease or an escrow account remembers, and so would not be the same chain. It is refused.
func (a *App) Export(zeroHeight bool, modules []string) (servertypes.ExportedApp, error) {
	if zeroHeight {
		return servertypes.ExportedApp{}, fmt.Errorf("%w: leases and escrow accounts count by height; export without --for-zero-height and start the new chain at the exported initial_height", ErrZeroHeight)
	}
	height := a.LastBlockHeight()
	ctx := a.NewContext(true)
	state, err := a.ModuleManager.ExportGenesisForModules(ctx, a.codec, modules)
	if err != nil {
		return servertypes.ExportedApp{}, fmt.Errorf("export genesis at height %d: %w", height, err)
	}
	raw, err := json.MarshalIndent(state, "", "  ")
	if err != nil {
		return servertypes.ExportedApp{}, err
	}
	validators, err := staking.WriteValidators(ctx, a.staking)
	if err != nil {
		return servertypes.ExportedApp{}, fmt.Errorf("export validators: %w", err)
	}
	return servertypes.ExportedApp{
		AppState:        raw,
		Validators:      validators,
		Height:          height + 1,
		ConsensusParams: a.GetConsensusParams(ctx),
	}, nil
}
