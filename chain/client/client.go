// Package client is what daemons and tools need of the chain: its state, its blocks one after the other, and a way to
// send it messages. The parts are in the packages below; this one wires them.
package client

import (
	"context"
	"errors"
	"fmt"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	gogogrpc "github.com/cosmos/gogoproto/grpc"

	"github.com/virtengine/virtengine/chain/client/broadcast"
	"github.com/virtengine/virtengine/chain/client/codec"
	"github.com/virtengine/virtengine/chain/client/comet"
	"github.com/virtengine/virtengine/chain/client/follow"
	"github.com/virtengine/virtengine/chain/client/query"
	escrowtypes "github.com/virtengine/virtengine/chain/x/escrow/types"
	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
	providertypes "github.com/virtengine/virtengine/chain/x/provider/types"
	resourcestypes "github.com/virtengine/virtengine/chain/x/resources/types"
	settlementtypes "github.com/virtengine/virtengine/chain/x/settlement/types"
)

// ErrNoKey says that a client without a key was asked to send.
var ErrNoKey = errors.New("the client has no key to sign with")

// Client is a connection to the chain. Safe for concurrent use; it must be closed.
type Client struct {
	codec   codec.Codec
	pool    *comet.Pool
	blocks  *follow.Comet
	queries gogogrpc.ClientConn
	lane    *broadcast.Lane // nil without a key
	close   []func() error
}

// Dial connects and returns when a node of the right chain has answered. It does not wait for nodes that are down: fails with
// comet.ErrUnavailable or comet.ErrWrongChain, with what is wrong in the configuration, or with the context's cause.
func Dial(ctx context.Context, cfg Config) (*Client, error) {
	c := &Client{}
	if err := c.open(ctx, cfg); err != nil {
		return nil, errors.Join(fmt.Errorf("chain client: %w", err), c.Close())
	}
	return c, nil
}

func (c *Client) open(ctx context.Context, cfg Config) (err error) {
	if c.codec, err = codec.New(); err != nil {
		return err
	}
	if c.pool, err = comet.Dial(cfg.Nodes, comet.Config{ChainID: cfg.ChainID, Poll: cfg.Poll, Timeout: cfg.Timeout}); err != nil {
		return err
	}
	c.close = append(c.close, c.pool.Close)
	if c.blocks, err = follow.FromPool(c.pool); err != nil {
		return err
	}
	if cfg.GRPC != "" {
		conn, err := dialGRPC(cfg.GRPC, c.codec.Registry)
		if err != nil {
			return fmt.Errorf("gRPC %q: %w", cfg.GRPC, err)
		}
		c.close = append(c.close, conn.Close)
		c.queries = conn
	} else if c.queries, err = query.NewConn(c.pool, c.codec.Registry); err != nil {
		return err
	}
	if cfg.From != "" {
		if c.lane, err = c.openLane(cfg); err != nil {
			return err
		}
	}
	_, err = c.pool.Status(ctx)
	return err
}

func (c *Client) openLane(cfg Config) (*broadcast.Lane, error) {
	price, err := cfg.gasPrice()
	if err != nil {
		return nil, err
	}
	keys, err := cfg.keyring(c.codec.Proto)
	if err != nil {
		return nil, err
	}
	return broadcast.New(broadcast.Config{
		Pool: c.pool, Queries: c.queries, Codec: c.codec, Keyring: keys, From: cfg.From, ChainID: cfg.ChainID,
		GasPrice: price, GasFactor: cfg.GasFactor, MaxFee: cfg.MaxFee, Lifetime: cfg.Lifetime,
	})
}

// Close ends everything that Dial began. Calls that are under way fail.
func (c *Client) Close() error {
	var said []error
	for i := len(c.close) - 1; i >= 0; i-- {
		said = append(said, c.close[i]())
	}
	c.close = nil
	return errors.Join(said...)
}

// Address is the account that signs; empty without a key.
func (c *Client) Address() sdk.AccAddress {
	if c.lane == nil {
		return nil
	}
	return c.lane.Address()
}

// Send implements broadcast.Sender. Fails with ErrNoKey besides.
func (c *Client) Send(ctx context.Context, msgs ...sdk.Msg) (broadcast.Receipt, error) {
	if c.lane == nil {
		return broadcast.Receipt{}, ErrNoKey
	}
	return c.lane.Send(ctx, msgs...)
}

// Resolve waits for the fate of a transaction that Send left. Fails as Send does.
func (c *Client) Resolve(ctx context.Context, u *broadcast.UnknownOutcome) (broadcast.Receipt, error) {
	if c.lane == nil {
		return broadcast.Receipt{}, ErrNoKey
	}
	return c.lane.Resolve(ctx, u)
}

var _ broadcast.Sender = (*Client)(nil)

// Blocks is the chain to follow.
func (c *Client) Blocks() follow.Source { return c.blocks }

// Status is where the chain is.
func (c *Client) Status(ctx context.Context) (follow.Status, error) { return c.pool.Status(ctx) }

// Codec is what the chain speaks.
func (c *Client) Codec() codec.Codec { return c.codec }

// Conn carries queries of modules that have no method here.
func (c *Client) Conn() gogogrpc.ClientConn { return c.queries }

// Market asks for orders, bids and leases.
func (c *Client) Market() markettypes.QueryClient { return markettypes.NewQueryClient(c.queries) }

// Escrow asks for deposits.
func (c *Client) Escrow() escrowtypes.QueryClient { return escrowtypes.NewQueryClient(c.queries) }

// Settlement asks for usage records and invoices.
func (c *Client) Settlement() settlementtypes.QueryClient {
	return settlementtypes.NewQueryClient(c.queries)
}

// Provider asks for profiles and certificates.
func (c *Client) Provider() providertypes.QueryClient {
	return providertypes.NewQueryClient(c.queries)
}

// Resources asks for capacities.
func (c *Client) Resources() resourcestypes.QueryClient {
	return resourcestypes.NewQueryClient(c.queries)
}

// Bank asks for balances.
func (c *Client) Bank() banktypes.QueryClient { return banktypes.NewQueryClient(c.queries) }

// Auth asks for accounts.
func (c *Client) Auth() authtypes.QueryClient { return authtypes.NewQueryClient(c.queries) }
