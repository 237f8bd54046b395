package entropy_test

import (
	"bytes"
	"encoding/base32"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/security/entropy"
	"github.com/virtengine/virtengine/security/entropy/entropytest"
)

func source(t *testing.T, r io.Reader) entropy.Source {
	s, err := entropy.From(r)
	require.NoError(t, err)
	return s
}

func TestTheSystemsRandomness(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		token, err := entropy.Token()
		require.NoError(t, err)
		require.False(t, seen[token], "no token comes twice")
		seen[token] = true
		raw, err := base32.StdEncoding.DecodeString(token)
		require.NoError(t, err)
		require.Len(t, raw, entropy.TokenBytes, "all characters count")
	}
	a, err := entropy.Bytes(32)
	require.NoError(t, err)
	b, err := entropy.Bytes(32)
	require.NoError(t, err)
	require.Len(t, a, 32)
	require.NotEqual(t, a, b)

	zero, err := entropy.Source{}.Bytes(32)
	require.NoError(t, err)
	require.NotEqual(t, make([]byte, 32), zero, "the zero Source is the system's too, not one of zeros")
}

func TestASourceIsGoodOrAnError(t *testing.T) {
	broken := errors.New("unplugged")
	for name, tc := range map[string]struct {
		reason string
		draw   func() error
		want   error
	}{
		"Nil": {"a source without a reader", func() error { _, err := entropy.From(nil); return err }, entropy.ErrSource},
		"Short": {"seven bytes are not eight", func() error {
			_, err := source(t, bytes.NewReader(make([]byte, 7))).Bytes(8)
			return err
		}, io.ErrUnexpectedEOF},
		"Ended":       {"an empty reader", func() error { _, err := source(t, strings.NewReader("")).Token(); return err }, entropy.ErrSource},
		"Broken":      {"its own error is told", func() error { _, err := source(t, iotest.ErrReader(broken)).Token(); return err }, broken},
		"BrokenPick":  {"picks tell too", func() error { _, err := source(t, iotest.ErrReader(broken)).IntN(9); return err }, broken},
		"BrokenPause": {"pauses tell too", func() error { _, err := source(t, iotest.ErrReader(broken)).Jitter(9); return err }, broken},
		"BrokenOrder": {"orders tell too", func() error { return source(t, iotest.ErrReader(broken)).Shuffle(9, func(_, _ int) {}) }, broken},
		"Negative":    {"fewer bytes than none", func() error { _, err := entropy.Bytes(-1); return err }, entropy.ErrRange},
		"Huge":        {"a mistake, not a key", func() error { _, err := entropy.Bytes(entropy.MaxBytes + 1); return err }, entropy.ErrRange},
		"None":        {"no bytes are no bytes", func() error { _, err := entropy.Bytes(0); return err }, nil},
	} {
		t.Run(name, func(t *testing.T) { require.ErrorIs(t, tc.draw(), tc.want, tc.reason) })
	}
}

func TestATestCanRepeatWhatItDrew(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		seed := rapid.Uint64().Draw(rt, "seed")
		n := rapid.IntRange(0, 300).Draw(rt, "n")
		a, err := source(t, entropytest.Reader(t, seed)).Bytes(n)
		require.NoError(rt, err)
		b, err := source(t, iotest.HalfReader(entropytest.Reader(t, seed))).Bytes(n)
		require.NoError(rt, err)
		require.Equal(rt, a, b)
	})
}

func TestASimulationIsRepeatable(t *testing.T) {
	require.Equal(t, entropy.Simulation(1, 2).Uint64(), entropy.Simulation(1, 2).Uint64())
	require.NotEqual(t, entropy.Simulation(1, 2).Uint64(), entropy.Simulation(1, 3).Uint64(), "streams differ")
}
