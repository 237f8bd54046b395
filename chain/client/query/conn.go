// Package query asks the application for its state through the pool of nodes, so that queries fail over as blocks do.
package query

import (
	"context"
	"errors"
	"fmt"

	abci "github.com/cometbft/cometbft/abci/types"
	rpcclient "github.com/cometbft/cometbft/rpc/client"
	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	gogogrpc "github.com/cosmos/gogoproto/grpc"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/virtengine/virtengine/chain/client/comet"
)

// Conn carries the unary calls of generated query clients. Refusals of the application are gRPC statuses,
// codes.NotFound for what there is not; where no node answers, the error is comet.ErrUnavailable.
type Conn struct {
	pool  *comet.Pool
	proto *codec.ProtoCodec
}

var _ gogogrpc.ClientConn = (*Conn)(nil)

// NewConn asks the nodes of the pool.
func NewConn(pool *comet.Pool, registry codectypes.InterfaceRegistry) (*Conn, error) {
	if pool == nil || registry == nil {
		return nil, errors.New("query: a pool of nodes and a registry of types are required")
	}
	return &Conn{pool: pool, proto: codec.NewProtoCodec(registry)}, nil
}

// Invoke makes one call to the latest state of a node that is not behind.
func (c *Conn) Invoke(ctx context.Context, method string, args, reply any, _ ...grpc.CallOption) error {
	in, err := c.proto.GRPCCodec().Marshal(args)
	if err != nil {
		return status.Error(codes.InvalidArgument, err.Error())
	}
	answer, err := Ask(ctx, c.pool, 0, method, in)
	if err != nil {
		return err
	}
	if answer.Code != abci.CodeTypeOK {
		return refusal(answer)
	}
	if err := c.proto.GRPCCodec().Unmarshal(answer.Value, reply); err != nil {
		return fmt.Errorf("answer to %s: %w", method, err)
	}
	return nil
}

// NewStream is refused: queries are unary.
func (c *Conn) NewStream(context.Context, *grpc.StreamDesc, string, ...grpc.CallOption) (grpc.ClientStream, error) {
	return nil, status.Error(codes.Unimplemented, "the chain answers no streaming queries")
}

// Ask sends raw bytes to a path of the application, at a node that has reached the height.
func Ask(ctx context.Context, pool *comet.Pool, height int64, path string, data []byte) (abci.ResponseQuery, error) {
	var answer abci.ResponseQuery
	err := pool.Do(ctx, height, func(ctx context.Context, node comet.Client) error {
		r, err := node.ABCIQueryWithOptions(ctx, path, data, rpcclient.DefaultABCIQueryOptions)
		if err != nil {
			return err
		}
		answer = r.Response
		return nil
	})
	return answer, err
}
