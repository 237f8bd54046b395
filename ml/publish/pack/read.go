package pack

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/virtengine/virtengine/ml/publish/manifest"
	"github.com/virtengine/virtengine/ml/publish/signature"
	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/security/safemath"
)

// Limits bound what is read.
type Limits struct {
	Bytes int64 // of all files together, besides manifest and signatures; 0: 256 MiB
}

// DefaultBytes is what a zero in Limits stands for.
const DefaultBytes = 256 << 20

func (l Limits) bytes() int64 {
	if l.Bytes == 0 {
		return DefaultBytes
	}
	return l.Bytes
}

// Archive is how many bytes an archive within the limits has at most.
func (l Limits) Archive() int64 {
	return l.bytes() + manifest.MaxBytes + signature.MaxBytes + (manifest.MaxFiles+4)*2*block
}

// Read reads an archive to its end, from anybody. Each file is held against the manifest as soon as it is there, so a wrong byte ends
// the reading. Fails with ErrFormat, ErrFiles, ErrDigest, ErrLimit, ErrOther, the errors of manifest.Read and
// signature.ReadEnvelope, or the reader's own.
//
//	want: the id that the pack must have; the zero Digest: any
func Read(r io.Reader, want hashes.Digest, l Limits) (*Pack, error) {
	a := archiveReader{r: r}
	m, raw, err := a.manifest(want, l)
	if err != nil {
		return nil, err
	}
	files := make([][]byte, 0, len(m.Files))
	for _, f := range m.Files {
		content, err := a.file(f)
		if err != nil {
			return nil, err
		}
		files = append(files, content)
	}
	p, err := assemble(m, raw, files)
	if err != nil {
		return nil, err
	}
	return a.finish(p)
}

// archiveReader reads a tar entry by entry.
type archiveReader struct{ r io.Reader }

// exactly reads n bytes; memory grows with what arrives.
func (a *archiveReader) exactly(what string, n int64) ([]byte, error) {
	var b bytes.Buffer
	got, err := io.Copy(&b, io.LimitReader(a.r, n))
	if err != nil {
		return nil, err
	}
	if got != n {
		return nil, fmt.Errorf("%w: it ends inside %s; hint: it was cut short, get it again", ErrFormat, what)
	}
	return b.Bytes(), nil
}

// header reads the next header as it stands.
func (a *archiveReader) header(what string) (h [block]byte, err error) {
	raw, err := a.exactly("the header of "+what, block)
	copy(h[:], raw)
	return h, err
}

// content reads an entry's bytes and the zeros behind them.
func (a *archiveReader) content(name string, size int64) ([]byte, error) {
	raw, err := a.exactly(name, size)
	if err != nil {
		return nil, err
	}
	zeros, err := a.exactly("the padding of "+name, padding(size))
	if err != nil {
		return nil, err
	}
	if !zero(zeros) {
		return nil, fmt.Errorf("%w: what follows %s is not zero", ErrFormat, name)
	}
	return raw, nil
}

func zero(b []byte) bool { return len(bytes.Trim(b, "\x00")) == 0 }

// manifest reads the first entry.
func (a *archiveReader) manifest(want hashes.Digest, l Limits) (m manifest.Manifest, raw []byte, err error) {
	h, err := a.header(manifest.ManifestFile)
	if err != nil {
		return m, nil, err
	}
	name, size, ok := declared(h)
	if !ok || name != manifest.ManifestFile {
		return m, nil, fmt.Errorf("%w: it does not begin with %s in the form of ve-model pack", ErrFormat, manifest.ManifestFile)
	}
	if size > manifest.MaxBytes {
		return m, nil, fmt.Errorf("%w: %s has %d bytes, allowed are %d", ErrLimit, name, size, manifest.MaxBytes)
	}
	if raw, err = a.content(name, size); err != nil {
		return m, nil, err
	}
	m, err = readManifest(raw, want, l)
	return m, raw, err
}

// readManifest reads a manifest and holds it against what was asked for, before its files are read.
func readManifest(raw []byte, want hashes.Digest, l Limits) (manifest.Manifest, error) {
	m, err := manifest.Read(raw)
	if err != nil {
		return manifest.Manifest{}, err
	}
	if !want.IsZero() && !want.Equal(m.ID) {
		return manifest.Manifest{}, fmt.Errorf("%w: %s %s is %s, wanted was %s", ErrOther, m.Name, m.Version, m.ID, want)
	}
	total := int64(0)
	for _, f := range m.Files {
		if total, err = safemath.Add(total, f.Bytes); err != nil || total > l.bytes() {
			return manifest.Manifest{}, fmt.Errorf("%w: files have more than %d bytes together", ErrLimit, l.bytes())
		}
	}
	return m, nil
}

// file reads the entry that the manifest lists next.
func (a *archiveReader) file(f manifest.File) ([]byte, error) {
	h, err := a.header(f.Name)
	if err != nil {
		return nil, err
	}
	if h != header(f.Name, f.Bytes) {
		if name, size, ok := declared(h); ok {
			return nil, fmt.Errorf("%w: %.110q of %d bytes stands where the manifest lists %s of %d", ErrFiles, name, size, f.Name, f.Bytes)
		}
		return nil, fmt.Errorf("%w: the header of %s is not in the form of ve-model pack", ErrFormat, f.Name)
	}
	content, err := a.content(f.Name, f.Bytes)
	if err != nil {
		return nil, err
	}
	return content, matches(f, content)
}

// finish reads signatures, if there are any, and the end.
func (a *archiveReader) finish(p *Pack) (*Pack, error) {
	h, err := a.header("the end")
	if err != nil {
		return nil, err
	}
	if !zero(h[:]) {
		if p, err = a.signatures(p, h); err != nil {
			return nil, err
		}
		if h, err = a.header("the end"); err != nil {
			return nil, err
		}
	}
	last, err := a.header("the end")
	if err != nil {
		return nil, err
	}
	if !zero(h[:]) || !zero(last[:]) {
		return nil, fmt.Errorf("%w: something stands behind the last file", ErrFiles)
	}
	switch n, err := io.ReadFull(a.r, make([]byte, 1)); {
	case n > 0:
		return nil, fmt.Errorf("%w: something follows its end", ErrFormat)
	case !errors.Is(err, io.EOF):
		return nil, err
	}
	return p, nil
}

func (a *archiveReader) signatures(p *Pack, h [block]byte) (*Pack, error) {
	name, size, ok := declared(h)
	switch {
	case !ok:
		return nil, fmt.Errorf("%w: a header behind the last file is not in the form of ve-model pack", ErrFormat)
	case name != manifest.SignaturesFile:
		return nil, fmt.Errorf("%w: %.110q is not in it", ErrFiles, name)
	case size > signature.MaxBytes:
		return nil, fmt.Errorf("%w: %s has %d bytes, allowed are %d", ErrLimit, name, size, signature.MaxBytes)
	}
	raw, err := a.content(name, size)
	if err != nil {
		return nil, err
	}
	return p.withSignatureFile(raw)
}

// withSignatureFile reads signatures.json, which must be over this manifest.
func (p *Pack) withSignatureFile(raw []byte) (*Pack, error) {
	e, err := signature.ReadEnvelope(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", manifest.SignaturesFile, err)
	}
	return p.Attach(e)
}
