package sim

import (
	"context"
	"fmt"
	"time"

	"github.com/cosmos/cosmos-sdk/client"
	clienttx "github.com/cosmos/cosmos-sdk/client/tx"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
	authsigning "github.com/cosmos/cosmos-sdk/x/auth/signing"

	"github.com/virtengine/virtengine/chain/params"
)

const (
	gasLimit = 3_000_000
	txFee    = 3_000 // uve
)

// Actor is somebody with a key.
type Actor struct {
	Address sdk.AccAddress

	key      cryptotypes.PrivKey
	number   uint64
	sequence uint64 // of the next ordered transaction
}

// Cast is everybody in a simulation.
type Cast struct {
	Operator, Moderator *Actor
	Tenants, Providers  []*Actor

	seed uint64
	all  []*Actor // by account number
}

// NewCast makes keys from a seed.
func NewCast(seed uint64, tenants, providers int) *Cast {
	c := &Cast{seed: seed}
	add := func(role string, i int) *Actor {
		key := secp256k1.GenPrivKeyFromSecret(fmt.Appendf(nil, "sim/%d/%s/%d", seed, role, i))
		a := &Actor{Address: sdk.AccAddress(key.PubKey().Address()), key: key, number: uint64(len(c.all))}
		c.all = append(c.all, a)
		return a
	}
	c.Operator, c.Moderator = add("operator", 0), add("moderator", 0)
	for i := range tenants {
		c.Tenants = append(c.Tenants, add("tenant", i))
	}
	for i := range providers {
		c.Providers = append(c.Providers, add("provider", i))
	}
	return c
}

// tx signs messages. With a deadline the transaction is unordered, else it takes the actor's next sequence.
// number is the account number to sign with: the actor's own, and zero at genesis.
func (a *Actor) tx(ctx context.Context, cfg client.TxConfig, number uint64, deadline time.Time, msgs ...sdk.Msg) (sdk.Tx, error) {
	b := cfg.NewTxBuilder()
	if err := b.SetMsgs(msgs...); err != nil {
		return nil, err
	}
	b.SetGasLimit(gasLimit)
	b.SetFeeAmount(sdk.NewCoins(sdk.NewInt64Coin(params.Denom, txFee)))
	var sequence uint64
	if deadline.IsZero() {
		sequence = a.sequence
		a.sequence++
	} else {
		b.SetUnordered(true)
		b.SetTimeoutTimestamp(deadline)
	}
	mode := signing.SignMode_SIGN_MODE_DIRECT
	// The signer's key is part of what is signed, so it goes in before the signature.
	empty := signing.SignatureV2{PubKey: a.key.PubKey(), Data: &signing.SingleSignatureData{SignMode: mode}, Sequence: sequence}
	if err := b.SetSignatures(empty); err != nil {
		return nil, err
	}
	who := authsigning.SignerData{Address: a.Address.String(), ChainID: ChainID, AccountNumber: number, Sequence: sequence, PubKey: a.key.PubKey()}
	signature, err := clienttx.SignWithPrivKey(ctx, mode, who, b, a.key, cfg, sequence)
	if err != nil {
		return nil, err
	}
	if err := b.SetSignatures(signature); err != nil {
		return nil, err
	}
	return b.GetTx(), nil
}

// by finds an actor by address; everybody who signs in a simulation is of its cast.
func (c *Cast) by(address string) *Actor {
	for _, a := range c.all {
		if a.Address.String() == address {
			return a
		}
	}
	return nil
}
