package broadcast

import (
	"errors"
	"fmt"
	"time"

	errorsmod "cosmossdk.io/errors"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	"github.com/cosmos/gogoproto/proto"

	"github.com/virtengine/virtengine/chain/client/comet"
)

var (
	// ErrUnavailable says that nothing was executed, nor will be; the same messages may be sent again later.
	ErrUnavailable = comet.ErrUnavailable
	// ErrFunds says that the account cannot pay: the fee, or what the messages move. Sending again helps only after it
	// got coins.
	ErrFunds = errors.New("the account has not enough coins")
	// ErrFeeTooHigh says that the fee would be above the configured cap. Nothing was sent.
	ErrFeeTooHigh = errors.New("the fee is above the cap")
	// ErrUnknownOutcome is what every UnknownOutcome error is.
	ErrUnknownOutcome = errors.New("it is not known whether the transaction was executed")
)

// Receipt is of a transaction that was executed.
type Receipt struct {
	TxHash    string // upper-case hexadecimal SHA-256
	Height    int64
	GasUsed   int64
	Responses []*codectypes.Any // one of each message
}

// Response reads the answer to message i. Fails where there is none of that type.
func (r Receipt) Response(i int, into proto.Message) error {
	if i < 0 || i >= len(r.Responses) {
		return fmt.Errorf("transaction %s has %d answers, there is no number %d", r.TxHash, len(r.Responses), i)
	}
	if want := "/" + proto.MessageName(into); r.Responses[i].TypeUrl != want {
		return fmt.Errorf("transaction %s: answer %d is a %s, not a %s", r.TxHash, i, r.Responses[i].TypeUrl, want)
	}
	return proto.Unmarshal(r.Responses[i].Value, into)
}

// Rejected says that the chain refused: in simulation, before a fee was paid, where TxHash is empty; at a node's door,
// where Height is 0; or in a block. Nothing but perhaps a fee was changed. errors.Is knows the module's registered error, and
// ErrFunds.
type Rejected struct {
	Codespace string
	Code      uint32
	Log       string
	TxHash    string
	Height    int64
}

// Error is the chain's own text.
func (e *Rejected) Error() string {
	where := "in simulation"
	if e.TxHash != "" {
		where = "transaction " + e.TxHash
	}
	return fmt.Sprintf("the chain refused (%s/%d, %s): %s", e.Codespace, e.Code, where, e.Log)
}

// Unwrap is the registered error.
func (e *Rejected) Unwrap() error { return errorsmod.ABCIError(e.Codespace, e.Code, e.Log) }

// Is makes errors.Is(err, ErrFunds) true where coins are missing.
func (e *Rejected) Is(target error) bool {
	return target == ErrFunds && e.Codespace == sdkerrors.RootCodespace && e.Code == sdkerrors.ErrInsufficientFunds.ABCICode()
}

// UnknownOutcome is of a transaction that may have reached a node, but whose fate could not be followed. Resolve tells it.
type UnknownOutcome struct {
	TxHash  string
	After   int64     // it can only be in blocks after this height
	Expires time.Time // and only in blocks up to this time
	Cause   error
}

// Error names the transaction.
func (e *UnknownOutcome) Error() string {
	return fmt.Sprintf("%s: %s, sent after block %d, expires at %s: %s", ErrUnknownOutcome, e.TxHash, e.After, e.Expires.Format(time.RFC3339), e.Cause)
}

// Is makes errors.Is(err, ErrUnknownOutcome) true.
func (e *UnknownOutcome) Is(target error) bool { return target == ErrUnknownOutcome }

// Unwrap is why it could not be followed.
func (e *UnknownOutcome) Unwrap() error { return e.Cause }
