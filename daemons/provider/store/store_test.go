package store

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTwoProcessesCannotShareAFolder(t *testing.T) {
	dir := t.TempDir()
	first, err := Open(Options{Dir: dir})
	require.NoError(t, err)
	_, err = Open(Options{Dir: dir})
	require.ErrorIs(t, err, ErrLocked)
	require.ErrorContains(t, err, fmt.Sprint(os.Getpid()), "it says who has it")
	require.ErrorContains(t, err, "--home", "it says what to do")
	require.NoError(t, first.Close())
	second, err := Open(Options{Dir: dir})
	require.NoError(t, err, "the folder is free again")
	require.NoError(t, second.Close())
}

func TestATransactionIsAllOrNothing(t *testing.T) {
	s, err := Open(Options{Dir: t.TempDir()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	told := false
	boom := errors.New("boom")
	err = s.Update(func(tx *Tx) error {
		require.NoError(t, tx.Set([]byte("a"), 1))
		tx.AfterCommit(func() { told = true })
		return boom
	})
	require.ErrorIs(t, err, boom)
	require.False(t, told, "a hook of a failed transaction never runs")
	require.NoError(t, s.View(func(tx *Tx) error {
		has, err := tx.Has([]byte("a"))
		require.False(t, has)
		return err
	}))
}

func TestAClosedStoreSaysSo(t *testing.T) {
	s, err := Open(Options{Dir: t.TempDir()})
	require.NoError(t, err)
	require.NoError(t, s.Close())
	require.NoError(t, s.Close(), "closing twice is harmless")
	require.ErrorIs(t, s.Update(func(*Tx) error { return nil }), ErrClosed)
	require.ErrorIs(t, s.View(func(*Tx) error { return nil }), ErrClosed)
	require.ErrorIs(t, s.Flush(), ErrClosed)
}
