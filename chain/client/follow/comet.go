package follow

import (
	"context"
	"errors"
	"fmt"
	"time"

	ctypes "github.com/cometbft/cometbft/rpc/core/types"

	"github.com/virtengine/virtengine/chain/client/comet"
)

// Comet reads blocks from CometBFT nodes.
type Comet struct {
	pool *comet.Pool
	own  bool // closed with the source
}

var _ Source = (*Comet)(nil)

// NewComet reads from the nodes at these addresses, which must be of the chain. Each node is asked for its height at
// least once per poll. The source must be closed.
func NewComet(addresses []string, chainID string, poll time.Duration) (*Comet, error) {
	pool, err := comet.Dial(addresses, comet.Config{ChainID: chainID, Poll: poll})
	if err != nil {
		return nil, err
	}
	return &Comet{pool: pool, own: true}, nil
}

// FromPool reads from nodes that somebody else closes.
func FromPool(pool *comet.Pool) (*Comet, error) {
	if pool == nil {
		return nil, errors.New("follow: a pool of nodes is required")
	}
	return &Comet{pool: pool}, nil
}

// Close ends the watching of nodes that NewComet began.
func (c *Comet) Close() error {
	if !c.own {
		return nil
	}
	return c.pool.Close()
}

// Status implements Source.
func (c *Comet) Status(ctx context.Context) (Status, error) { return c.pool.Status(ctx) }

// Wait implements Source.
func (c *Comet) Wait(ctx context.Context, height int64) error { return c.pool.Wait(ctx, height) }

// Block implements Source. The header and the results may come from the same node only.
func (c *Comet) Block(ctx context.Context, height int64) (Block, error) {
	if height < 1 {
		return Block{}, fmt.Errorf("follow: the first block is 1, not %d", height)
	}
	var header *ctypes.ResultHeader
	var results *ctypes.ResultBlockResults
	err := c.pool.Do(ctx, height, func(ctx context.Context, node comet.Client) (err error) {
		if header, err = node.Header(ctx, &height); err != nil {
			return err
		}
		if header == nil || header.Header == nil || header.Header.Height != height {
			return fmt.Errorf("the node did not answer with the header of block %d", height)
		}
		if results, err = node.BlockResults(ctx, &height); err != nil {
			return err
		}
		if results == nil || results.Height != height {
			return fmt.Errorf("the node did not answer with the results of block %d", height)
		}
		return nil
	})
	if err != nil {
		return Block{}, err
	}
	return decode(header.Header, results)
}
