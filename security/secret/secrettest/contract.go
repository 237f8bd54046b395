package secrettest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/secret"
)

// Fixture is a source with one secret in it.
type Fixture struct {
	Source  secret.Source
	Name    string                        // of the secret
	Absent  string                        // a name such as this source has, with nothing behind it
	Change  func(t *testing.T, to []byte) // gives the secret another value; nil for a source whose secrets stay as they are
	Refused error                         // why this value could not be put in; nil if it was
}

// Run holds a source against the contract. fixture makes a source whose one secret is value, which is UTF-8 text.
func Run(t *testing.T, fixture func(t *testing.T, value []byte) Fixture) {
	value := []byte("first/Value+ with spaces=, \"quotes\" and ünïcode\n")

	t.Run("a secret comes back byte by byte", func(t *testing.T) {
		f := fixture(t, value)
		require.NoError(t, f.Refused)
		require.Equal(t, string(value), fetched(t, f))
	})
	t.Run("who fetches owns what he got", func(t *testing.T) {
		f := fixture(t, value)
		mine, err := f.Source.Fetch(t.Context(), f.Name)
		require.NoError(t, err)
		mine.Wipe()
		require.Equal(t, string(value), fetched(t, f), "wiping it takes it from nobody else")
	})
	t.Run("the largest secret is one", func(t *testing.T) {
		largest := bytes.Repeat([]byte("x"), secret.MaxSize)
		require.Equal(t, string(largest), fetched(t, fixture(t, largest)))
	})
	t.Run("a larger one is refused", func(t *testing.T) {
		require.ErrorIs(t, failed(t, fixture(t, bytes.Repeat([]byte("x"), secret.MaxSize+1))), secret.ErrTooLarge)
	})
	t.Run("an empty value is no secret", func(t *testing.T) {
		require.ErrorIs(t, failed(t, fixture(t, nil)), secret.ErrEmpty)
	})
	t.Run("an absent one is an error", func(t *testing.T) {
		f := fixture(t, value)
		f.Name = f.Absent
		require.ErrorIs(t, failed(t, f), secret.ErrNotFound)
	})
	t.Run("names that are none are refused", func(t *testing.T) {
		f := fixture(t, value)
		for _, name := range []string{"", " ", "a\nb", "a\x00b", "\xff", " " + f.Name, strings.Repeat("x", 5000)} {
			f.Name = name
			require.ErrorIs(t, failed(t, f), secret.ErrReference, "%q", name)
		}
	})
	t.Run("nobody waits for what is cancelled", func(t *testing.T) {
		f := fixture(t, value)
		why := errors.New("the operator went home")
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(why)
		_, err := f.Source.Fetch(ctx, f.Name)
		require.ErrorIs(t, err, why)
	})
	t.Run("many may fetch at once", func(t *testing.T) {
		f := fixture(t, value)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				b, err := f.Source.Fetch(t.Context(), f.Name)
				if err != nil || !b.Matches(value) {
					t.Errorf("%v", err)
				}
				b.Wipe()
			})
		}
		all.Wait()
	})
	t.Run("a new value is seen at the next fetch", func(t *testing.T) {
		f := fixture(t, value)
		if f.Change == nil {
			require.Equal(t, fetched(t, f), fetched(t, f), "or the value stays the same")
			return
		}
		f.Change(t, []byte("second value"))
		require.Equal(t, "second value", fetched(t, f))
	})
	t.Run("errors do not repeat secrets", func(t *testing.T) {
		f := fixture(t, bytes.Repeat([]byte("s3cr3t"), secret.MaxSize/6+1))
		require.NotContains(t, fmt.Sprintf("%v %+v", failed(t, f), f.Source), "s3cr3ts3cr3t")
	})
}

func fetched(t *testing.T, f Fixture) string {
	t.Helper()
	b, err := f.Source.Fetch(t.Context(), f.Name)
	require.NoError(t, err)
	raw, err := b.Reveal()
	require.NoError(t, err)
	return string(raw)
}

// failed returns why the secret could not be put in or fetched.
func failed(t *testing.T, f Fixture) error {
	t.Helper()
	if f.Refused != nil {
		return f.Refused
	}
	b, err := f.Source.Fetch(t.Context(), f.Name)
	require.True(t, b.IsZero(), "no secret beside an error")
	return err
}
