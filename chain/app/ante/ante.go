// Package ante decides who may have a transaction executed.
//
// The chain of decorators is the SDK's, unordered transactions included: fee at or above the node's minimum gas
// price, signatures, sequence or deadline. Gates are our own conditions and come after it, when it is proved who signed.
package ante

import (
	"errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authante "github.com/cosmos/cosmos-sdk/x/auth/ante"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	txsigning "github.com/cosmos/cosmos-sdk/x/tx/signing"
)

// Options is what the handler needs; all but Gates are required.
type Options struct {
	Accounts  authante.AccountKeeper
	Bank      authtypes.BankKeeper
	FeeGrants authante.FeegrantKeeper
	Signing   *txsigning.HandlerMap
	// Gates run in order after the signatures were verified. The first error refuses the transaction;
	// the fee is kept, as for every transaction whose signature was valid.
	Gates []sdk.AnteDecorator
}

// New returns the handler.
func New(o Options) (sdk.AnteHandler, error) {
	if o.FeeGrants == nil {
		return nil, errors.New("ante: fee grant keeper is required")
	}
	stock, err := authante.NewAnteHandler(authante.HandlerOptions{
		AccountKeeper:   o.Accounts,
		BankKeeper:      o.Bank,
		FeegrantKeeper:  o.FeeGrants,
		SignModeHandler: o.Signing,
		SigGasConsumer:  authante.DefaultSigVerificationGasConsumer,
	})
	if err != nil {
		return nil, err
	}
	return after(stock, o.Gates), nil
}

// after runs gates on what stock has let through.
func after(stock sdk.AnteHandler, gates []sdk.AnteDecorator) sdk.AnteHandler {
	if len(gates) == 0 {
		return stock
	}
	gate := sdk.ChainAnteDecorators(gates...)
	return func(ctx sdk.Context, tx sdk.Tx, simulate bool) (sdk.Context, error) {
		ctx, err := stock(ctx, tx, simulate)
		if err != nil {
			return ctx, err
		}
		return gate(ctx, tx, simulate)
	}
}
