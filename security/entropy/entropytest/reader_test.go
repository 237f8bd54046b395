package entropytest

import (
	"encoding/hex"
	"io"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

func read(t *testing.T, r io.Reader, n int) []byte {
	p := make([]byte, n)
	_, err := io.ReadFull(r, p)
	require.NoError(t, err)
	return p
}

func TestASeedTellsTheBytes(t *testing.T) {
	require.Equal(t, "3861d2fc", hex.EncodeToString(read(t, Reader(t, 7), 4)), "the same on every machine and with every Go")
	require.Equal(t, read(t, Reader(t, 7), 1000), read(t, Reader(t, 7), 1000))
	require.Equal(t, read(t, Reader(t, 7), 1000), read(t, iotest.OneByteReader(Reader(t, 7)), 1000), "in whatever pieces")
	require.NotEqual(t, read(t, Reader(t, 7), 1000), read(t, Reader(t, 8), 1000))
}

func TestThereIsNoPredictableByteOutsideATest(t *testing.T) {
	for name, tc := range map[string]struct {
		reason          string
		hasTest, isTest bool
	}{
		"ReleaseWithATB":    {"a release that links the testing package is still no test", true, false},
		"TestWithoutTB":     {"a test that does not say which test it is", false, true},
		"ReleaseWithoutAny": {"nothing speaks for a test", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			p := []byte{1, 2, 3}
			n, err := reader(tc.hasTest, tc.isTest, 7).Read(p)
			require.ErrorIs(t, err, ErrNotATest, tc.reason)
			require.Zero(t, n)
			require.Equal(t, []byte{1, 2, 3}, p, "and the buffer is left alone")
		})
	}
	_, err := Reader(nil, 7).Read(make([]byte, 1))
	require.ErrorIs(t, err, ErrNotATest)
}
