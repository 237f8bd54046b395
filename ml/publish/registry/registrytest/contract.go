package registrytest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/publish/manifest"
	"github.com/virtengine/virtengine/ml/publish/pack"
	"github.com/virtengine/virtengine/ml/publish/packtest"
	"github.com/virtengine/virtengine/ml/publish/registry"
	"github.com/virtengine/virtengine/security/hashes"
)

// Publisher puts packs where the Reader under test finds them.
type Publisher interface {
	Publish(ctx context.Context, p *pack.Pack) (registry.Record, error)
}

// Run is the contract. start gives an empty registry and who publishes into it.
func Run(t *testing.T, start func(t *testing.T) (Publisher, registry.Reader)) {
	t.Run("what was published is found, by id and by version", func(t *testing.T) {
		into, from := start(t)
		p, err := packtest.Build(t, nil).Sign(t.Context(), packtest.Signer(t, 1))
		require.NoError(t, err)
		want := registry.Record{Name: "scorer", Version: manifest.Version{1, 2, 3}, ID: p.ID()}
		record, err := into.Publish(t.Context(), p)
		require.NoError(t, err)
		require.Equal(t, want, record)
		record, err = from.Resolve(t.Context(), "scorer", manifest.Version{1, 2, 3})
		require.NoError(t, err)
		require.Equal(t, want, record)
		require.Equal(t, archive(t, p), fetched(t, from, p.ID()))
	})
	t.Run("versions stand in their order, not in that of their text", func(t *testing.T) {
		into, from := start(t)
		for _, v := range []manifest.Version{{1, 10, 0}, {0, 9, 9}, {1, 9, 0}} {
			_, err := into.Publish(t.Context(), packtest.Build(t, func(s *pack.Spec) { s.Version = v }))
			require.NoError(t, err)
		}
		_, err := into.Publish(t.Context(), packtest.Build(t, func(s *pack.Spec) { s.Name = "another" }))
		require.NoError(t, err)
		all, err := from.Versions(t.Context(), "scorer")
		require.NoError(t, err)
		require.Len(t, all, 3)
		for i, want := range []string{"0.9.9", "1.9.0", "1.10.0"} {
			require.Equal(t, want, all[i].Version.String())
		}
		names, err := from.Names(t.Context())
		require.NoError(t, err)
		require.Equal(t, []string{"another", "scorer"}, names)
	})
	t.Run("a version means one pack for ever", func(t *testing.T) {
		into, from := start(t)
		p := packtest.Build(t, nil)
		_, err := into.Publish(t.Context(), p)
		require.NoError(t, err)
		_, err = into.Publish(t.Context(), packtest.Build(t, func(s *pack.Spec) { s.Score.Steps[0].Score-- }))
		require.ErrorIs(t, err, registry.ErrTaken)
		record, err := from.Resolve(t.Context(), "scorer", manifest.Version{1, 2, 3})
		require.NoError(t, err)
		require.Equal(t, p.ID(), record.ID)
	})
	t.Run("publishing again changes nothing, and signatures are only added", func(t *testing.T) {
		into, from := start(t)
		p := packtest.Build(t, nil)
		one, err := p.Sign(t.Context(), packtest.Signer(t, 1))
		require.NoError(t, err)
		two, err := p.Sign(t.Context(), packtest.Signer(t, 2))
		require.NoError(t, err)
		both, err := one.Sign(t.Context(), packtest.Signer(t, 2))
		require.NoError(t, err)
		for _, p := range []*pack.Pack{one, one, two, p} {
			_, err := into.Publish(t.Context(), p)
			require.NoError(t, err)
		}
		require.Equal(t, archive(t, both), fetched(t, from, p.ID()))
	})
	t.Run("what is not there is ErrNotFound", func(t *testing.T) {
		_, from := start(t)
		names, err := from.Names(t.Context())
		require.NoError(t, err)
		require.Empty(t, names)
		_, err = from.Versions(t.Context(), "scorer")
		require.ErrorIs(t, err, registry.ErrNotFound)
		_, err = from.Resolve(t.Context(), "scorer", manifest.Version{1, 2, 3})
		require.ErrorIs(t, err, registry.ErrNotFound)
		_, err = from.Fetch(t.Context(), hashes.Of([]byte("nothing")))
		require.ErrorIs(t, err, registry.ErrNotFound)
		_, err = from.Fetch(t.Context(), hashes.Digest{})
		require.ErrorIs(t, err, registry.ErrNotFound, "the zero digest asks for no pack, not for any")
	})
	t.Run("names are no paths", func(t *testing.T) {
		_, from := start(t)
		for _, name := range []string{"", "..", "../packs", "a/b", "Scorer", "scorer?x", "%2e%2e"} {
			_, err := from.Versions(t.Context(), name)
			require.ErrorIs(t, err, manifest.ErrInvalid, name)
			_, err = from.Resolve(t.Context(), name, manifest.Version{1, 2, 3})
			require.ErrorIs(t, err, manifest.ErrInvalid, name)
		}
	})
	t.Run("an ended context ends it", func(t *testing.T) {
		into, from := start(t)
		p := packtest.Build(t, nil)
		_, err := into.Publish(t.Context(), p)
		require.NoError(t, err)
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = from.Fetch(ended, p.ID())
		require.ErrorIs(t, err, context.Canceled)
	})
}

func archive(t *testing.T, p *pack.Pack) []byte {
	t.Helper()
	raw, err := p.Archive()
	require.NoError(t, err)
	return raw
}

func fetched(t *testing.T, from registry.Reader, id hashes.Digest) []byte {
	t.Helper()
	p, err := from.Fetch(t.Context(), id)
	require.NoError(t, err)
	return archive(t, p)
}
