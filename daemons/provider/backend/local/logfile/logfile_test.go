package logfile

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func texts(lines []Line) []string {
	var out []string
	for _, l := range lines {
		out = append(out, l.Text)
	}
	return out
}

func TestLogsAreBoundedAndFollowedOverRotation(t *testing.T) {
	root, err := os.OpenRoot(t.TempDir())
	require.NoError(t, err)
	defer root.Close()
	const limit = 4096
	w, err := Open(root, "web.0.log", limit)
	require.NoError(t, err)
	r := NewReader(root, "web.0.log")
	first, err := r.Last(0)
	require.NoError(t, err)
	require.Empty(t, first)
	var seen []string
	for i := range 500 {
		require.NoError(t, w.Line(time.Unix(int64(i), 0), Stdout, fmt.Appendf(nil, "line %d", i)))
		more, err := r.Next()
		require.NoError(t, err)
		seen = append(seen, texts(more)...)
	}
	require.Len(t, seen, 500, "a follower who keeps up misses nothing")
	require.Equal(t, "line 499", seen[499])
	var size int64
	for _, name := range []string{"web.0.log", "web.0.log.1"} {
		info, err := root.Stat(name)
		require.NoError(t, err)
		size += info.Size()
	}
	require.Less(t, size, int64(limit+200))
	last, err := NewReader(root, "web.0.log").Last(3)
	require.NoError(t, err)
	require.Equal(t, []string{"line 497", "line 498", "line 499"}, texts(last))
	require.NoError(t, w.Close())
	require.NoError(t, r.Close())
}

func TestOddOutputBecomesLines(t *testing.T) {
	root, err := os.OpenRoot(t.TempDir())
	require.NoError(t, err)
	defer root.Close()
	w, err := Open(root, "x.0.log", 1<<20)
	require.NoError(t, err)
	long := strings.Repeat("a", maxLine+10)
	require.NoError(t, w.Copy(strings.NewReader("one\n\xff\n"+long+"\nno end"), Stderr, time.Now))
	require.NoError(t, w.Close())
	lines, err := NewReader(root, "x.0.log").Last(0)
	require.NoError(t, err)
	require.Equal(t, []string{"one", "\uFFFD", long[:maxLine], long[maxLine:], "no end"}, texts(lines))
}
