package secret

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Source is one kind of place where secrets are kept. Safe for concurrent use. secrettest.Run is its contract.
type Source interface {
	// Fetch returns the secret of that name as it is now, in Bytes of the caller's own. Fails with ErrReference,
	// ErrNotFound, ErrEmpty, ErrTooLarge, ErrDenied, ErrThrottled, ErrUnavailable, or the context's cause. No error
	// repeats a secret.
	Fetch(ctx context.Context, name string) (Bytes, error)
}

// Resolver fetches references from the sources that a program has. Safe for concurrent use.
type Resolver struct{ sources map[string]Source }

// NewResolver makes one of sources by the names that references call them: "file", "env", "vault". Fails with
// ErrReference for a name that cannot stand in a reference, and if a source is nil or there is none.
func NewResolver(sources map[string]Source) (*Resolver, error) {
	if len(sources) == 0 {
		return nil, errors.New("a resolver needs at least one source of secrets")
	}
	for name, source := range sources {
		if !isSource(name) {
			return nil, fmt.Errorf("%w: %q cannot stand before its colon", ErrReference, name)
		}
		if source == nil {
			return nil, fmt.Errorf("the source %q of secrets is nil", name)
		}
	}
	return &Resolver{maps.Clone(sources)}, nil
}

// Resolve fetches a secret. Fails with ErrUnknownSource, which lists those that there are, with ErrReference for the zero
// Reference, or as Source.Fetch does. Every error says which source and name, neither of which is secret.
func (r *Resolver) Resolve(ctx context.Context, ref Reference) (Bytes, error) {
	if ref.IsZero() {
		return Bytes{}, fmt.Errorf("%w: it is empty", ErrReference)
	}
	source, ok := r.sources[ref.source]
	if !ok {
		return Bytes{}, fmt.Errorf("%w: %q; hint: this program has %s", ErrUnknownSource, ref.source, r.known())
	}
	b, err := source.Fetch(ctx, ref.name)
	if err != nil {
		return Bytes{}, of(ref, err)
	}
	if b.IsZero() { // a source that breaks its contract
		return Bytes{}, of(ref, ErrEmpty)
	}
	return b, nil
}

// ResolveText is Resolve for passwords and tokens: text, without the line end of a file. Fails also with ErrNotText.
func (r *Resolver) ResolveText(ctx context.Context, ref Reference) (Text, error) {
	b, err := r.Resolve(ctx, ref)
	if err != nil {
		return Text{}, err
	}
	defer b.Wipe()
	t, err := b.Text()
	if err != nil {
		return Text{}, of(ref, err)
	}
	return t, nil
}

// of says which secret an error is about, behind it: as "credential: no such ..." a log would mask what follows the colon.
func of(ref Reference, err error) error {
	return fmt.Errorf("%w (secret %q of source %q)", err, ref.name, ref.source)
}

func (r *Resolver) known() string { return strings.Join(slices.Sorted(maps.Keys(r.sources)), ", ") }
