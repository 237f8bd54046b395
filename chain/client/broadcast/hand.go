package broadcast

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"strings"

	abci "github.com/cometbft/cometbft/abci/types"
	ctypes "github.com/cometbft/cometbft/rpc/core/types"
	rpctypes "github.com/cometbft/cometbft/rpc/jsonrpc/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"github.com/virtengine/virtengine/chain/client/comet"
)

// hand gives the transaction to a node, or to several until one takes it. nil means that a node has it or may have it.
// Fails with Rejected or ErrUnavailable only where no node can have kept it.
func (l *Lane) hand(ctx context.Context, raw []byte, hash [32]byte) error {
	var said []error
	var rejected *Rejected
	taken, maybe := false, false
	l.cfg.Pool.Each(ctx, func(ctx context.Context, name string, node comet.Client) error {
		r, err := node.BroadcastTxSync(ctx, raw)
		switch fate, refusal := judge(r, err, hash); fate {
		case accepted:
			taken = true
		case refused:
			rejected = refusal
		case notNow:
			said = append(said, fmt.Errorf("%s: %w", name, reason(r, err)))
			return err
		case lost:
			maybe = true
			return err
		}
		return comet.ErrStop
	})
	switch {
	case taken || maybe:
		// A refusal by one node says nothing when another may have taken it.
		return nil
	case rejected != nil:
		return rejected
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	return errors.Join(append([]error{ErrUnavailable}, said...)...)
}

type fate int

const (
	accepted fate = iota
	refused       // by the application
	notNow        // the node certainly does not have it
	lost          // the answer is missing
)

// judge reads a node's answer.
func judge(r *ctypes.ResultBroadcastTx, err error, hash [32]byte) (fate, *Rejected) {
	var rpc *rpctypes.RPCError
	var dial *net.OpError
	switch {
	case errors.As(err, &rpc):
		if strings.Contains(rpc.Data+rpc.Message, "already exists in cache") {
			return accepted, nil
		}
		return notNow, nil
	case errors.As(err, &dial) && dial.Op == "dial":
		return notNow, nil
	case err != nil:
		return lost, nil
	case r.Code == abci.CodeTypeOK:
		return accepted, nil
	case r.Codespace == sdkerrors.RootCodespace && r.Code == sdkerrors.ErrMempoolIsFull.ABCICode():
		return notNow, nil
	case r.Codespace == sdkerrors.RootCodespace && r.Code == sdkerrors.ErrTxInMempoolCache.ABCICode():
		return accepted, nil
	}
	return refused, &Rejected{Codespace: r.Codespace, Code: r.Code, Log: r.Log, TxHash: formatHash(hash)}
}

func reason(r *ctypes.ResultBroadcastTx, err error) error {
	if err != nil {
		return err
	}
	return errors.New(r.Log)
}

func formatHash(hash [32]byte) string { return strings.ToUpper(hex.EncodeToString(hash[:])) }

func parseHash(s string) (hash [32]byte, err error) {
	raw, err := hex.DecodeString(s)
	if err != nil || len(raw) != len(hash) {
		return hash, fmt.Errorf("broadcast: %q is no transaction's hash", s)
	}
	return [32]byte(raw), nil
}
