package page_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/virtengine/virtengine/chain/x/page"
)

func TestRequest(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		asked  *query.PageRequest
		limit  uint64
		want   codes.Code
	}{
		"Nothing":  {"who asks for nothing gets a page", nil, page.Default, codes.OK},
		"NoLimit":  {"a limit left out is the default, and counts nothing", &query.PageRequest{}, page.Default, codes.OK},
		"Largest":  {"a page of the largest size", &query.PageRequest{Limit: page.Max}, page.Max, codes.OK},
		"TooLarge": {"and no larger", &query.PageRequest{Limit: page.Max + 1}, 0, codes.InvalidArgument},
		"Offset":   {"an offset reads what it skips", &query.PageRequest{Offset: 1}, 0, codes.InvalidArgument},
		"Total":    {"a total reads everything", &query.PageRequest{CountTotal: true}, 0, codes.InvalidArgument},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := page.Request(tc.asked)
			require.Equal(t, tc.want, status.Code(err), tc.reason)
			if err == nil {
				require.Equal(t, tc.limit, got.Limit, tc.reason)
			}
		})
	}
}
