package manifest

import (
	"errors"
	"fmt"

	"github.com/virtengine/virtengine/ml/publish/canon"
	"github.com/virtengine/virtengine/security/hashes"
)

// Errors of this package. Errors of reading are also those of package canon.
var (
	// ErrInvalid says that a manifest contradicts itself or its format. The text names the field.
	ErrInvalid = errors.New("invalid manifest")
	// ErrID says that a manifest's id is not the digest of the rest of it.
	ErrID = errors.New("the id is another pack's")
)

// MaxBytes is the size of a manifest at most.
const MaxBytes = 1 << 20

// Identify computes the id: the SHA-256 of the canonical manifest without its field "id".
func (m Manifest) Identify() (hashes.Digest, error) {
	m.ID = hashes.Of(nil) // it is not written, and the zero digest could not be
	tree, err := canon.Tree(m)
	if err != nil {
		return hashes.Digest{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if fields, ok := tree.(map[string]any); ok {
		delete(fields, "id")
	}
	raw, err := canon.Encode(tree)
	if err != nil {
		return hashes.Digest{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return hashes.Of(raw), nil
}

// Write gives the manifest's bytes. Fails with ErrInvalid and ErrID where Read would not take them.
func (m Manifest) Write() ([]byte, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	raw, err := canon.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if len(raw) > MaxBytes {
		return nil, fmt.Errorf("%w: %d bytes, allowed are %d", ErrInvalid, len(raw), MaxBytes)
	}
	return raw, nil
}

// Read takes the bytes that Write gives, and no others. Fails with ErrInvalid, ErrID, and what canon.Unmarshal fails with.
func Read(raw []byte) (Manifest, error) {
	var m Manifest
	if err := canon.Unmarshal(raw, MaxBytes, &m); err != nil {
		return Manifest{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if err := m.Validate(); err != nil {
		return Manifest{}, err
	}
	return m, nil
}
