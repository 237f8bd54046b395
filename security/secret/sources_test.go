package secret_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/redact"
	"github.com/virtengine/virtengine/security/secret"
	"github.com/virtengine/virtengine/security/secret/secrettest"
)

func write(t *testing.T, name string, data []byte, mode os.FileMode) string {
	require.NoError(t, os.WriteFile(name, data, mode))
	require.NoError(t, os.Chmod(name, mode)) // whatever the umask is
	return name
}

func TestFilesKeepTheContract(t *testing.T) {
	secrettest.Run(t, func(t *testing.T, value []byte) secrettest.Fixture {
		dir := t.TempDir()
		name := write(t, filepath.Join(dir, "db"), value, 0o600)
		return secrettest.Fixture{Source: secret.Files(), Name: name, Absent: filepath.Join(dir, "other"),
			Change: func(t *testing.T, to []byte) { write(t, name, to, 0o600) }}
	})
}

func TestCredentialsKeepTheContract(t *testing.T) {
	secrettest.Run(t, func(t *testing.T, value []byte) secrettest.Fixture {
		dir := t.TempDir()
		require.NoError(t, os.Chmod(dir, 0o700))
		name := write(t, filepath.Join(dir, "db"), value, 0o440) // as systemd makes them
		source, err := secret.Credentials(dir)
		require.NoError(t, err)
		return secrettest.Fixture{Source: source, Name: "db", Absent: "other", Change: func(t *testing.T, to []byte) { write(t, name, to, 0o440) }}
	})
}

func TestTheEnvironmentKeepsTheContract(t *testing.T) {
	secrettest.Run(t, func(t *testing.T, value []byte) secrettest.Fixture {
		vars := map[string]string{"DB": string(value)}
		source, err := secret.Environment(func(k string) (string, bool) { v, ok := vars[k]; return v, ok }, func(k string) error { delete(vars, k); return nil })
		require.NoError(t, err)
		return secrettest.Fixture{Source: source, Name: "DB", Absent: "OTHER"}
	})
}

func TestFilesThatOthersCouldReadAreRefused(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.Chmod(dir, 0o700))
	require.NoError(t, syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600))
	for name, tc := range map[string]struct {
		reason, file string
		want         error
	}{
		"Mine":     {"0600 is ours alone", write(t, filepath.Join(dir, "a"), []byte("x"), 0o600), nil},
		"ReadOnly": {"0400 too", write(t, filepath.Join(dir, "b"), []byte("x"), 0o400), nil},
		"Group":    {"the group may read it", write(t, filepath.Join(dir, "c"), []byte("x"), 0o640), secret.ErrDenied},
		"World":    {"everyone may read it", write(t, filepath.Join(dir, "d"), []byte("x"), 0o604), secret.ErrDenied},
		"Relative": {"where it is depends on where we are", "secrets/db", secret.ErrReference},
		"Folder":   {"a directory is no file", dir, secret.ErrReference},
		"Pipe":     {"a pipe could keep us waiting", filepath.Join(dir, "pipe"), secret.ErrReference},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := secret.Files().Fetch(t.Context(), tc.file)
			require.ErrorIs(t, err, tc.want, tc.reason)
		})
	}
}

func TestCredentialsStayInTheirDirectory(t *testing.T) {
	top := t.TempDir()
	dir := filepath.Join(top, "creds")
	require.NoError(t, os.Mkdir(dir, 0o700))
	write(t, filepath.Join(top, "outside"), []byte("x"), 0o600)
	require.NoError(t, os.Symlink("../outside", filepath.Join(dir, "link")))
	source, err := secret.Credentials(dir)
	require.NoError(t, err)
	for _, name := range []string{"../outside", "link", "/etc/hostname", "a/b", ".", ".."} {
		b, err := source.Fetch(t.Context(), name)
		require.Error(t, err, name)
		require.True(t, b.IsZero())
	}
	_, err = secret.Credentials("relative")
	require.ErrorIs(t, err, secret.ErrReference)
	_, err = secret.Credentials(filepath.Join(top, "absent"))
	require.ErrorIs(t, err, secret.ErrNotFound)
	require.NoError(t, os.Chmod(dir, 0o705))
	_, err = source.Fetch(t.Context(), "db")
	require.ErrorIs(t, err, secret.ErrDenied, "others may look into it")
	_, err = secret.Credentials(dir)
	require.ErrorIs(t, err, secret.ErrDenied)
}

func TestAVariableIsReadOnceAndThenGone(t *testing.T) {
	vars, looked := map[string]string{"DB": hidden}, 0
	lookup := func(k string) (string, bool) { looked++; v, ok := vars[k]; return v, ok }
	source, err := secret.Environment(lookup, func(k string) error { delete(vars, k); return nil })
	require.NoError(t, err)
	for range 2 {
		b, err := source.Fetch(t.Context(), "DB")
		require.NoError(t, err)
		require.True(t, b.Matches([]byte(hidden)))
		b.Wipe()
	}
	require.Empty(t, vars, "programs we start do not inherit it")
	require.Equal(t, 1, looked)

	for _, name := range []string{"1DB", "D-B", "D B", "D=B"} {
		_, err := source.Fetch(t.Context(), name)
		require.ErrorIs(t, err, secret.ErrReference, name)
	}
	stuck, err := secret.Environment(func(string) (string, bool) { return hidden, true }, func(string) error { return errors.New("stuck") })
	require.NoError(t, err)
	_, err = stuck.Fetch(t.Context(), "DB")
	require.ErrorIs(t, err, secret.ErrUnavailable, "one that stays where children see it is not used")
	kept, err := secret.Environment(func(string) (string, bool) { return hidden, true }, nil)
	require.NoError(t, err)
	_, err = kept.Fetch(t.Context(), "DB")
	require.NoError(t, err)
	_, err = secret.Environment(nil, nil)
	require.Error(t, err)
}

type fixed struct{ b []byte }

func (f fixed) Fetch(context.Context, string) (secret.Bytes, error) {
	return secret.Move(bytes.Clone(f.b)), nil
}

func reference(t require.TestingT, s string) secret.Reference {
	r, err := secret.ParseReference(s)
	require.NoError(t, err)
	return r
}

func TestAReferenceIsFetchedFromTheSourceItNames(t *testing.T) {
	r, err := secret.NewResolver(map[string]secret.Source{"file": secret.Files(), "a": fixed{[]byte("1\n")}, "b": fixed{[]byte("2")}, "none": fixed{}, "raw": fixed{[]byte("\xff")}})
	require.NoError(t, err)
	b, err := r.Resolve(t.Context(), reference(t, "b:x"))
	require.NoError(t, err)
	require.True(t, b.Matches([]byte("2")))
	text, err := r.ResolveText(t.Context(), reference(t, "a:x"))
	require.NoError(t, err)
	require.True(t, text.Matches([]byte("1")), "text loses a file's line end")

	_, err = r.Resolve(t.Context(), reference(t, "vault:kv/db#password"))
	require.ErrorIs(t, err, secret.ErrUnknownSource)
	require.ErrorContains(t, err, "this program has a, b, file, none, raw")
	_, err = r.Resolve(t.Context(), secret.Reference{})
	require.ErrorIs(t, err, secret.ErrReference)
	_, err = r.Resolve(t.Context(), reference(t, "none:x"))
	require.ErrorIs(t, err, secret.ErrEmpty, "a source that breaks its contract does no harm")
	_, err = r.ResolveText(t.Context(), reference(t, "raw:x"))
	require.ErrorIs(t, err, secret.ErrNotText)
	_, err = r.ResolveText(t.Context(), reference(t, "file:/no/such/file"))
	require.ErrorIs(t, err, secret.ErrNotFound)
	require.ErrorContains(t, err, "/no/such/file")

	for name, sources := range map[string]map[string]secret.Source{"None": nil, "Nil": {"a": nil}, "Name": {"A": fixed{}}} {
		_, err := secret.NewResolver(sources)
		require.Error(t, err, name)
	}
}

// What an operator needs to find the mistake must get through the logs.
func TestErrorsSurviveTheLog(t *testing.T) {
	creds, err := secret.Credentials(private(t))
	require.NoError(t, err)
	env, err := secret.Environment(func(string) (string, bool) { return "", false }, nil)
	require.NoError(t, err)
	r, err := secret.NewResolver(map[string]secret.Source{"file": secret.Files(), "credential": creds, "env": env, "empty": fixed{}})
	require.NoError(t, err)
	for _, ref := range []string{"file:/run/keys/db-password", "credential:db-password", "env:DB_PASSWORD", "empty:api-token", "vault:kv/db#password", "file:relative"} {
		_, err := r.Resolve(t.Context(), reference(t, ref))
		require.Error(t, err)
		require.Equal(t, err.Error(), redact.String(err.Error()))
	}
	_, err = secret.ParseReference(hidden)
	require.Equal(t, err.Error(), redact.String(err.Error()))
}

func private(t *testing.T) string {
	dir := t.TempDir()
	require.NoError(t, os.Chmod(dir, 0o700))
	return dir
}

func TestWhatIsAReference(t *testing.T) {
	for name, tc := range map[string]struct {
		reason, text string
		want         error
	}{
		"File":     {"a path", "file:/run/keys/db", nil},
		"Vault":    {"a field of a path", "vault:kv/db#password", nil},
		"Colons":   {"the first colon counts", "x-1:a:b", nil},
		"Secret":   {"a secret in the wrong place", hidden, secret.ErrReference},
		"NoSource": {"nothing before the colon", ":" + hidden, secret.ErrReference},
		"NoName":   {"nothing behind it", "file:", secret.ErrReference},
		"Upper":    {"sources are written small", "File:" + hidden, secret.ErrReference},
		"Lines":    {"a key in the wrong place", "key:\n" + hidden, secret.ErrReference},
		"Space":    {"a space that nobody sees", "file:/x " + " ", secret.ErrReference},
		"Long":     {"more than any path", "file:" + strings.Repeat("x", 5000), secret.ErrReference},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := secret.ParseReference(tc.text)
			require.ErrorIs(t, err, tc.want, tc.reason)
			if err != nil {
				require.NotContains(t, err.Error(), hidden, "what may be a secret is not repeated")
				return
			}
			require.Equal(t, tc.text, r.String())
			require.Equal(t, tc.text, r.Source()+":"+r.Name())
		})
	}
	var r secret.Reference
	require.NoError(t, r.UnmarshalText([]byte("env:A")))
	out, err := r.MarshalText()
	require.NoError(t, err)
	require.Equal(t, "env:A", string(out))
	require.ErrorIs(t, r.UnmarshalText([]byte(hidden)), secret.ErrReference)
	require.NoError(t, r.UnmarshalText(nil))
	require.True(t, r.IsZero(), "an optional secret may have no reference")
	require.Empty(t, r.String())
}

func FuzzParseReference(f *testing.F) {
	for _, s := range []string{"file:/run/keys/db", "env:A", "vault:kv/a/b#c", ":", "a:", "é:x", "a-:\x00", "a:\u202ex", " a:b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := secret.ParseReference(s)
		if err != nil {
			if !errors.Is(err, secret.ErrReference) || !r.IsZero() {
				t.Fatalf("%v %v", r, err)
			}
			return
		}
		if r.String() != s || r.IsZero() {
			t.Fatalf("%q is read as %q", s, r)
		}
	})
}
