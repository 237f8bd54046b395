package tenant

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/flags"
	clienttx "github.com/cosmos/cosmos-sdk/client/tx"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtx "github.com/cosmos/cosmos-sdk/x/auth/tx"
)

const (
	// blockTimeout is how long a transaction may wait for its block before we stop looking.
	blockTimeout = time.Minute
	pollEvery    = 500 * time.Millisecond
)

// ErrRefused says that the chain took the transaction and refused what it asks.
var ErrRefused = errors.New("the chain refused the transaction")

// send signs a message, broadcasts it and waits for its block. With --generate-only or --dry-run it prints what the
// SDK prints and returns nil.
func send(cmd *cobra.Command, ctx client.Context, msg sdk.Msg) (*sdk.TxResponse, error) {
	if ctx.GenerateOnly || ctx.Simulate || ctx.Offline {
		return nil, clienttx.GenerateOrBroadcastTxCLI(ctx, cmd.Flags(), msg)
	}
	var printed bytes.Buffer
	quiet := ctx.WithOutput(&printed).WithOutputFormat(flags.OutputFormatJSON).WithBroadcastMode(flags.BroadcastSync)
	if err := clienttx.GenerateOrBroadcastTxCLI(quiet, cmd.Flags(), msg); err != nil {
		return nil, err
	}
	// The SDK prints the unsigned transaction before it asks for confirmation; the answer is the last line.
	lines := bytes.Split(bytes.TrimSpace(printed.Bytes()), []byte("\n"))
	var sent sdk.TxResponse
	if err := ctx.Codec.UnmarshalJSON(lines[len(lines)-1], &sent); err != nil {
		return nil, fmt.Errorf("answer of the node: %w", err)
	}
	if sent.TxHash == "" {
		return nil, nil // not confirmed by the person
	}
	if sent.Code != 0 {
		return nil, refused(&sent)
	}
	return wait(cmd, ctx, sent.TxHash)
}

// wait asks the node for a transaction until a block has taken it.
func wait(cmd *cobra.Command, ctx client.Context, hash string) (*sdk.TxResponse, error) {
	deadline := time.After(blockTimeout)
	again := time.NewTicker(pollEvery)
	defer again.Stop()
	for {
		found, err := authtx.QueryTx(ctx, hash)
		if err == nil && found.Code != 0 {
			return nil, refused(found)
		}
		if err == nil {
			return found, nil
		}
		select {
		case <-again.C: // not in a block yet, or not indexed
		case <-cmd.Context().Done():
			return nil, cmd.Context().Err()
		case <-deadline:
			return nil, fmt.Errorf("no block has taken transaction %s after %s: %w\nhint: virtengine query wait-tx %s", hash, blockTimeout, err, hash)
		}
	}
}

func refused(r *sdk.TxResponse) error {
	return fmt.Errorf("%w: %s/%d: %s (transaction %s)", ErrRefused, r.Codespace, r.Code, r.RawLog, r.TxHash)
}
