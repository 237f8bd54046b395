// Package tenant holds the commands that are more than one message: what people who order computing do by hand.
package tenant

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/flags"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/client/sdl"
	"github.com/virtengine/virtengine/chain/params"
	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
	"github.com/virtengine/virtengine/security/paths"
)

const flagDeposit = "deposit"

// Deploy orders what a deployment file asks for.
func Deploy() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "deploy FILE",
		Short: "Order what a deployment file asks for",
		Long: `Order what a deployment file (SDL version 2) asks for: one order for each placement, all or none.

Each order gets the deposit; what is not spent comes back when its lease ends. The command waits for the block that
takes the orders and prints their numbers. Nothing is stored on this machine: keep the file, its manifest goes to the
provider that wins.`,
		Example: "  virtengine tx market deploy web.yaml --deposit 5000000uve --from me --fees 1000uve\n" +
			"  virtengine query market bids 42",
		Args: cobra.ExactArgs(1),
		RunE: deploy,
	}
	cmd.Flags().String(flagDeposit, "", "uve put into escrow for each order, for example 5000000uve")
	if err := cmd.MarkFlagRequired(flagDeposit); err != nil {
		panic(err) // the flag was just added
	}
	flags.AddTxFlagsToCmd(cmd)
	return cmd
}

func deploy(cmd *cobra.Command, args []string) error {
	deployment, err := read(args[0])
	if err != nil {
		return err
	}
	text, err := cmd.Flags().GetString(flagDeposit)
	if err != nil {
		return err
	}
	deposit, err := sdk.ParseCoinNormalized(text)
	if err != nil || deposit.Denom != params.Denom {
		return fmt.Errorf("--%s %q is not an amount of %s\nhint: --%s 5000000%s", flagDeposit, text, params.Denom, flagDeposit, params.Denom)
	}
	ctx, err := client.GetClientTxContext(cmd)
	if err != nil {
		return err
	}
	owner := ctx.GetFromAddress().String()

	var msg sdk.Msg = &markettypes.MsgCreateOrders{Owner: owner, Specs: deployment.Orders, Deposit: deposit.Amount}
	if len(deployment.Orders) == 1 {
		msg = &markettypes.MsgCreateOrder{Owner: owner, Spec: deployment.Orders[0], Deposit: deposit.Amount}
	}
	answer, err := send(cmd, ctx, msg)
	if err != nil || answer == nil {
		return err
	}
	ids, err := orderIDs(ctx, answer)
	if err != nil {
		return err
	}
	for i, id := range ids {
		spec := deployment.Orders[i]
		cmd.Printf("order %d  %s  at most %s%s per block  deposit %s  manifest %s\n",
			id, spec.Name, spec.MaxPrice, params.Denom, deposit, hex.EncodeToString(spec.ManifestHash))
	}
	if len(ids) > 0 {
		cmd.Printf("next: virtengine query market bids %d\n", ids[0])
	}
	return nil
}

// orderIDs reads the numbers from the answer to either message.
func orderIDs(ctx client.Context, answer *sdk.TxResponse) ([]uint64, error) {
	raw, err := hex.DecodeString(answer.Data)
	if err != nil {
		return nil, fmt.Errorf("answer of %s: %w", answer.TxHash, err)
	}
	var data sdk.TxMsgData
	if err := ctx.Codec.Unmarshal(raw, &data); err != nil {
		return nil, fmt.Errorf("answer of %s: %w", answer.TxHash, err)
	}
	var ids []uint64
	for _, r := range data.MsgResponses {
		var one markettypes.MsgCreateOrderResponse
		var many markettypes.MsgCreateOrdersResponse
		switch r.TypeUrl {
		case sdk.MsgTypeURL(&one):
			if err := ctx.Codec.Unmarshal(r.Value, &one); err != nil {
				return nil, fmt.Errorf("answer of %s: %w", answer.TxHash, err)
			}
			ids = append(ids, one.Id)
		case sdk.MsgTypeURL(&many):
			if err := ctx.Codec.Unmarshal(r.Value, &many); err != nil {
				return nil, fmt.Errorf("answer of %s: %w", answer.TxHash, err)
			}
			ids = append(ids, many.Ids...)
		}
	}
	return ids, nil
}

// read parses a deployment file; its problems come all at once, each with its line.
func read(path string) (sdl.Deployment, error) {
	named, err := filepath.Abs(path)
	if err != nil {
		return sdl.Deployment{}, err
	}
	text, err := paths.ReadFile(named, sdl.MaxBytes)
	if err != nil {
		return sdl.Deployment{}, err
	}
	d, err := sdl.Parse(bytes.NewReader(text))
	if err != nil {
		return sdl.Deployment{}, fmt.Errorf("%s: %w", path, err)
	}
	return d, nil
}
