package query

import (
	"context"
	"regexp"
	"strconv"

	errorsmod "cosmossdk.io/errors"
	abci "github.com/cometbft/cometbft/abci/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Refused is what the application answered instead of an answer. It is a gRPC status, and errors.Is knows the module's
// registered error.
type Refused struct {
	status     *status.Status
	registered error // nil: the answer names none
}

// Error is the application's own text.
func (e *Refused) Error() string { return e.status.Message() }

// GRPCStatus is for package status.
func (e *Refused) GRPCStatus() *status.Status { return e.status }

// Unwrap is the registered error.
func (e *Refused) Unwrap() error { return e.registered }

// named is how the SDK writes a registered error into a status; codespace and code are nowhere else in it.
var named = regexp.MustCompile(`codespace ([a-z0-9_-]+) code ([0-9]+): `)

func refused(code codes.Code, text string) *Refused {
	e := &Refused{status: status.New(code, text)}
	if m := named.FindStringSubmatch(text); m != nil {
		if n, err := strconv.ParseUint(m[2], 10, 32); err == nil {
			e.registered = errorsmod.ABCIError(m[1], uint32(n), text)
		}
	}
	return e
}

// refusal gives an answer's code the gRPC status that the application had before it was packed.
func refusal(r abci.ResponseQuery) error {
	code := codes.Unknown
	if r.Codespace == sdkerrors.RootCodespace {
		switch r.Code {
		case sdkerrors.ErrKeyNotFound.ABCICode():
			code = codes.NotFound
		case sdkerrors.ErrInvalidRequest.ABCICode():
			code = codes.InvalidArgument
		case sdkerrors.ErrUnauthorized.ABCICode():
			code = codes.Unauthenticated
		}
	}
	return refused(code, r.Log)
}

// Name is for connections over gRPC: it makes their statuses Refused where they name a registered error.
func Name(ctx context.Context, method string, in, out any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	err := invoke(ctx, method, in, out, conn, opts...)
	if s, ok := status.FromError(err); ok && err != nil && named.MatchString(s.Message()) {
		return refused(s.Code(), s.Message())
	}
	return err
}
