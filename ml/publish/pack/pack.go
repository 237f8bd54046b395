package pack

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/virtengine/virtengine/ml/publish/manifest"
	"github.com/virtengine/virtengine/ml/publish/signature"
	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/security/paths"
)

// Pack is a manifest with its files, which are what it says, and signatures, which nobody has checked yet. It does not change and
// is safe for concurrent use.
type Pack struct {
	manifest   manifest.Manifest
	raw        []byte   // the manifest's canonical bytes
	files      [][]byte // in its order
	signatures []signature.Signature
}

// assemble holds files against the manifest that lists them, whose bytes are raw.
func assemble(m manifest.Manifest, raw []byte, files [][]byte) (*Pack, error) {
	if len(files) != len(m.Files) {
		return nil, fmt.Errorf("%w: %d, listed are %d", ErrFiles, len(files), len(m.Files))
	}
	for i, f := range m.Files {
		if err := matches(f, files[i]); err != nil {
			return nil, err
		}
	}
	return &Pack{manifest: m, raw: raw, files: files}, nil
}

// matches says whether a content is the file that a manifest lists.
func matches(f manifest.File, content []byte) error {
	if int64(len(content)) != f.Bytes {
		return fmt.Errorf("%w: %s: %d bytes, manifest says %d; hint: get the pack again", ErrDigest, f.Name, len(content), f.Bytes)
	}
	if have := hashes.Of(content); !have.Equal(f.Digest) {
		return fmt.Errorf("%w: %s: %s, manifest says %s; hint: get the pack again", ErrDigest, f.Name, have, f.Digest)
	}
	return nil
}

// Manifest is what the pack says of itself. Its lists are the pack's own and not to be changed.
func (p *Pack) Manifest() manifest.Manifest { return p.manifest }

// ID is the pack's id.
func (p *Pack) ID() hashes.Digest { return p.manifest.ID }

// File returns a copy of a file's content.
func (p *Pack) File(name string) ([]byte, bool) {
	content, ok := p.content(name)
	return bytes.Clone(content), ok
}

func (p *Pack) content(name string) ([]byte, bool) {
	i := slices.IndexFunc(p.manifest.Files, func(f manifest.File) bool { return f.Name == name })
	if i < 0 {
		return nil, false
	}
	return p.files[i], true
}

// Envelope is what was signed and the signatures over it; there may be none.
func (p *Pack) Envelope() signature.Envelope {
	return signature.Envelope{Payload: bytes.Clone(p.raw), Signatures: slices.Clone(p.signatures)}
}

// Sign returns the pack with one signature more. Its id stays the same.
func (p *Pack) Sign(ctx context.Context, s signature.Signer) (*Pack, error) {
	e, err := p.Envelope().Sign(ctx, s)
	if err != nil {
		return nil, err
	}
	return p.signed(e.Signatures), nil
}

// Attach returns the pack with the signatures of an envelope added, which must be over this pack's manifest: else ErrOther. It does
// not check them.
func (p *Pack) Attach(e signature.Envelope) (*Pack, error) {
	if !bytes.Equal(e.Payload, p.raw) {
		return nil, fmt.Errorf("%w: the signatures are over another manifest than that of %s %s", ErrOther, p.manifest.Name, p.manifest.Version)
	}
	all, err := p.Envelope().With(e.Signatures...)
	if err != nil {
		return nil, err
	}
	return p.signed(all.Signatures), nil
}

func (p *Pack) signed(all []signature.Signature) *Pack {
	next := *p
	next.signatures = all
	return &next
}

// entry is a file of an archive or folder.
type entry struct {
	name    string
	content []byte
}

// entries are all files, in the order in which they are written: the manifest first, signatures last.
func (p *Pack) entries() ([]entry, error) {
	all := []entry{{manifest.ManifestFile, p.raw}}
	for i, f := range p.manifest.Files {
		all = append(all, entry{f.Name, p.files[i]})
	}
	if len(p.signatures) > 0 {
		raw, err := p.Envelope().Write()
		if err != nil {
			return nil, err
		}
		all = append(all, entry{manifest.SignaturesFile, raw})
	}
	return all, nil
}

// Archive gives the pack as a .vepack: an uncompressed ustar. The same pack with the same signatures gives the same bytes.
func (p *Pack) Archive() ([]byte, error) {
	all, err := p.entries()
	if err != nil {
		return nil, err
	}
	var out []byte
	for _, e := range all {
		size := int64(len(e.content))
		if size >= 1<<33 {
			return nil, fmt.Errorf("%w: %s has %d bytes", ErrLimit, e.name, size)
		}
		h := header(e.name, size)
		out = append(out, h[:]...)
		out = append(out, e.content...)
		out = append(out, make([]byte, padding(size))...)
	}
	return append(out, make([]byte, 2*block)...), nil
}

// WriteDir writes the pack as a folder, which must be empty: else ErrFiles.
func (p *Pack) WriteDir(dir *paths.Dir) error {
	if there, err := dir.List(0); err != nil || len(there) > 0 {
		return fmt.Errorf("%w: %s is not empty; hint: name a new folder", ErrFiles, dir.Path())
	}
	all, err := p.entries()
	if err != nil {
		return err
	}
	for _, e := range all {
		if err := dir.CreateFile(e.name, e.content, paths.PublicFile); err != nil {
			return err
		}
	}
	return nil
}
