package keyring

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/security/paths"
	"github.com/virtengine/virtengine/security/secret"
	"github.com/virtengine/virtengine/security/secret/secrettest"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func clock() time.Time { return noon }

func text(t require.TestingT, s string) secret.Text {
	v, err := secret.NewText(s)
	require.NoError(t, err)
	return v
}

func identity(t require.TestingT) Key {
	id, err := NewIdentity()
	require.NoError(t, err)
	key, err := Identity(id)
	require.NoError(t, err)
	return key
}

func home(t *testing.T) string {
	dir := t.TempDir()
	require.NoError(t, os.Chmod(dir, 0o700))
	return filepath.Join(dir, "keyring")
}

func create(t *testing.T, key Key) *Keyring {
	file := home(t)
	require.NoError(t, Create(file, key))
	k, err := Open(file, key, clock)
	require.NoError(t, err)
	return k
}

func put(t *testing.T, k *Keyring, name, value string) int {
	v, err := k.Put(t.Context(), name, secret.Move([]byte(value)))
	require.NoError(t, err)
	return v
}

func get(t require.TestingT, k *Keyring, name string) string {
	b, err := k.Fetch(context.Background(), name)
	require.NoError(t, err)
	raw, err := b.Reveal()
	require.NoError(t, err)
	return string(raw)
}

func TestAKeyringKeepsTheContract(t *testing.T) {
	secrettest.Run(t, func(t *testing.T, value []byte) secrettest.Fixture {
		k := create(t, identity(t))
		_, refused := k.Put(t.Context(), "db/password", secret.Move(bytes.Clone(value)))
		return secrettest.Fixture{Source: k, Name: "db/password", Absent: "other", Refused: refused,
			Change: func(t *testing.T, to []byte) { put(t, k, "db/password", string(to)) }}
	})
}

func TestVersionsStayForARollback(t *testing.T) {
	k := create(t, identity(t))
	for i := range KeepVersions + 2 {
		require.Equal(t, i+1, put(t, k, "db", fmt.Sprint("value", i+1)))
	}
	require.Equal(t, "value10", get(t, k, "db"))
	require.Equal(t, "value10", get(t, k, "db@10"))
	require.Equal(t, "value3", get(t, k, "db@3"), "the eighth before the last is still there")
	_, err := k.Fetch(t.Context(), "db@2")
	require.ErrorIs(t, err, secret.ErrNotFound, "the ninth is gone")
	for _, name := range []string{"db@", "db@0", "db@-1", "db@01", "db@x", "DB", "a b", "@1"} {
		_, err := k.Fetch(t.Context(), name)
		require.ErrorIs(t, err, secret.ErrReference, name)
	}
	list, err := k.List(t.Context())
	require.NoError(t, err)
	require.Equal(t, []Entry{{"db", 10, noon}}, list)
	require.NoError(t, k.Remove(t.Context(), "db"))
	_, err = k.Fetch(t.Context(), "db")
	require.ErrorIs(t, err, secret.ErrNotFound)
	require.ErrorIs(t, k.Remove(t.Context(), "db"), secret.ErrNotFound)
	require.Equal(t, 1, put(t, k, "db", "again"), "a new secret of an old name counts anew")
}

func TestTheFileTellsNothing(t *testing.T) {
	k := create(t, identity(t))
	put(t, k, "db/password", "h1dden-Pa55")
	raw, err := os.ReadFile(k.file)
	require.NoError(t, err)
	for _, part := range []string{"h1dden", "aDFkZGVu", "db/password", "virtengine"} {
		require.NotContains(t, string(raw), part)
	}
	info, err := os.Stat(k.file)
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o600), info.Mode().Perm())
	id, err := NewIdentity()
	require.NoError(t, err)
	key, err := Identity(id)
	require.NoError(t, err)
	require.NotContains(t, fmt.Sprintf("%v %+v %#v %s", key, key, key, id), "AGE-SECRET")
}

func TestOnlyTheKeyOpensIt(t *testing.T) {
	k := create(t, identity(t))
	put(t, k, "db", "x")
	whole, err := os.ReadFile(k.file)
	require.NoError(t, err)

	_, err = Open(k.file, identity(t), clock)
	require.ErrorIs(t, err, secret.ErrDenied, "another identity")
	_, err = Open(k.file+"2", k.key, clock)
	require.ErrorIs(t, err, secret.ErrNotFound)
	_, err = Open(k.file, Key{}, clock)
	require.ErrorIs(t, err, secret.ErrEmpty)
	_, err = Open(k.file, k.key, nil)
	require.Error(t, err)
	_, err = Open("keyring", k.key, clock)
	require.ErrorIs(t, err, paths.ErrNotAbsolute)
	require.ErrorIs(t, Create(k.file, k.key), fs.ErrExist, "a keyring is not overwritten by a new one")

	for _, i := range []int{0, 30, len(whole) / 2, len(whole) - 1} {
		changed := bytes.Clone(whole)
		changed[i] ^= 1
		require.NoError(t, os.WriteFile(k.file, changed, 0o600))
		_, err := k.Fetch(t.Context(), "db")
		require.Error(t, err, "byte %d", i)
		_, err = k.Put(t.Context(), "db", secret.Move([]byte("y")))
		require.Error(t, err, "and it is not overwritten either")
	}
	require.NoError(t, os.WriteFile(k.file, whole[:len(whole)-20], 0o600))
	_, err = k.Fetch(t.Context(), "db")
	require.ErrorIs(t, err, ErrDamaged, "a cut file")
	require.NoError(t, os.WriteFile(k.file, whole, 0o600))
	require.Equal(t, "x", get(t, k, "db"), "restored from a backup it is good again")
	require.NoError(t, os.Chmod(k.file, 0o640))
	_, err = k.Fetch(t.Context(), "db")
	require.ErrorIs(t, err, secret.ErrDenied, "others may read it")
}

func TestPassphrases(t *testing.T) {
	phrase := text(t, "correct horse battery staple")
	key, err := scrypt(phrase, 10) // 2^10: tests need not be slow to guess
	require.NoError(t, err)
	k := create(t, key)
	put(t, k, "db", "x")
	wrong, err := scrypt(text(t, "correct horse battery stable"), 10)
	require.NoError(t, err)
	_, err = Open(k.file, wrong, clock)
	require.ErrorIs(t, err, secret.ErrDenied)
	weaker, err := scrypt(phrase, 9)
	require.NoError(t, err)
	_, err = Open(k.file, weaker, clock)
	require.Error(t, err, "a file that wants more work than we are willing to spend")

	_, err = Passphrase(text(t, "too short"))
	require.ErrorContains(t, err, "can be guessed")
	_, err = Passphrase(secret.Text{})
	require.ErrorIs(t, err, secret.ErrEmpty)
	_, err = Passphrase(phrase)
	require.NoError(t, err)
	_, err = Identity(text(t, "AGE-SECRET-KEY-1NOTONE"))
	require.Error(t, err)
	require.NotContains(t, err.Error(), "NOTONE")

	next := identity(t)
	require.NoError(t, k.Rekey(t.Context(), next))
	require.Equal(t, "x", get(t, k, "db"), "an open keyring goes on")
	_, err = Open(k.file, key, clock)
	require.ErrorIs(t, err, secret.ErrDenied, "the old key opens it no more")
	again, err := Open(k.file, next, clock)
	require.NoError(t, err)
	require.Equal(t, "x", get(t, again, "db"))
	require.ErrorIs(t, k.Rekey(t.Context(), Key{}), secret.ErrEmpty)
}

func TestTwoHoldersSeeEachOthersChanges(t *testing.T) {
	key := identity(t)
	a := create(t, key)
	b, err := Open(a.file, key, clock)
	require.NoError(t, err)
	put(t, a, "x", "1")
	put(t, b, "y", "2")
	require.Equal(t, "2", get(t, a, "y"))
	require.Equal(t, "1", get(t, b, "x"), "the second writer did not lose the first one's")

	dir, err := paths.OpenDir(filepath.Dir(a.file))
	require.NoError(t, err)
	lock, err := dir.Lock("keyring.lock")
	require.NoError(t, err)
	_, err = a.Put(t.Context(), "x", secret.Move([]byte("3")))
	require.ErrorIs(t, err, paths.ErrLocked, "while another process writes, nobody else does")
	require.NoError(t, errors.Join(lock.Close(), dir.Close()))
	require.Equal(t, "1", get(t, a, "x"), "reading needs no lock and sees whole files only")
}

// Whoever has the key can read the file with the age library, or program, alone.
func TestItIsAnAgeFile(t *testing.T) {
	id, err := age.GenerateX25519Identity()
	require.NoError(t, err)
	key, err := Identity(text(t, id.String()))
	require.NoError(t, err)
	k := create(t, key)
	put(t, k, "db", "x")
	raw, err := os.ReadFile(k.file)
	require.NoError(t, err)
	r, err := age.Decrypt(bytes.NewReader(raw), id)
	require.NoError(t, err)
	var out bytes.Buffer
	_, err = out.ReadFrom(r)
	require.NoError(t, err)
	require.JSONEq(t, `{"format":"virtengine-keyring/1","secrets":{"db":[{"version":1,"created":"2026-11-23T12:00:00Z","value":"eA=="}]}}`, out.String())
}

func TestContentThatNoKeyringHas(t *testing.T) {
	key := identity(t)
	for name, content := range map[string]string{
		"NotJSON": "hello", "Other": `{"format":"virtengine-keyring/2"}`, "Unknown": `{"format":"virtengine-keyring/1","more":1}`,
		"Order":   `{"format":"virtengine-keyring/1","secrets":{"a":[{"version":2,"value":"eA=="},{"version":1,"value":"eA=="}]}}`,
		"Empty":   `{"format":"virtengine-keyring/1","secrets":{"a":[{"version":1,"value":""}]}}`,
		"Nothing": `{"format":"virtengine-keyring/1","secrets":{"a":[]}}`,
		"Name":    `{"format":"virtengine-keyring/1","secrets":{"A":[{"version":1,"value":"eA=="}]}}`,
	} {
		t.Run(name, func(t *testing.T) {
			_, to, err := key.open()
			require.NoError(t, err)
			var out bytes.Buffer
			w, err := age.Encrypt(&out, to)
			require.NoError(t, err)
			_, err = w.Write([]byte(content))
			require.NoError(t, err)
			require.NoError(t, w.Close())
			_, err = decrypt(out.Bytes(), key)
			require.ErrorIs(t, err, ErrDamaged)
		})
	}
}

// Any series of puts, removals and reopenings ends as a map would. Short series, since each change waits for the disk.
func TestItIsAMap(t *testing.T) {
	key := identity(t)
	round, dir := 0, home(t)
	type step struct{ do, name, value string }
	steps := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) step {
		return step{rapid.SampledFrom([]string{"put", "put", "remove", "reopen"}).Draw(t, "do"),
			rapid.SampledFrom([]string{"a", "b/c"}).Draw(t, "name"), rapid.StringN(1, 9, -1).Draw(t, "value")}
	}), 1, 6)
	rapid.Check(t, func(t *rapid.T) {
		round++
		file, want, ctx := fmt.Sprint(dir, round), map[string]string{}, context.Background()
		require.NoError(t, Create(file, key))
		k, err := Open(file, key, clock)
		require.NoError(t, err)
		for _, s := range steps.Draw(t, "steps") {
			switch s.do {
			case "put":
				_, err := k.Put(ctx, s.name, secret.Move([]byte(s.value)))
				require.NoError(t, err)
				want[s.name] = s.value
			case "remove":
				_, there := want[s.name]
				require.Equal(t, !there, errors.Is(k.Remove(ctx, s.name), secret.ErrNotFound))
				delete(want, s.name)
			case "reopen":
				k, err = Open(file, key, clock)
				require.NoError(t, err)
			}
		}
		have := map[string]string{}
		list, err := k.List(ctx)
		require.NoError(t, err)
		for _, e := range list {
			have[e.Name] = get(t, k, e.Name)
		}
		if !maps.Equal(have, want) {
			t.Fatalf("%v, want %v", have, want)
		}
	})
}

func FuzzParseName(f *testing.F) {
	for _, s := range []string{"db", "db@1", "db@99999999999999999999", "@", "a@@1", "a/../b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name, wanted, err := parseName(s)
		if err != nil {
			if !errors.Is(err, secret.ErrReference) {
				t.Fatal(err)
			}
			return
		}
		if wanted > 0 {
			name += "@" + strconv.Itoa(wanted)
		}
		if name != s {
			t.Fatalf("%q is read as %q", s, name)
		}
	})
}

func FuzzDecrypt(f *testing.F) {
	key := identity(f)
	good, err := encrypt(plain{Format: format, Secrets: map[string][]version{"a": {{1, noon, []byte("x")}}}}, key)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(good[:50])
	f.Add([]byte("age-encryption.org/v1\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA 30\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := decrypt(data, key)
		if err == nil && (p.Format != format || !bytes.Equal(data, good)) {
			t.Fatalf("opened what we did not close: %q", data)
		}
	})
}
