// Package chainport is what the daemon's parts ask of a chain, and how a chain's answers are read.
//
// Each part names the few queries it needs as an interface of its own; this package has the errors they share.
package chainport

import (
	"context"
	"errors"
	"time"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/daemons/provider/outbox"
)

// Errors of asking a chain. A message that the chain refused is the module's own error.
var (
	// ErrUnavailable says that no node answered. It tells nothing about what was asked.
	ErrUnavailable = errors.New("the chain does not answer")
	// ErrUnknownOutcome says that a transaction was sent and may or may not be in a block.
	ErrUnknownOutcome = errors.New("the transaction's outcome is unknown")
	// ErrNotFound says that the chain has no such object.
	ErrNotFound = errors.New("not on the chain")
	// ErrFunds says that the account cannot pay a deposit or the gas.
	ErrFunds = errors.New("the account lacks funds")
)

// Sender signs messages with the provider's key and brings them into a block, all or none.
type Sender interface {
	// Send returns nil once the messages are in a block with code 0. Fails with the module's error when the chain refused,
	// ErrUnavailable when nothing was sent, or ErrUnknownOutcome.
	Send(ctx context.Context, msgs ...sdk.Msg) error
}

// SendTimeout is how long an operation waits for its transaction: longer than the two minutes after which a transaction can no
// longer get into a block, so that its fate is nearly always known.
const SendTimeout = 3 * time.Minute

// Failure gives a chain's error its class: what did not answer is tried until it does, what may have happened is looked at.
func Failure(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrUnavailable):
		return outbox.Unavailable(err)
	case errors.Is(err, ErrUnknownOutcome):
		return outbox.UnknownOutcome(err)
	}
	return err // transient: bounded attempts, then a dead letter
}
