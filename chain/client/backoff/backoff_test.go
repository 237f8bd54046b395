package backoff_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/chain/client/backoff"
)

func TestPausesGrowUpToTheLimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		least := time.Duration(rapid.Int64Range(2, int64(time.Minute)).Draw(t, "min"))
		most := time.Duration(rapid.Int64Range(int64(least), int64(24*time.Hour)).Draw(t, "max"))
		b := backoff.Backoff{Min: least, Max: most}
		full := least
		for range rapid.IntRange(1, 80).Draw(t, "failures") {
			got := b.Next()
			require.GreaterOrEqual(t, got, full/2)
			require.LessOrEqual(t, got, full)
			full = min(2*full, most)
		}
		b.Reset()
		require.LessOrEqual(t, b.Next(), least)
	})
}

func TestAPauseEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, backoff.Pause(ctx, time.Hour), context.DeadlineExceeded)
		require.NoError(t, backoff.Pause(t.Context(), time.Hour))
	})
}
