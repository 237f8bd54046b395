package broadcast

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	ctypes "github.com/cometbft/cometbft/rpc/core/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/gogoproto/proto"

	"github.com/virtengine/virtengine/chain/client/backoff"
	"github.com/virtengine/virtengine/chain/client/comet"
)

// await looks for the transaction in every block after the height until a block is younger than its deadline. It needs
// no index of transactions at the node. Fails with Rejected, ErrUnavailable or UnknownOutcome.
func (l *Lane) await(ctx context.Context, hash [32]byte, after int64, expires time.Time) (Receipt, error) {
	for height := after + 1; ; height++ {
		b, err := l.blocks.read(ctx, height)
		if err != nil {
			return Receipt{}, &UnknownOutcome{TxHash: formatHash(hash), After: height - 1, Expires: expires, Cause: err}
		}
		if i, there := b.txs[hash]; there {
			result, err := l.blocks.result(ctx, height, i)
			if err != nil {
				return Receipt{}, &UnknownOutcome{TxHash: formatHash(hash), After: height - 1, Expires: expires, Cause: err}
			}
			return receipt(hash, height, result)
		}
		if b.time.After(expires) {
			return Receipt{}, fmt.Errorf("%w: transaction %s got into no block up to %d and has expired", ErrUnavailable, formatHash(hash), height)
		}
	}
}

func receipt(hash [32]byte, height int64, result *abci.ExecTxResult) (Receipt, error) {
	if result.Code != abci.CodeTypeOK {
		return Receipt{}, &Rejected{Codespace: result.Codespace, Code: result.Code, Log: result.Log, TxHash: formatHash(hash), Height: height}
	}
	var data sdk.TxMsgData
	if err := proto.Unmarshal(result.Data, &data); err != nil {
		return Receipt{}, fmt.Errorf("transaction %s was executed, its answers are unreadable: %w", formatHash(hash), err)
	}
	return Receipt{TxHash: formatHash(hash), Height: height, GasUsed: result.GasUsed, Responses: data.MsgResponses}, nil
}

// blocks shares what was read among all that wait.
type blocks struct {
	pool *comet.Pool

	mu     sync.Mutex
	recent map[int64]block
}

type block struct {
	time time.Time
	txs  map[[32]byte]int // places by hash
}

// keep is how many blocks are remembered.
const keep = 16

// read waits for the block as long as the context lives.
func (s *blocks) read(ctx context.Context, height int64) (block, error) {
	var got block
	err := s.patiently(ctx, height, func(ctx context.Context) (err error) {
		got, err = s.fetch(ctx, height)
		return err
	})
	return got, err
}

func (s *blocks) fetch(ctx context.Context, height int64) (block, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b, known := s.recent[height]; known {
		return b, nil
	}
	b := block{txs: map[[32]byte]int{}}
	err := s.pool.Do(ctx, height, func(ctx context.Context, node comet.Client) error {
		r, err := node.Block(ctx, &height)
		if err != nil {
			return err
		}
		if r == nil || r.Block == nil || r.Block.Height != height {
			return fmt.Errorf("the node did not answer with block %d", height)
		}
		b.time = r.Block.Time
		for i, raw := range r.Block.Txs {
			b.txs[sha256.Sum256(raw)] = i
		}
		return nil
	})
	if err != nil {
		return block{}, err
	}
	if s.recent == nil {
		s.recent = map[int64]block{}
	}
	s.recent[height] = b
	for h := range s.recent {
		if h+keep < height {
			delete(s.recent, h)
		}
	}
	return b, nil
}

// result reads what became of one transaction of a block.
func (s *blocks) result(ctx context.Context, height int64, i int) (*abci.ExecTxResult, error) {
	var got *abci.ExecTxResult
	err := s.patiently(ctx, height, func(ctx context.Context) error {
		return s.pool.Do(ctx, height, func(ctx context.Context, node comet.Client) error {
			var r *ctypes.ResultBlockResults
			r, err := node.BlockResults(ctx, &height)
			if err != nil {
				return err
			}
			if r == nil || r.Height != height || i >= len(r.TxsResults) || r.TxsResults[i] == nil {
				return fmt.Errorf("the node did not answer with the results of block %d", height)
			}
			got = r.TxsResults[i]
			return nil
		})
	})
	return got, err
}

// patiently tries until it succeeds, the context ends, or trying is of no use.
func (s *blocks) patiently(ctx context.Context, height int64, f func(context.Context) error) error {
	var pause backoff.Backoff
	for {
		err := s.pool.Wait(ctx, height)
		if err == nil {
			err = f(ctx)
		}
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if errors.Is(err, comet.ErrPruned) || errors.Is(err, comet.ErrWrongChain) || errors.Is(err, comet.ErrClosed) {
			return err
		}
		if err := pause.Wait(ctx); err != nil {
			return err
		}
	}
}
