package live

import (
	"context"
	"errors"
	"fmt"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/client/broadcast"
	"github.com/virtengine/virtengine/daemons/provider/chainport"
)

// Lane sends to a real chain.
type Lane struct{ lane broadcast.Sender }

// NewLane sends through a lane of the chain's client.
func NewLane(l broadcast.Sender) (*Lane, error) {
	if l == nil {
		return nil, errors.New("live: a lane is needed")
	}
	return &Lane{l}, nil
}

// Send implements chainport.Sender.
func (l *Lane) Send(ctx context.Context, msgs ...sdk.Msg) error {
	_, err := l.lane.Send(ctx, msgs...)
	for from, to := range map[error]error{
		broadcast.ErrFunds: chainport.ErrFunds, broadcast.ErrUnavailable: chainport.ErrUnavailable, broadcast.ErrUnknownOutcome: chainport.ErrUnknownOutcome,
	} {
		if errors.Is(err, from) {
			return fmt.Errorf("%w: %w", to, err)
		}
	}
	return err
}
