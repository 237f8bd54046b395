package manifest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/security/safemath"
)

// Limits of lists and texts.
const (
	MaxFiles   = 256
	MaxTriples = 256
	MinTriples = 3
	MaxText    = 1024 // bytes of a command, a licence, a version of data
	MaxName    = 100  // bytes of a file's name, which an archive's header holds
)

// Names of files an archive has besides those listed.
const (
	ManifestFile   = "manifest.json"
	SignaturesFile = "signatures.json"
)

// Validate says whether a manifest agrees with itself: names, versions, order of lists, roles, table, triples, id. Fails with
// ErrInvalid, naming the field, and ErrID.
func (m Manifest) Validate() error {
	for _, check := range []func() error{m.checkHead, m.checkFiles, m.checkModels, m.checkPreprocessing, m.checkScore, m.checkTriples,
		m.checkTraining, m.checkMetrics} {
		if err := check(); err != nil {
			return err
		}
	}
	id, err := m.Identify()
	if err != nil {
		return err
	}
	if !id.Equal(m.ID) {
		return fmt.Errorf("%w: it says %s, its content is %s", ErrID, m.ID, id)
	}
	return nil
}

func invalid(place, format string, args ...any) error {
	return fmt.Errorf("%w: %s: %s", ErrInvalid, place, fmt.Sprintf(format, args...))
}

// CheckName says whether a text can be the name of a pack. Fails with ErrInvalid.
func CheckName(s string) error {
	if !name(s, "-") {
		return invalid("name", "%.70q; hint: small letters, digits and -, at most 64", s)
	}
	return nil
}

func (m Manifest) checkHead() error {
	if m.Format != Format {
		return invalid("format", "%.40q, this program reads %s; hint: another release of ve-model may read it", m.Format, Format)
	}
	if err := CheckName(m.Name); err != nil {
		return err
	}
	for i, part := range m.Version {
		if part < 0 || part > 999999 {
			return invalid("version", "part %d is %d, want 0 to 999999", i, part)
		}
	}
	if m.Contract != Integer8 && m.Contract != Float32 {
		return invalid("contract", "%.40q, known are %s and %s", m.Contract, Integer8, Float32)
	}
	if m.Previous != "" {
		if _, err := id(m.Previous); err != nil {
			return invalid("previous", "%v", err)
		}
	}
	if !word(m.Licence, 200, ".+() -") {
		return invalid("licence", "%.40q is no SPDX expression", m.Licence)
	}
	return nil
}

// id reads the id of a pack, which is a SHA-256 alone.
func id(s string) (hashes.Digest, error) {
	d, err := hashes.Parse(s)
	if err != nil {
		return hashes.Digest{}, err
	}
	if d.Algorithm() != hashes.SHA256 {
		return hashes.Digest{}, fmt.Errorf("%w: %s, want sha256", hashes.ErrAlgorithm, d.Algorithm())
	}
	return d, nil
}

// ParseID reads the id of a pack, as in sha256:e3b0... Fails with ErrInvalid.
func ParseID(s string) (hashes.Digest, error) {
	d, err := id(s)
	if err != nil {
		return hashes.Digest{}, fmt.Errorf("%w: pack id %.80q: %w", ErrInvalid, s, err)
	}
	return d, nil
}

func (m Manifest) checkFiles() error {
	if len(m.Files) > MaxFiles {
		return invalid("files", "%d, allowed are %d", len(m.Files), MaxFiles)
	}
	count, folded, total := map[Role]int{}, map[string]string{}, int64(0)
	for i, f := range m.Files {
		place := fmt.Sprintf("files[%d]", i)
		lower := strings.ToLower(f.Name)
		switch {
		case !word(f.Name, MaxName, "._-"):
			return invalid(place, "name %.110q; hint: letters, digits and ._-, no folders, at most %d bytes", f.Name, MaxName)
		case lower == ManifestFile || lower == SignaturesFile:
			return invalid(place, "%s is the pack's own", f.Name)
		case i > 0 && f.Name <= m.Files[i-1].Name:
			return invalid(place, "%s stands behind %s: repeated, or out of order", f.Name, m.Files[i-1].Name)
		case folded[lower] != "":
			return invalid(place, "%s and %s are one file where case does not count", f.Name, folded[lower])
		case f.Bytes < 0:
			return invalid(place, "%d bytes", f.Bytes)
		case f.Digest.Algorithm() != hashes.SHA256:
			return invalid(place, "digest %s is no SHA-256", f.Digest)
		case !slices.Contains([]Role{FloatGraph, IntegerProgram, Card, Evaluation, Licence, ConformanceInput}, f.Role):
			return invalid(place, "role %.40q is unknown", f.Role)
		}
		var err error
		if total, err = safemath.Add(total, f.Bytes); err != nil {
			return invalid(place, "sizes: %v", err)
		}
		folded[lower] = f.Name
		count[f.Role]++
	}
	switch {
	case count[m.runs()] != 1:
		return invalid("files", "%d with role %s, which contract %s runs; want one", count[m.runs()], m.runs(), m.Contract)
	case count[FloatGraph] > 1 || count[IntegerProgram] > 1:
		return invalid("files", "%d with role %s and %d with role %s; want at most one of each", count[FloatGraph], FloatGraph, count[IntegerProgram], IntegerProgram)
	case m.Contract == Float32 && count[IntegerProgram] > 0:
		return invalid("files", "an integer program under contract %s, which nobody would check", Float32)
	case count[Card] == 0 || count[Licence] == 0 || count[Evaluation] != 1:
		return invalid("files", "%d with role %s, %d with role %s, %d with role %s; want a card, a licence and one evaluation",
			count[Card], Card, count[Licence], Licence, count[Evaluation], Evaluation)
	}
	return nil
}

// runs is the role of the file that the contract runs.
func (m Manifest) runs() Role {
	if m.Contract == Integer8 {
		return IntegerProgram
	}
	return FloatGraph
}

// Program is the file, and what it contains, that the contract runs. It is there in every manifest that Validate takes; in
// others both may be zero.
func (m Manifest) Program() (File, Model) {
	for _, f := range m.Files {
		if f.Role != m.runs() {
			continue
		}
		for _, model := range m.Models {
			if model.File == f.Name {
				return f, model
			}
		}
	}
	return File{}, Model{}
}
