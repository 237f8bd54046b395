package exec_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/exec"
)

// copyOf copies this program.
func copyOf(t *testing.T, file string, change func([]byte) []byte) string {
	t.Helper()
	raw, err := os.ReadFile(testBinary(t))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, change(raw), 0o700))
	require.NoError(t, os.Chmod(file, 0o755))
	return file
}

func TestOwnStages(t *testing.T) {
	self, err := exec.NewSelf(child)
	require.NoError(t, err)
	dir := folder(t)
	good := copyOf(t, filepath.Join(dir, "copy"), func(b []byte) []byte { return b })
	shorter := copyOf(t, filepath.Join(dir, "shorter"), func(b []byte) []byte { return b[:len(b)-1] })
	longer := copyOf(t, filepath.Join(dir, "longer"), func(b []byte) []byte { return append(b, 0) })
	flipped := copyOf(t, filepath.Join(dir, "flipped"), func(b []byte) []byte { b[len(b)-1] ^= 1; return b })
	open := copyOf(t, filepath.Join(dir, "open"), func(b []byte) []byte { return b })
	require.NoError(t, os.Chmod(open, 0o777))
	inOpen := filepath.Join(dir, "folder")
	require.NoError(t, os.Mkdir(inOpen, 0o755))
	replaceable := copyOf(t, filepath.Join(inOpen, "copy"), func(b []byte) []byte { return b })
	require.NoError(t, os.Chmod(inOpen, 0o777))
	null, err := os.Open(os.DevNull)
	require.NoError(t, err)
	defer null.Close()
	good3 := []*os.File{null, null, null}
	argv := []string{"name", child, "look", "an argument", "-x", ""}
	t.Setenv("LD_PRELOAD", "/tmp/evil.so")
	for name, tc := range map[string]struct {
		reason, path string
		argv         []string
		files        []*os.File
		want         error
	}{
		"Self":        {"whatever stands at its path now", exec.SelfPath, argv, good3, nil},
		"Copy":        {"a copy is ourselves", good, argv, good3, nil},
		"Shorter":     {"cut", shorter, argv, good3, exec.ErrStage},
		"Longer":      {"longer", longer, argv, good3, exec.ErrStage},
		"Flipped":     {"one bit", flipped, argv, good3, exec.ErrStage},
		"Open":        {"others change it after we looked", open, argv, good3, exec.ErrUntrusted},
		"Replaceable": {"others replace it after we looked", replaceable, argv, good3, exec.ErrUntrusted},
		"Link":        {"a link", link(t, good, filepath.Join(dir, "link")), argv, good3, exec.ErrStage},
		"OtherLink":   {"of the kernel, but not ourselves", "/proc/1/exe", argv, good3, exec.ErrStage},
		"Relative":    {"depends on the folder", "copy", argv, good3, exec.ErrStage},
		"Other":       {"another program", "/bin/true", argv, good3, exec.ErrStage},
		"NoStage":     {"main would be what it usually is", exec.SelfPath, []string{"name", "start"}, good3, exec.ErrStage},
		"NoArgument":  {"neither", exec.SelfPath, []string{"name"}, good3, exec.ErrStage},
		"NUL":         {"the kernel would cut it", exec.SelfPath, []string{"name", child, "a\x00b"}, good3, exec.ErrStage},
		"FewFiles":    {"the next file it opens would be its standard error", exec.SelfPath, argv, good3[:2], exec.ErrStage},
		"NilFile":     {"so would this", exec.SelfPath, argv, []*os.File{null, nil, null}, exec.ErrStage},
	} {
		t.Run(name, func(t *testing.T) {
			files := tc.files
			r, w, err := os.Pipe()
			require.NoError(t, err)
			defer r.Close()
			if tc.want == nil {
				files = []*os.File{null, w, os.Stderr}
			}
			p, err := self.Start(tc.path, tc.argv, files, &syscall.SysProcAttr{Setsid: true})
			require.NoError(t, w.Close())
			require.ErrorIs(t, err, tc.want, tc.reason)
			if err != nil {
				return
			}
			raw, err := io.ReadAll(r)
			require.NoError(t, err)
			state, err := p.Wait()
			require.NoError(t, errors.Join(err))
			require.True(t, state.Success())
			var s seen
			require.NoError(t, json.Unmarshal(raw, &s))
			require.Equal(t, tc.argv, s.Args)
			require.Empty(t, s.Env)
			require.Equal(t, "/", s.Dir)
			require.True(t, s.Session, "attributes are passed on")
			require.Equal(t, []string{"0", "1", "2"}, s.Descriptors)
		})
	}
}

func TestStagesAreWords(t *testing.T) {
	for name, stage := range map[string]string{"Empty": "", "Option": "-x", "Newline": "a\nb", "Space": " a"} {
		t.Run(name, func(t *testing.T) {
			_, err := exec.NewSelf("good", stage)
			require.ErrorIs(t, err, exec.ErrStage)
		})
	}
	_, err := exec.NewSelf()
	require.ErrorIs(t, err, exec.ErrStage, "then nothing could be started")
}
