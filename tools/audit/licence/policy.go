package licence

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/virtengine/virtengine/security/hashes"
)

// ErrPolicy says that a policy makes no sense.
var ErrPolicy = errors.New("licence policy")

// minReason is how many words a reason has at least.
const minReason = 4

// Policy is what we agree to.
type Policy struct {
	// Platforms are those that code is compiled for, as linux/amd64.
	Platforms []string `yaml:"platforms"`
	// Allowed are ids of licences that any module may have.
	Allowed []string `yaml:"allowed"`
	// Forbidden are ids that no module may have, and about which nobody decides alone.
	Forbidden []string `yaml:"forbidden"`
	// Modules are decisions about single modules.
	Modules []Decision `yaml:"modules"`
}

// Decision is what a person found out about a module whose licence files say more, or less, than the matcher understands.
type Decision struct {
	Module string   `yaml:"module"` // its path; npm:NAME for a package of npm
	Take   []string `yaml:"take"`   // ids under which we use it; allowed ones
	// Files is the digest of the licence files that were read; the audit prints it. For a package of npm: its version.
	Files  string `yaml:"files"`
	Reason string `yaml:"reason"` // four words or more
}

// ParsePolicy reads a policy. Fails with ErrPolicy, which says what is wrong with which entry.
func ParsePolicy(text []byte) (Policy, error) {
	var p Policy
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&p); err != nil {
		return Policy{}, fmt.Errorf("%w: %w", ErrPolicy, err)
	}
	if err := d.Decode(new(Policy)); !errors.Is(err, io.EOF) {
		return Policy{}, fmt.Errorf("%w: more follows the first document", ErrPolicy)
	}
	return p, p.check()
}

func (p Policy) check() error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("%w: %s", ErrPolicy, fmt.Sprintf(format, args...))
	}
	ids := knownIDs()
	for _, id := range slices.Concat(p.Allowed, p.Forbidden) {
		if !ids[id] {
			return bad("%q is no licence that is recognized here", id)
		}
	}
	if _, err := p.platforms(); err != nil {
		return err
	}
	for _, id := range p.Allowed {
		if slices.Contains(p.Forbidden, id) {
			return bad("%s is both allowed and forbidden", id)
		}
	}
	seen := map[string]bool{}
	for _, m := range p.Modules {
		switch {
		case m.Module == "":
			return bad("a decision names no module")
		case seen[m.Module]:
			return bad("two decisions about %s", m.Module)
		case len(strings.Fields(m.Reason)) < minReason:
			return bad("%s: the reason has fewer than %d words", m.Module, minReason)
		case len(m.Take) == 0:
			return bad("%s: under which licence do we take it?", m.Module)
		}
		if _, err := hashes.Parse(m.Files); err != nil && !strings.HasPrefix(m.Module, npmPrefix) {
			return bad("%s: files: %v", m.Module, err)
		}
		for _, id := range m.Take {
			if !slices.Contains(p.Allowed, id) {
				return bad("%s: %s is not an allowed licence", m.Module, id)
			}
		}
		seen[m.Module] = true
	}
	return nil
}

func (p Policy) platforms() ([]Platform, error) {
	var all []Platform
	for _, s := range p.Platforms {
		os, arch, ok := strings.Cut(s, "/")
		if !ok || os == "" || arch == "" {
			return nil, fmt.Errorf("%w: platform %q is not OS/ARCHITECTURE", ErrPolicy, s)
		}
		all = append(all, Platform{os, arch})
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%w: no platforms", ErrPolicy)
	}
	return all, nil
}

func (p Policy) decision(module string) (Decision, bool) {
	i := slices.IndexFunc(p.Modules, func(d Decision) bool { return d.Module == module })
	if i < 0 {
		return Decision{}, false
	}
	return p.Modules[i], true
}

// objection says why a licence is not agreed to; empty if it is.
func (p Policy) objection(id string) string {
	switch {
	case slices.Contains(p.Allowed, id):
		return ""
	case slices.Contains(p.Forbidden, id):
		return id + " is forbidden"
	}
	return id + " is not on the list of allowed licences"
}

func knownIDs() map[string]bool {
	ids := map[string]bool{}
	for _, f := range known {
		ids[f.id] = true
	}
	for _, m := range markers {
		ids[m.id] = true
	}
	return ids
}
