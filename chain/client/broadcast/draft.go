package broadcast

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/bits"
	"strconv"
	"time"

	"cosmossdk.io/math"
	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/tx"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"

	"github.com/virtengine/virtengine/chain/client/query"
)

// draft is a transaction in the making.
type draft struct {
	lane    *Lane
	number  uint64
	expires time.Time
	msgs    []sdk.Msg
}

// finish simulates, prices and signs. Fails with Rejected, ErrFeeTooHigh, ErrUnavailable or the context's cause.
func (d draft) finish(ctx context.Context, height int64) (raw []byte, hash [32]byte, err error) {
	used, err := d.simulate(ctx, height)
	if err != nil {
		return nil, hash, err
	}
	gas, fee, err := d.lane.price(used)
	if err != nil {
		return nil, hash, err
	}
	builder, err := d.build(gas, fee)
	if err != nil {
		return nil, hash, err
	}
	cfg := d.lane.cfg
	f := tx.Factory{}.
		WithTxConfig(cfg.Codec.Tx).
		WithKeybase(cfg.Keyring).
		WithChainID(cfg.ChainID).
		WithAccountNumber(d.number).
		WithSignMode(signing.SignMode_SIGN_MODE_DIRECT)
	if err := tx.Sign(ctx, f, cfg.From, builder, true); err != nil {
		return nil, hash, fmt.Errorf("broadcast: signing: %w", err)
	}
	if raw, err = cfg.Codec.Tx.TxEncoder()(builder.GetTx()); err != nil {
		return nil, hash, fmt.Errorf("broadcast: encoding: %w", err)
	}
	return raw, sha256.Sum256(raw), nil
}

func (d draft) build(gas uint64, fee sdk.Coins) (client.TxBuilder, error) {
	builder := d.lane.cfg.Codec.Tx.NewTxBuilder()
	if err := builder.SetMsgs(d.msgs...); err != nil {
		return nil, fmt.Errorf("broadcast: %w", err)
	}
	builder.SetUnordered(true)
	builder.SetTimeoutTimestamp(d.expires)
	builder.SetGasLimit(gas)
	builder.SetFeeAmount(fee)
	return builder, nil
}

// simulate measures the gas. The answer of this path, unlike that of the SDK's transaction service, says with its own
// code why the chain would refuse.
func (d draft) simulate(ctx context.Context, height int64) (gasUsed uint64, err error) {
	// Taking a fee costs gas, too, so the simulation pays the smallest one.
	builder, err := d.build(0, sdk.NewCoins(sdk.NewInt64Coin(d.lane.cfg.GasPrice.Denom, 1)))
	if err != nil {
		return 0, err
	}
	key, err := d.lane.publicKey()
	if err != nil {
		return 0, err
	}
	// Without a signature the chain measures what checking one of this key would cost.
	if err := builder.SetSignatures(signing.SignatureV2{PubKey: key, Data: &signing.SingleSignatureData{SignMode: signing.SignMode_SIGN_MODE_DIRECT}}); err != nil {
		return 0, fmt.Errorf("broadcast: %w", err)
	}
	cfg := d.lane.cfg
	raw, err := cfg.Codec.Tx.TxEncoder()(builder.GetTx())
	if err != nil {
		return 0, fmt.Errorf("broadcast: encoding: %w", err)
	}
	answer, err := query.Ask(ctx, cfg.Pool, height, "/app/simulate", raw)
	if err != nil {
		return 0, unavailable(ctx, err)
	}
	if answer.Code != abci.CodeTypeOK {
		return 0, &Rejected{Codespace: answer.Codespace, Code: answer.Code, Log: answer.Log}
	}
	var simulated struct {
		Gas struct {
			Used string `json:"gas_used"`
		} `json:"gas_info"`
	}
	if err := json.Unmarshal(answer.Value, &simulated); err != nil {
		return 0, fmt.Errorf("%w: the simulation's answer: %w", ErrUnavailable, err)
	}
	if gasUsed, err = strconv.ParseUint(simulated.Gas.Used, 10, 63); err != nil {
		return 0, fmt.Errorf("%w: the simulation's answer: %w", ErrUnavailable, err)
	}
	return gasUsed, nil
}

func (l *Lane) publicKey() (cryptotypes.PubKey, error) {
	key, err := l.key.GetPubKey()
	if err != nil {
		return nil, fmt.Errorf("broadcast: key %q: %w", l.cfg.From, err)
	}
	return key, nil
}

// price turns simulated gas into a limit and its fee, rounded up. Fails with ErrFeeTooHigh.
func (l *Lane) price(used uint64) (gas uint64, fee sdk.Coins, err error) {
	hi, lo := bits.Mul64(used, l.cfg.GasFactor)
	if hi != 0 {
		return 0, nil, fmt.Errorf("%w: %d gas cannot be paid", ErrFeeTooHigh, used)
	}
	gas = lo/1000 + 1
	amount := l.cfg.GasPrice.Amount.MulInt(math.NewIntFromUint64(gas)).Ceil().TruncateInt()
	if !l.cfg.MaxFee.IsNil() && amount.GT(l.cfg.MaxFee) {
		return 0, nil, fmt.Errorf("%w: %s%s for %d gas, at most %s are allowed", ErrFeeTooHigh, amount, l.cfg.GasPrice.Denom, gas, l.cfg.MaxFee)
	}
	return gas, sdk.NewCoins(sdk.NewCoin(l.cfg.GasPrice.Denom, amount)), nil
}
