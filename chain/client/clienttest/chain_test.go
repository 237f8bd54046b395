// Package clienttest has the client's stories with a real node: consensus, application and RPC as they are shipped.
package clienttest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"cosmossdk.io/math"
	"github.com/cosmos/cosmos-sdk/crypto/hd"
	"github.com/cosmos/cosmos-sdk/crypto/keyring"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/virtengine/virtengine/chain/app/genesis"
	"github.com/virtengine/virtengine/chain/app/network"
	"github.com/virtengine/virtengine/chain/client"
	"github.com/virtengine/virtengine/chain/client/broadcast"
	"github.com/virtengine/virtengine/chain/client/comet"
	"github.com/virtengine/virtengine/chain/client/follow"
	"github.com/virtengine/virtengine/chain/client/sdl"
	"github.com/virtengine/virtengine/chain/params"
	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
)

// chain is a running node and what it takes to reach it.
type chain struct {
	*network.Network
	t *testing.T
}

func start(t *testing.T) chain {
	return chain{network.Start(t, network.Options{Accounts: []genesis.Account{
		{Name: "tenant", Coins: genesis.VE(100)}, {Name: "provider", Coins: genesis.VE(1)},
	}}), t}
}

func (c chain) config(from string) client.Config {
	return client.Config{Nodes: []string{c.Nodes[0].RPC}, ChainID: c.ChainID, From: from, Keyring: c.Ring, Poll: 200 * time.Millisecond}
}

func (c chain) dial(cfg client.Config) *client.Client {
	cl, err := client.Dial(c.t.Context(), cfg)
	require.NoError(c.t, err)
	c.t.Cleanup(func() { require.NoError(c.t, cl.Close()) })
	return cl
}

// order is what the example file asks for.
func (c chain) order(owner string) *markettypes.MsgCreateOrder {
	file, err := os.ReadFile("testdata/web.yaml")
	require.NoError(c.t, err)
	d, err := sdl.Parse(strings.NewReader(string(file)))
	require.NoError(c.t, err)
	return &markettypes.MsgCreateOrder{Owner: owner, Spec: d.Orders[0], Deposit: math.NewInt(1_000_000)}
}

func TestAnOrderIsSentFoundAndFollowed(t *testing.T) {
	c := start(t)
	tenant := c.dial(c.config("tenant"))

	receipt, err := tenant.Send(t.Context(), c.order(tenant.Address().String()))
	require.NoError(t, err)
	var created markettypes.MsgCreateOrderResponse
	require.NoError(t, receipt.Response(0, &created))
	require.Error(t, receipt.Response(0, &markettypes.MsgCreateBidResponse{}), "an answer of another type is none")

	order, err := tenant.Market().Order(t.Context(), &markettypes.QueryOrderRequest{Id: created.Id})
	require.NoError(t, err)
	require.Equal(t, tenant.Address().String(), order.Order.Owner)
	require.Equal(t, receipt.Height, order.Order.CreatedHeight)

	// The window closes without a bid: one event of the transaction, one of the end of a block.
	var told []string
	enough := errors.New("enough")
	err = follow.Follow(t.Context(), tenant.Blocks(), 1, func(_ context.Context, b follow.Block) error {
		for _, e := range b.Events {
			switch m := e.Msg.(type) {
			case *markettypes.EventOrderCreated:
				require.Equal(t, receipt.Height, e.Height)
				require.Equal(t, 0, e.Tx)
				told = append(told, fmt.Sprint("created ", m.Id))
			case *markettypes.EventOrderClosed:
				require.Equal(t, follow.BlockEvent, e.Tx)
				told = append(told, fmt.Sprint("closed ", m.Id, " ", m.Reason))
				return enough
			}
		}
		return nil
	})
	require.ErrorIs(t, err, enough)
	require.Equal(t, []string{"created 1", "closed 1 REASON_NO_BIDS"}, told)
}

func TestManySendAtOnceWithOneKey(t *testing.T) {
	c := start(t)
	tenant := c.dial(c.config("tenant"))
	provider := c.Address(t, "provider")
	var group errgroup.Group
	for range 20 {
		group.Go(func() error {
			_, err := tenant.Send(t.Context(), banktypes.NewMsgSend(tenant.Address(), provider, genesis.VE(1)))
			return err
		})
	}
	require.NoError(t, group.Wait())
	require.Equal(t, math.NewInt(21_000_000), balance(t, tenant, provider.String()), "each of them once")
}

func TestTheChainsRefusalsKeepTheirNames(t *testing.T) {
	c := start(t)
	tenant := c.dial(c.config("tenant"))
	self := tenant.Address().String()

	_, err := tenant.Send(t.Context(), &markettypes.MsgCloseOrder{Owner: self, Id: 77})
	require.ErrorIs(t, err, markettypes.ErrUnknownOrder)
	var rejected *broadcast.Rejected
	require.ErrorAs(t, err, &rejected)
	require.Empty(t, rejected.TxHash, "simulation knows it before a fee is paid")

	_, err = tenant.Send(t.Context(), banktypes.NewMsgSend(tenant.Address(), c.Address(t, "provider"), genesis.VE(1_000_000)))
	require.ErrorIs(t, err, broadcast.ErrFunds)

	require.Equal(t, math.NewInt(100_000_000), balance(t, tenant, self), "nothing was paid for refusals")
}

func TestQueriesAgreeOverBothWays(t *testing.T) {
	c := start(t)
	cfg := c.config("")
	overNodes := c.dial(cfg)
	cfg.GRPC = c.Nodes[0].GRPC
	for name, cl := range map[string]*client.Client{"nodes": overNodes, "gRPC": c.dial(cfg)} {
		require.Equal(t, math.NewInt(1_000_000), balance(t, cl, c.Address(t, "provider").String()), name)
		_, err := cl.Market().Order(t.Context(), &markettypes.QueryOrderRequest{Id: 77})
		require.Equal(t, codes.NotFound, status.Code(err), "%s: %v", name, err)
		_, err = cl.Send(t.Context())
		require.ErrorIs(t, err, client.ErrNoKey)
	}
}

func TestAnAccountThatNeverGotCoinsCannotPay(t *testing.T) {
	c := start(t)
	_, _, err := c.Ring.NewMnemonic("stranger", keyring.English, "", "", hd.Secp256k1)
	require.NoError(t, err)
	stranger := c.dial(c.config("stranger"))
	_, err = stranger.Send(t.Context(), &markettypes.MsgCloseOrder{Owner: stranger.Address().String(), Id: 1})
	require.ErrorIs(t, err, broadcast.ErrFunds)
}

func TestTheFeeHasACap(t *testing.T) {
	c := start(t)
	cfg := c.config("tenant")
	cfg.MaxFee = math.NewInt(1)
	tenant := c.dial(cfg)
	_, err := tenant.Send(t.Context(), banktypes.NewMsgSend(tenant.Address(), tenant.Address(), genesis.VE(1)))
	require.ErrorIs(t, err, broadcast.ErrFeeTooHigh)
}

func TestAnotherChainIsNotDialled(t *testing.T) {
	c := start(t)
	cfg := c.config("tenant")
	cfg.ChainID = "ve-other"
	_, err := client.Dial(t.Context(), cfg)
	require.ErrorIs(t, err, comet.ErrWrongChain)
}

func TestANodeOutOfReachCostsNoBlockAndNoMoney(t *testing.T) {
	for name, cut := range map[string]func(*proxy){"refusing": (*proxy).refuse, "half-open": (*proxy).swallow} {
		t.Run(name, func(t *testing.T) {
			c := start(t)
			line := newProxy(t, c.Nodes[0].RPC)
			cfg := c.config("tenant")
			cfg.Nodes, cfg.Timeout = []string{line.address()}, 500*time.Millisecond
			tenant := c.dial(cfg)
			provider := c.Address(t, "provider")
			heights := make(chan int64, 10_000)
			ctx, stop := context.WithCancel(t.Context())
			done := make(chan error, 1)
			go func() {
				done <- follow.Follow(ctx, tenant.Blocks(), 1, func(_ context.Context, b follow.Block) error { heights <- b.Height; return nil })
			}()
			require.Equal(t, int64(1), <-heights)
			_, err := tenant.Send(t.Context(), banktypes.NewMsgSend(tenant.Address(), provider, genesis.VE(1)))
			require.NoError(t, err)

			cut(line)
			_, err = tenant.Send(t.Context(), banktypes.NewMsgSend(tenant.Address(), provider, genesis.VE(1)))
			require.ErrorIs(t, err, broadcast.ErrUnavailable)
			c.Nodes[0].WaitHeight(t, c.Nodes[0].Height()+3)
			line.restore()

			last := c.Nodes[0].Height() + 3
			for want := int64(2); want <= last; want++ {
				require.Equal(t, want, <-heights)
			}
			stop()
			require.ErrorIs(t, <-done, context.Canceled)
			_, err = tenant.Send(t.Context(), banktypes.NewMsgSend(tenant.Address(), provider, genesis.VE(1)))
			require.NoError(t, err)
			require.Equal(t, math.NewInt(3_000_000), balance(t, tenant, provider.String()))
		})
	}
}

func balance(t *testing.T, c *client.Client, address string) math.Int {
	r, err := c.Bank().Balance(t.Context(), &banktypes.QueryBalanceRequest{Address: address, Denom: params.Denom})
	require.NoError(t, err)
	return r.Balance.Amount
}
