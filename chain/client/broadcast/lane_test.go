package broadcast_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"cosmossdk.io/math"
	abci "github.com/cometbft/cometbft/abci/types"
	ctypes "github.com/cometbft/cometbft/rpc/core/types"
	rpctypes "github.com/cometbft/cometbft/rpc/jsonrpc/types"
	cmttypes "github.com/cometbft/cometbft/types"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/crypto/hd"
	"github.com/cosmos/cosmos-sdk/crypto/keyring"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	"github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/chain/client/broadcast"
	"github.com/virtengine/virtengine/chain/client/codec"
	"github.com/virtengine/virtengine/chain/client/comet"
	"github.com/virtengine/virtengine/chain/client/comet/comettest"
	"github.com/virtengine/virtengine/chain/client/query"
	"github.com/virtengine/virtengine/chain/params"
	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
)

// fixture is a chain in memory whose single node puts what it takes into the next block that the test makes.
type fixture struct {
	t     *testing.T
	chain *comettest.Chain
	node  *comettest.Node
	lane  *broadcast.Lane
	pool  *comet.Pool

	mu      sync.Mutex
	mempool []cmttypes.Tx
	sent    []cmttypes.Tx
	taken   chan struct{} // one for each transaction that the node takes
}

// story runs with a fake clock. Keys and codec are made outside of it.
func story(t *testing.T, change func(*broadcast.Config), f func(t *testing.T, f *fixture)) {
	cdc, err := codec.New()
	require.NoError(t, err)
	ring := keyring.NewInMemory(cdc.Proto)
	_, _, err = ring.NewMnemonic("key", keyring.English, "", "", hd.Secp256k1)
	require.NoError(t, err)
	synctest.Test(t, func(t *testing.T) {
		s := &fixture{t: t, chain: &comettest.Chain{ID: "test-1"}, taken: make(chan struct{}, 100)}
		s.node = s.chain.Node("a")
		s.chain.Add(comettest.Block{Time: time.Now()})
		s.node.OnBroadcast(s.take)
		s.node.OnQuery(s.answer)
		s.pool, err = comet.New([]comet.Endpoint{s.node.Endpoint()}, comet.Config{ChainID: "test-1"})
		require.NoError(t, err)
		defer func() { require.NoError(t, s.pool.Close()) }()
		conn, err := query.NewConn(s.pool, cdc.Registry)
		require.NoError(t, err)
		cfg := broadcast.Config{Pool: s.pool, Queries: conn, Codec: cdc, Keyring: ring, From: "key", ChainID: "test-1",
			GasPrice: sdk.NewDecCoinFromDec(params.Denom, math.LegacyMustNewDecFromStr("0.001"))}
		change(&cfg)
		s.lane, err = broadcast.New(cfg)
		require.NoError(t, err)
		f(t, s)
	})
}

func asItIs(*broadcast.Config) {}

func (s *fixture) take(tx cmttypes.Tx) (*ctypes.ResultBroadcastTx, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mempool = append(s.mempool, tx)
	s.sent = append(s.sent, tx)
	s.taken <- struct{}{}
	return &ctypes.ResultBroadcastTx{}, nil
}

func (s *fixture) answer(path string, _ []byte) (*abci.ResponseQuery, error) {
	switch path {
	case "/app/simulate":
		return &abci.ResponseQuery{Value: []byte(`{"gas_info":{"gas_wanted":"0","gas_used":"100000"},"result":{}}`)}, nil
	case "/cosmos.auth.v1beta1.Query/AccountInfo":
		value, err := proto.Marshal(&authtypes.QueryAccountInfoResponse{Info: &authtypes.BaseAccount{AccountNumber: 7}})
		return &abci.ResponseQuery{Value: value}, err
	}
	return nil, errors.New("unexpected path " + path)
}

// block makes a block of all that was taken, with one result for all.
func (s *fixture) block(result abci.ExecTxResult) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := comettest.Block{Time: time.Now(), Txs: s.mempool}
	for range s.mempool {
		b.Results = append(b.Results, &result)
	}
	s.mempool = nil
	return s.chain.Add(b)
}

// blocks makes an empty block or what was taken every second until the story ends.
func (s *fixture) blocks(ctx context.Context, result abci.ExecTxResult) {
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
			s.block(result)
		}
	}
}

func (s *fixture) msg() sdk.Msg {
	return &markettypes.MsgWithdrawBid{Provider: s.lane.Address().String(), OrderId: 3}
}

func success(t *testing.T) abci.ExecTxResult {
	any, err := codectypes.NewAnyWithValue(&markettypes.MsgWithdrawBidResponse{})
	require.NoError(t, err)
	data, err := proto.Marshal(&sdk.TxMsgData{MsgResponses: []*codectypes.Any{any}})
	require.NoError(t, err)
	return abci.ExecTxResult{Data: data, GasUsed: 90_000}
}

func TestAReceiptComesFromTheBlock(t *testing.T) {
	story(t, asItIs, func(t *testing.T, s *fixture) {
		go func() {
			<-s.taken
			s.chain.Add(comettest.Block{Time: time.Now()}) // a block without it
			s.block(success(t))
		}()
		got, err := s.lane.Send(t.Context(), s.msg())
		require.NoError(t, err)
		require.EqualValues(t, 3, got.Height)
		require.EqualValues(t, 90_000, got.GasUsed)
		require.NoError(t, got.Response(0, &markettypes.MsgWithdrawBidResponse{}))
		require.Error(t, got.Response(1, &markettypes.MsgWithdrawBidResponse{}))
	})
}

func TestRefusals(t *testing.T) {
	bidNotOpen := markettypes.ErrBidNotOpen.ABCICode()
	for name, tc := range map[string]struct {
		reason  string
		arrange func(s *fixture)
		want    error
	}{
		"InSimulation": {"a refusal that costs nothing", func(s *fixture) {
			s.node.OnQuery(func(path string, data []byte) (*abci.ResponseQuery, error) {
				if path == "/app/simulate" {
					return &abci.ResponseQuery{Codespace: markettypes.ModuleName, Code: bidNotOpen, Log: "bid 3"}, nil
				}
				return s.answer(path, data)
			})
		}, markettypes.ErrBidNotOpen},
		"AtTheDoor": {"the node's own check", func(s *fixture) {
			s.node.OnBroadcast(func(cmttypes.Tx) (*ctypes.ResultBroadcastTx, error) {
				return &ctypes.ResultBroadcastTx{Codespace: markettypes.ModuleName, Code: bidNotOpen}, nil
			})
		}, markettypes.ErrBidNotOpen},
		"InTheBlock": {"the state had changed by then", func(s *fixture) {
			go s.blocks(s.t.Context(), abci.ExecTxResult{Codespace: markettypes.ModuleName, Code: bidNotOpen})
		}, markettypes.ErrBidNotOpen},
		"NoFunds": {"whichever module says it", func(s *fixture) {
			go s.blocks(s.t.Context(), abci.ExecTxResult{Codespace: "sdk", Code: 5})
		}, broadcast.ErrFunds},
		"MempoolFull": {"later it may not be", func(s *fixture) {
			s.node.OnBroadcast(func(cmttypes.Tx) (*ctypes.ResultBroadcastTx, error) {
				return nil, &rpctypes.RPCError{Code: -32603, Data: "mempool is full"}
			})
		}, broadcast.ErrUnavailable},
		"NodeDown": {"nobody was there to take it", func(s *fixture) {
			s.node.OnBroadcast(func(cmttypes.Tx) (*ctypes.ResultBroadcastTx, error) {
				return nil, &net.OpError{Op: "dial", Err: errors.New("connection refused")}
			})
		}, broadcast.ErrUnavailable},
		"Expired": {"a node took it and forgot it; a block younger than its deadline proves that it never runs", func(s *fixture) {
			s.node.OnBroadcast(func(cmttypes.Tx) (*ctypes.ResultBroadcastTx, error) { return &ctypes.ResultBroadcastTx{}, nil })
			go s.blocks(s.t.Context(), abci.ExecTxResult{})
		}, broadcast.ErrUnavailable},
		"ChainStandsStill": {"what is sent now would have expired before the next block", func(s *fixture) {
			<-time.After(time.Hour)
		}, broadcast.ErrUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			story(t, asItIs, func(t *testing.T, s *fixture) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				tc.arrange(s)
				_, err := s.lane.Send(ctx, s.msg())
				require.ErrorIs(t, err, tc.want, tc.reason)
				require.NotErrorIs(t, err, broadcast.ErrUnknownOutcome)
			})
		})
	}
}

func TestALostAnswerIsLookedUpNotSentAgain(t *testing.T) {
	story(t, asItIs, func(t *testing.T, s *fixture) {
		s.node.OnBroadcast(func(tx cmttypes.Tx) (*ctypes.ResultBroadcastTx, error) {
			if _, err := s.take(tx); err != nil {
				return nil, err
			}
			return nil, errors.New("connection reset")
		})
		go func() { <-s.taken; s.block(success(t)) }()
		got, err := s.lane.Send(t.Context(), s.msg())
		require.NoError(t, err)
		require.EqualValues(t, 2, got.Height)
		require.Len(t, s.sent, 1)
	})
}

func TestALeftTransactionCanBeResolved(t *testing.T) {
	story(t, asItIs, func(t *testing.T, s *fixture) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		_, err := s.lane.Send(ctx, s.msg())
		require.ErrorIs(t, err, broadcast.ErrUnknownOutcome)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		var left *broadcast.UnknownOutcome
		require.ErrorAs(t, err, &left)
		height := s.block(success(t))
		got, err := s.lane.Resolve(t.Context(), left)
		require.NoError(t, err)
		require.Equal(t, height, got.Height)
		require.Equal(t, left.TxHash, got.TxHash)
		require.Len(t, s.sent, 1)
	})
}

func TestNoTwoTransactionsAreEqual(t *testing.T) {
	story(t, asItIs, func(t *testing.T, s *fixture) {
		const n = 30
		var all sync.WaitGroup
		for range n {
			all.Go(func() {
				_, err := s.lane.Send(t.Context(), s.msg())
				require.NoError(t, err)
			})
		}
		for range n {
			<-s.taken
		}
		s.block(success(t))
		all.Wait()
		seen := map[[32]byte]bool{}
		for _, tx := range s.sent {
			seen[sha256.Sum256(tx)] = true
		}
		require.Len(t, seen, n, "the same message in the same instant is still another transaction")
	})
}

func TestTheFeeIsRoundedUpAndCapped(t *testing.T) {
	// 100,000 gas x 1.3 + 1 at 0.001 uve is 130.001 uve.
	for limit, want := range map[int64]error{131: nil, 130: broadcast.ErrFeeTooHigh} {
		story(t, func(c *broadcast.Config) { c.MaxFee = math.NewInt(limit) }, func(t *testing.T, s *fixture) {
			go func() {
				if want == nil {
					<-s.taken
					s.block(success(t))
				}
			}()
			_, err := s.lane.Send(t.Context(), s.msg())
			require.ErrorIs(t, err, want)
		})
	}
}

func TestALaneNeedsItsParts(t *testing.T) {
	_, err := broadcast.New(broadcast.Config{})
	require.ErrorContains(t, err, "required")
}
