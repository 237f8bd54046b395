package query

import (
	abci "github.com/cometbft/cometbft/abci/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

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
	return status.Error(code, r.Log)
}
