package i8

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A clock that is a millisecond further at each reading makes a loop of 50,000 rounds of 16 instructions last a millisecond.
func TestPeakTimeIsTheLoopsRate(t *testing.T) {
	perMilli := map[string]int64{"vnni": 50_000 * 16 * 64, "avx2": 50_000 * 16 * 16}
	for _, s := range Available() {
		t.Run(s.Name(), func(t *testing.T) {
			now := time.Duration(0)
			took, err := PeakTime(s, 3*perMilli[s.Name()], func() time.Duration { now += time.Millisecond; return now })
			if perMilli[s.Name()] == 0 {
				require.ErrorIs(t, err, ErrNoPeak, "a rate that was not measured is not guessed")
				return
			}
			require.NoError(t, err)
			require.Equal(t, 3*time.Millisecond, took)
		})
	}
}
