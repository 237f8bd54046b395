package secret

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// environment reads secrets from variables, each once.
type environment struct {
	lookup func(string) (string, bool)
	unset  func(string) error

	mu   sync.Mutex
	read map[string]Bytes // ours; fetches get copies
}

// Environment is the source of env:NAME. A variable is read at its first Fetch and then taken out of the environment, so
// that programs we start do not inherit it; later fetches get the same value. The kernel's own copy, /proc/PID/environ,
// stays readable to our user and root: prefer files and credentials.
//
//	lookup: os.LookupEnv     unset: os.Unsetenv, or nil to leave variables where they are
func Environment(lookup func(string) (string, bool), unset func(string) error) (Source, error) {
	if lookup == nil {
		return nil, errors.New("a source of environment variables needs a lookup; hint: pass os.LookupEnv")
	}
	return &environment{lookup: lookup, unset: unset, read: map[string]Bytes{}}, nil
}

func (e *environment) Fetch(ctx context.Context, name string) (Bytes, error) {
	if err := begin(ctx, name); err != nil {
		return Bytes{}, err
	}
	if !isVariable(name) {
		return Bytes{}, fmt.Errorf("%w: a variable's name has letters, digits and _, and no digit first", ErrReference)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	kept, ok := e.read[name]
	if !ok {
		var err error
		if kept, err = e.first(name); err != nil {
			return Bytes{}, err
		}
		e.read[name] = kept
	}
	data, err := kept.Reveal()
	return Move(data), err
}

func (e *environment) first(name string) (Bytes, error) {
	value, ok := e.lookup(name)
	if !ok {
		return Bytes{}, fmt.Errorf("%w: the variable is not set", ErrNotFound)
	}
	if value == "" {
		return Bytes{}, fmt.Errorf("%w: the variable is set to nothing", ErrEmpty)
	}
	if len(value) > MaxSize {
		return Bytes{}, fmt.Errorf("%w: %d bytes, at most %d", ErrTooLarge, len(value), MaxSize)
	}
	if e.unset != nil {
		if err := e.unset(name); err != nil {
			return Bytes{}, fmt.Errorf("%w: taking the variable out of the environment: %w", ErrUnavailable, err)
		}
	}
	return Move([]byte(value)), nil
}

func isVariable(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}
