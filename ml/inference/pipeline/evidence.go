package pipeline

import (
	"errors"
	"fmt"
	"slices"

	"github.com/virtengine/virtengine/security/hashes"
)

// ErrMalformed says that a request breaks a rule that its sender knew: it is no evidence, good or bad.
var ErrMalformed = errors.New("malformed request")

// Bounds of a request.
const (
	MaxScopeID = 128     // bytes
	MaxClaim   = 256     // bytes of one claim
	MaxPicture = 8 << 20 // bytes of one picture
)

// Item is one decrypted scope.
type Item struct {
	ScopeID    string
	Ciphertext hashes.Digest // SHA-256 of what the scope was on chain
	Data       []byte        // JPEG or PNG
}

// Claims are what the person said.
type Claims struct {
	Surname, GivenNames, Number string
	BirthDate                   string // YYYY-MM-DD
}

// Evidence is all there is of one person. What is missing is empty.
type Evidence struct {
	Packs      []hashes.Digest // that compute it, ascending by text
	Document   Item
	Selfie     []Item // Frames of them, in the order of capture
	Claims     Claims
	CapturedOn string // YYYY-MM-DD, from the signed manifest of the capture
}

// Validate fails with ErrMalformed where an item that is there has no id, no digest, or too many bytes.
func (e Evidence) Validate() error {
	items := slices.Clone(e.Selfie)
	if e.Document.given() {
		items = append(items, e.Document)
	}
	for _, i := range items {
		switch {
		case i.ScopeID == "" || len(i.ScopeID) > MaxScopeID:
			return fmt.Errorf("%w: a scope id has %d bytes, want 1 to %d", ErrMalformed, len(i.ScopeID), MaxScopeID)
		case i.Ciphertext.Algorithm() != hashes.SHA256:
			return fmt.Errorf("%w: scope %q comes without the SHA-256 of its ciphertext", ErrMalformed, i.ScopeID)
		case len(i.Data) > MaxPicture:
			return fmt.Errorf("%w: scope %q holds %d bytes, at most %d", ErrMalformed, i.ScopeID, len(i.Data), MaxPicture)
		}
	}
	if len(e.Selfie) > Frames {
		return fmt.Errorf("%w: %d frames of a selfie, want %d", ErrMalformed, len(e.Selfie), Frames)
	}
	for _, c := range []string{e.Claims.Surname, e.Claims.GivenNames, e.Claims.Number, e.Claims.BirthDate, e.CapturedOn} {
		if len(c) > MaxClaim {
			return fmt.Errorf("%w: a claim has %d bytes, at most %d", ErrMalformed, len(c), MaxClaim)
		}
	}
	if !slices.IsSortedFunc(e.Packs, func(a, b hashes.Digest) int { return compare(a.String(), b.String()) }) {
		return fmt.Errorf("%w: the packs are not ascending", ErrMalformed)
	}
	return nil
}

func (i Item) given() bool { return i.ScopeID != "" || !i.Ciphertext.IsZero() || len(i.Data) > 0 }

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Digest is over everything that decides the result, and nothing else.
func (e Evidence) Digest(version hashes.Digest) (hashes.Digest, error) {
	t, err := hashes.NewTranscript("virtengine/inference/input/v1")
	if err != nil {
		return hashes.Digest{}, err
	}
	t.Add("pipeline", version.Bytes()).AddUint64("packs", uint64(len(e.Packs)))
	for _, p := range e.Packs {
		t.Add("pack", []byte(p.String()))
	}
	item := func(what string, i Item) {
		t.Add(what, []byte(i.ScopeID)).Add("ciphertext", i.Ciphertext.Bytes()).Add("content", hashes.Of(i.Data).Bytes())
	}
	item("document", e.Document)
	t.AddUint64("frames", uint64(len(e.Selfie)))
	for _, f := range e.Selfie {
		item("frame", f)
	}
	for _, c := range []struct{ name, value string }{{"surname", e.Claims.Surname}, {"given names", e.Claims.GivenNames}, {"number", e.Claims.Number},
		{"birth date", e.Claims.BirthDate}, {"captured on", e.CapturedOn}} {
		t.Add(c.name, []byte(c.value))
	}
	return t.Sum(), nil
}
