package follow

import (
	"errors"
	"fmt"
	"strings"

	abci "github.com/cometbft/cometbft/abci/types"
	ctypes "github.com/cometbft/cometbft/rpc/core/types"
	cmttypes "github.com/cometbft/cometbft/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/gogoproto/proto"

	// The types register their events.
	_ "github.com/virtengine/virtengine/chain/x/escrow/types"
	_ "github.com/virtengine/virtengine/chain/x/market/types"
	_ "github.com/virtengine/virtengine/chain/x/provider/types"
	_ "github.com/virtengine/virtengine/chain/x/resources/types"
	_ "github.com/virtengine/virtengine/chain/x/settlement/types"
)

// ours begins the type of every event of this chain's own modules.
const ours = "virtengine."

// decode reads the events of a block. Events of other modules, and those that this program is too old to know, are
// passed over; their places are not given to others. Fails with ErrUndecodable.
func decode(header *cmttypes.Header, results *ctypes.ResultBlockResults) (Block, error) {
	b := Block{ChainID: header.ChainID, Height: header.Height, Time: header.Time.UTC()}
	add := func(tx int, events []abci.Event) error {
		for i, raw := range events {
			msg, err := parse(raw)
			if err != nil {
				return fmt.Errorf("%w: block %d, transaction %d, event %d: %w", ErrUndecodable, b.Height, tx, i, err)
			}
			if msg != nil {
				b.Events = append(b.Events, Event{Height: b.Height, Time: b.Time, Tx: tx, Index: i, Msg: msg})
			}
		}
		return nil
	}
	for i, result := range results.TxsResults {
		if result == nil {
			return Block{}, errors.New("the node's results lack a transaction")
		}
		if result.IsErr() {
			continue // it changed nothing but fees
		}
		if err := add(i, result.Events); err != nil {
			return Block{}, err
		}
	}
	if err := add(BlockEvent, results.FinalizeBlockEvents); err != nil {
		return Block{}, err
	}
	return b, nil
}

// parse returns nil for an event that is not ours.
func parse(raw abci.Event) (proto.Message, error) {
	if !strings.HasPrefix(raw.Type, ours) || proto.MessageType(raw.Type) == nil {
		return nil, nil
	}
	// The SDK appends what it knows about an event to its fields, and cannot itself read the result: "mode" is no JSON.
	if n := len(raw.Attributes); n > 0 && (raw.Attributes[n-1].Key == "mode" || raw.Attributes[n-1].Key == "msg_index") {
		raw.Attributes = raw.Attributes[:n-1]
	}
	return sdk.ParseTypedEvent(raw)
}
