package matrix_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/ml/models/data/document/matrix"
	"github.com/virtengine/virtengine/ml/models/data/gray"
)

func TestWhatIsDrawnIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[A-Z0-9<]{55}`).Draw(t, "text")
		size := rapid.IntRange(2, 5).Draw(t, "size")
		code, err := matrix.Encode(text)
		if err != nil {
			t.Fatal(err)
		}
		m := gray.New(140, 140)
		code.Draw(m, 9, 7, size, 40, 200)
		got, err := matrix.Read(m, 9, 7, matrix.Side*size, matrix.Side*size).Decode()
		if err != nil || got != text {
			t.Fatalf("%q, %v", got, err)
		}
	})
}

func TestOneWrongModuleIsNoticed(t *testing.T) {
	code, err := matrix.Encode(strings.Repeat("A1<", 18) + "Z")
	require.NoError(t, err)
	for i := range code {
		x, y := i%matrix.Side, i/matrix.Side
		if x == 0 || y == 0 || x == matrix.Side-1 || y == matrix.Side-1 || (y-1)*(matrix.Side-2)+x-1 >= 6*matrix.Length+32 {
			continue // frame, and what is not used
		}
		damaged := code
		damaged[i] = !damaged[i]
		_, err := damaged.Decode()
		require.ErrorIs(t, err, matrix.ErrCRC, "module %d", i)
	}
}

func TestWhatIsNoCodeIsRefused(t *testing.T) {
	_, err := matrix.Code{}.Decode()
	require.ErrorIs(t, err, matrix.ErrPattern)
	_, err = matrix.Encode("short")
	require.ErrorIs(t, err, matrix.ErrText)
	_, err = matrix.Encode(strings.Repeat("a", matrix.Length))
	require.ErrorIs(t, err, matrix.ErrText, "small letters have no code")
	_, err = matrix.Read(gray.New(0, 0), 0, 0, 10, 10).Decode()
	require.ErrorIs(t, err, matrix.ErrPattern)
}
