package registry

import (
	"context"
	"errors"

	"github.com/virtengine/virtengine/ml/publish/manifest"
	"github.com/virtengine/virtengine/ml/publish/pack"
	"github.com/virtengine/virtengine/security/hashes"
)

// Errors of this package; those of pack are passed on.
var (
	// ErrNotFound says that there is no such name, version or pack.
	ErrNotFound = errors.New("not in the registry")
	// ErrTaken says that a name and version are another pack's for ever.
	ErrTaken = errors.New("version is taken")
	// ErrRecord says that what a registry's index says is malformed, or about something else.
	ErrRecord = errors.New("malformed index of a registry")
	// ErrServer says that a server did not answer as a registry does.
	ErrServer = errors.New("registry does not answer")
)

// Record says which pack a version is.
type Record struct {
	Name    string           `json:"name"`
	Version manifest.Version `json:"version"`
	ID      hashes.Digest    `json:"id"`
}

// Reader finds packs. Safe for concurrent use. registrytest.Run is its contract.
type Reader interface {
	// Names are the names that have versions, in order.
	Names(ctx context.Context) ([]string, error)
	// Versions are a name's, oldest first. Fails with ErrNotFound, and with manifest.ErrInvalid for what can be no name.
	Versions(ctx context.Context, name string) ([]Record, error)
	// Resolve says which pack a version is. Fails as Versions does.
	Resolve(ctx context.Context, name string, version manifest.Version) (Record, error)
	// Fetch returns the pack of an id, checked against it, with signatures that nobody has checked. Fails with ErrNotFound,
	// and as pack.Read does.
	Fetch(ctx context.Context, id hashes.Digest) (*pack.Pack, error)
}

// Limits of a registry.
const (
	maxNames    = 10_000
	maxVersions = 10_000
	maxRecord   = 1 << 10
	maxList     = 4 << 20 // bytes of a list of names or versions
)
