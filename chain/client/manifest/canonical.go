package manifest

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// MaxBytes bounds a group's canonical bytes, and what Decode reads.
const MaxBytes = 1 << 20

// Canonical is the one encoding of the group: JSON without white space, fields as declared, sets sorted, empty ones
// absent. Groups that differ only in the order of a set have the same bytes. Only a valid group has any: fails with
// a ValidationError otherwise, or with ErrInvalid beyond MaxBytes.
func (g Group) Canonical() ([]byte, error) {
	if err := g.Validate(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // a rule for web pages, and one more way to encode the same text
	if err := enc.Encode(g.Sorted()); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	out := bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	if len(out) > MaxBytes {
		return nil, fmt.Errorf("%w: %d bytes, at most %d are allowed", ErrInvalid, len(out), MaxBytes)
	}
	return out, nil
}

// Hash is the SHA-256 of the canonical bytes: what the chain keeps of the group. Fails as Canonical does.
func (g Group) Hash() ([32]byte, error) {
	b, err := g.Canonical()
	if err != nil {
		return [32]byte{}, err
	}
	return sha256.Sum256(b), nil
}

// Sorted is a deep copy in which every set is in its one order and every empty one is nil. Command and arguments are no
// sets: their order is kept.
func (g Group) Sorted() Group {
	g.Services = each(g.Services, Service.sorted)
	slices.SortStableFunc(g.Services, func(a, b Service) int { return cmp.Compare(a.Name, b.Name) })
	return g
}

func (s Service) sorted() Service {
	s.Command = list(s.Command)
	s.Args = list(s.Args)
	s.Env = list(s.Env)
	slices.SortStableFunc(s.Env, func(a, b string) int { return cmp.Compare(envName(a), envName(b)) })
	s.Expose = each(s.Expose, Expose.sorted)
	slices.SortStableFunc(s.Expose, func(a, b Expose) int {
		return cmp.Or(cmp.Compare(a.As, b.As), cmp.Compare(a.Protocol, b.Protocol), cmp.Compare(a.Port, b.Port))
	})
	s.Resources.GPUs = list(s.Resources.GPUs)
	slices.SortStableFunc(s.Resources.GPUs, func(a, b GPU) int {
		return cmp.Or(cmp.Compare(a.Vendor, b.Vendor), cmp.Compare(a.Model, b.Model))
	})
	s.Volumes = list(s.Volumes)
	slices.SortStableFunc(s.Volumes, func(a, b Volume) int { return cmp.Compare(a.Name, b.Name) })
	if s.Credentials != nil {
		own := *s.Credentials
		s.Credentials = &own
	}
	return s
}

func (e Expose) sorted() Expose {
	e.Services = list(e.Services)
	slices.Sort(e.Services)
	e.Hosts = list(e.Hosts)
	slices.Sort(e.Hosts)
	return e
}

// list copies; the copy of nothing is nil.
func list[T any](in []T) []T { return append([]T(nil), in...) }

func each[T any](in []T, f func(T) T) []T {
	var out []T
	for _, x := range in {
		out = append(out, f(x))
	}
	return out
}

// envName is what stands before the first equals sign.
func envName(entry string) string {
	name, _, _ := strings.Cut(entry, "=")
	return name
}
