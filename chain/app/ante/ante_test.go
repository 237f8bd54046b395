package ante

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

func TestNothingIsOptional(t *testing.T) {
	_, err := New(Options{})
	require.ErrorContains(t, err, "fee grant keeper is required", "a missing keeper would accept what it should check")
}

// gate notes that it was asked and answers with its error.
type gate struct {
	name  string
	err   error
	asked *[]string
}

func (g gate) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	*g.asked = append(*g.asked, g.name)
	if g.err != nil {
		return ctx, g.err
	}
	return next(ctx, tx, simulate)
}

func TestGatesComeLast(t *testing.T) {
	forged, suspended := errors.New("forged"), errors.New("suspended")
	for name, tc := range map[string]struct {
		reason        string
		stock, second error
		asked         []string
		want          error
	}{
		"AllPass":  {"every gate is asked, in order", nil, nil, []string{"first", "second"}, nil},
		"Forged":   {"nobody is asked about a sender that is not proved", forged, nil, nil, forged},
		"Refusing": {"one refusal is enough", nil, suspended, []string{"first", "second"}, suspended},
	} {
		t.Run(name, func(t *testing.T) {
			var asked []string
			stock := func(ctx sdk.Context, _ sdk.Tx, _ bool) (sdk.Context, error) { return ctx, tc.stock }
			_, err := after(stock, []sdk.AnteDecorator{gate{"first", nil, &asked}, gate{"second", tc.second, &asked}})(sdk.Context{}, nil, false)
			require.ErrorIs(t, err, tc.want, tc.reason)
			require.Equal(t, tc.asked, asked, tc.reason)
		})
	}
}
