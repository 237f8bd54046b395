package paths_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/security/paths"
)

// picture is every name, mode, link and content of a tree, as text.
func picture(t interface{ Fatal(...any) }, dir string) string {
	var b strings.Builder
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		b.WriteString(name + " " + info.Mode().String())
		if info.Mode().IsRegular() {
			data, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			b.Write(data)
		}
		b.WriteByte('\n')
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// outer makes TOP/outside, with something in it, and TOP/root, empty.
func outer(t interface{ Fatal(...any) }, top string) (outside, root string) {
	outside, root = filepath.Join(top, "outside"), filepath.Join(top, "root")
	for _, err := range []error{os.MkdirAll(filepath.Join(outside, "dir"), 0o755), os.Mkdir(root, 0o700),
		os.WriteFile(filepath.Join(outside, "x"), []byte("outside"), 0o644), os.WriteFile(filepath.Join(outside, "dir", "x"), []byte("outside"), 0o644)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return outside, root
}

func TestWhateverTheNamesNothingOutsideChanges(t *testing.T) {
	base := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		top, err := os.MkdirTemp(base, "")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(top)
		outside, root := outer(t, top)
		d, err := paths.OpenDir(root)
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		before := picture(t, outside)
		element := rapid.SampledFrom([]string{"x", "dir", "l", "m", "..", ".", "", "outside", "root", ".x.next", "-x", "a\x00", `..\`, outside, "/"})
		name := rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(element, 1, 4).Draw(t, "parts"), "/") })
		target := rapid.SampledFrom([]string{outside, outside + "/x", "../outside", "../outside/dir", "../../outside", "..", ".", "dir", "x", "l", "m", "/", "/proc/self/cwd"})
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			n, m := name.Draw(t, "name"), name.Draw(t, "other")
			switch rapid.IntRange(0, 11).Draw(t, "act") {
			case 0, 1: // a tenant's link, which the tenant may make as he likes
				_ = os.Symlink(target.Draw(t, "target"), filepath.Join(root, rapid.SampledFrom([]string{"x", "dir", "l", "m", ".x.next"}).Draw(t, "link")))
			case 2:
				_ = d.WriteFile(n, []byte("inside"), paths.Private)
			case 3:
				_ = d.CreateFile(n, []byte("inside"), paths.PublicFile)
			case 4:
				_ = d.MakeDir(n)
			case 5:
				_ = d.MakePublicDir(n)
			case 6:
				_ = d.Remove(n)
			case 7:
				_ = d.RemoveAll(n)
			case 8:
				_ = d.Rename(n, m)
			case 9:
				if f, err := d.Append(n, paths.Private); err == nil {
					_, _ = f.WriteString("inside")
					_ = f.Close()
				}
			case 10:
				if l, err := d.Lock(n); err == nil {
					_ = l.Close()
				}
			case 11:
				if data, err := d.ReadFile(n, 100); err == nil && string(data) == "outside" {
					t.Fatalf("%q reads what is outside", n)
				}
			}
		}
		if after := picture(t, outside); after != before {
			t.Fatalf("before:\n%safter:\n%s", before, after)
		}
		entries, err := os.ReadDir(top)
		if err != nil || len(entries) != 2 {
			t.Fatalf("%v beside the root: %v", entries, err)
		}
	})
}

// TestASwappedDirectoryDoesNotLeadOut has a tenant who swaps a directory for a link to the outside all the time.
func TestASwappedDirectoryDoesNotLeadOut(t *testing.T) {
	outside, root := outer(t, t.TempDir())
	d := open(t, root)
	require.NoError(t, d.MakeDir("dir"))
	require.NoError(t, d.WriteFile("dir/kept", []byte("inside"), paths.Private))
	require.NoError(t, os.WriteFile(filepath.Join(outside, "kept"), []byte("outside"), 0o644))
	require.NoError(t, os.Symlink(outside, filepath.Join(root, "link")))
	before := picture(t, outside)
	stop := make(chan struct{})
	var swapper sync.WaitGroup
	swaps := 0
	swapper.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				if unix.Renameat2(unix.AT_FDCWD, filepath.Join(root, "dir"), unix.AT_FDCWD, filepath.Join(root, "link"), unix.RENAME_EXCHANGE) == nil {
					swaps++
				}
			}
		}
	})
	in, out := 0, 0
	for i := 0; i < 300 || (in == 0 || out == 0) && i < 100_000; i++ { // how fast the other is, is the scheduler's choice
		_ = d.CreateFile("dir/x", []byte("inside"), paths.Private)
		if data, err := d.ReadFile("dir/kept", 100); err == nil {
			require.Equal(t, "inside", string(data), "what is outside is never read")
			in++
		} else {
			out++
		}
		_ = d.MakeDir("dir/dir/deep")
		_ = d.Rename("dir/x", "dir/y")
		_ = d.Remove("dir/y")
		_ = d.RemoveAll("dir/dir")
	}
	close(stop)
	swapper.Wait()
	require.Positive(t, swaps)
	require.Positive(t, in, "the directory was found there at times")
	require.Positive(t, out, "and the link at others")
	require.Equal(t, before, picture(t, outside))
}
