package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/cosmos/cosmos-sdk/crypto/keyring"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/virtengine/virtengine/chain/client/broadcast"
	"github.com/virtengine/virtengine/chain/client/codec"
	"github.com/virtengine/virtengine/chain/client/comet"
	"github.com/virtengine/virtengine/chain/client/follow"
	"github.com/virtengine/virtengine/chain/client/query"
	"github.com/virtengine/virtengine/chain/params"
	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
	"github.com/virtengine/virtengine/daemons/provider/chainport"
	"github.com/virtengine/virtengine/daemons/provider/chainport/live"
	"github.com/virtengine/virtengine/daemons/provider/config"
	"github.com/virtengine/virtengine/daemons/provider/gateway"
)

// link is the connection to the chain, and the key that speaks for the provider.
type link struct {
	pool     *comet.Pool
	codec    codec.Codec
	queries  *live.Queries
	sender   *live.Lane
	blocks   *live.Blocks
	tenants  *gateway.OnChain
	provider string
	keyring  keyring.Keyring
	key      string
}

// connect opens the key and the connections. It asks the chain nothing yet.
func connect(c config.Chain, log *slog.Logger) (l *link, err error) {
	l = &link{key: c.Key}
	if l.codec, err = codec.New(); err != nil {
		return nil, err
	}
	if l.keyring, err = keyring.New("virtengine", c.KeyringBackend, c.KeyringDir, os.Stdin, l.codec.Proto); err != nil {
		return nil, fmt.Errorf("keyring in %s: %w", c.KeyringDir, err)
	}
	if l.pool, err = comet.Dial(c.RPC, comet.Config{ChainID: c.ID}); err != nil {
		return nil, err
	}
	pool := l.pool
	defer func() {
		if err != nil {
			err = errors.Join(err, pool.Close())
		}
	}()
	conn, err := query.NewConn(l.pool, l.codec.Registry)
	if err != nil {
		return nil, err
	}
	price, err := sdk.ParseDecCoin(c.GasPrice + params.Denom)
	if err != nil {
		return nil, fmt.Errorf("chain.gas_price: %w", err)
	}
	lane, err := broadcast.New(broadcast.Config{Pool: l.pool, Queries: conn, Codec: l.codec, Keyring: l.keyring, From: c.Key, ChainID: c.ID, GasPrice: price})
	if err != nil {
		return nil, fmt.Errorf("%w; add the key with `virtengine keys add %s --keyring-backend %s --keyring-dir %s`", err, c.Key, c.KeyringBackend, c.KeyringDir)
	}
	l.provider = lane.Address().String()
	if l.sender, err = live.NewLane(lane); err != nil {
		return nil, err
	}
	source, err := follow.FromPool(l.pool)
	if err != nil {
		return nil, err
	}
	if l.blocks, err = live.NewBlocks(source, log); err != nil {
		return nil, err
	}
	if l.tenants, err = gateway.NewOnChain(markettypes.NewQueryClient(conn), authtypes.NewQueryClient(conn), l.codec.Registry); err != nil {
		return nil, err
	}
	l.queries, err = live.NewQueries(conn, l.blocks, l.provider)
	return l, err
}

// check fails fast: the node is of our chain, the provider is registered, the key signs.
func (l *link) check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if _, err := l.pool.Status(ctx); err != nil {
		return fmt.Errorf("chain: %w; check chain.rpc and chain.id", err)
	}
	if _, err := l.queries.Profile(ctx); errors.Is(err, chainport.ErrNotFound) {
		return fmt.Errorf("chain: %s is no provider yet; register it with `virtengine tx provider create-provider --from %s`", l.provider, l.key)
	} else if err != nil {
		return fmt.Errorf("chain: %w", err)
	}
	if _, _, err := l.keyring.Sign(l.key, []byte("can this key sign?"), 0); err != nil {
		return fmt.Errorf("key %s cannot sign: %w", l.key, err)
	}
	return nil
}
