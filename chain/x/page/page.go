// Package page bounds what one list query may cost: a page is read from an index, from its first key on.
package page

import (
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/cosmos/cosmos-sdk/types/query"
)

// The sizes of a page.
const (
	Default = 100
	Max     = 1_000
)

// Request returns a page request that costs no more than the page it returns: its limit is set and at most Max.
// Offsets and totals read everything before or besides the page, so they are refused with InvalidArgument;
// the key of the page before leads to the next.
func Request(asked *query.PageRequest) (*query.PageRequest, error) {
	if asked == nil {
		return &query.PageRequest{Limit: Default}, nil
	}
	if asked.Offset != 0 {
		return nil, status.Error(codes.InvalidArgument, "pagination.offset is not served: pass the next_key of the page before as pagination.key")
	}
	if asked.CountTotal {
		return nil, status.Error(codes.InvalidArgument, "pagination.count_total is not served: it would read the whole list")
	}
	if asked.Limit > Max {
		return nil, status.Errorf(codes.InvalidArgument, "pagination.limit is %d, at most %d is served", asked.Limit, Max)
	}
	limit := asked.Limit
	if limit == 0 {
		limit = Default
	}
	return &query.PageRequest{Key: asked.Key, Limit: limit, Reverse: asked.Reverse}, nil
}
