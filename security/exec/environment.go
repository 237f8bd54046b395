package exec

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// variableName is a portable name, with small letters too. POSIX.1-2024, Base Definitions, section 8.1.
var variableName = regexp.MustCompile(`\A[A-Za-z_][A-Za-z0-9_]{0,127}\z`)

func (r *Registry) compileEnv(env map[string]Slot) (map[string]*slot, error) {
	compiled := make(map[string]*slot, len(env))
	for _, name := range slices.Sorted(maps.Keys(env)) {
		s, err := compileSlot(env[name], 0)
		switch {
		case !variableName.MatchString(name):
			return nil, fmt.Errorf("%w: variable %q is no name", ErrProgram, cut(name))
		case err != nil:
			return nil, fmt.Errorf("%w: variable %s: %w", ErrProgram, name, err)
		case swayOf(name) == loading:
			return nil, fmt.Errorf("%w: variable %s makes every program run other code", ErrForbidden, name)
		case swayOf(name) == steering && s.words == nil:
			return nil, fmt.Errorf("%w: variable %s may make programs run other code; hint: give its values as a Word or OneOf", ErrForbidden, name)
		}
		if name == "PATH" {
			if err := r.searched(s.words); err != nil {
				return nil, fmt.Errorf("variable PATH: %w", err)
			}
		}
		compiled[name] = s
	}
	return compiled, nil
}

// searched checks the directories in which a registered PATH lets a program look for others.
func (r *Registry) searched(lists []string) error {
	for _, list := range lists {
		for dir := range strings.SplitSeq(list, ":") {
			if !filepath.IsAbs(dir) { // an empty element is the working folder
				return fmt.Errorf("%w: %q is not absolute", ErrForbidden, dir)
			}
			if _, err := r.trust.folder(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}

// environment returns the NAME=VALUE strings that a program is started with, never nil, in order of their names.
func (p *program) environment(given map[string]string, snapshot []string) ([]string, error) {
	values := map[string]string{}
	for name, s := range p.env {
		if len(s.words) == 1 {
			values[name] = s.words[0]
		}
	}
	if err := p.inherit(values, snapshot); err != nil {
		return nil, err
	}
	for name, value := range given {
		if p.env[name] == nil {
			return nil, fmt.Errorf("%w: program %s: variable %q is not registered", ErrEnvironment, p.name, cut(name))
		}
		values[name] = value
	}
	env := make([]string, 0, len(values))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		rule := p.env[name].breaks(values[name])
		if rule == "" {
			rule = unfit(name + "=" + values[name]) // they are one string
		}
		if rule != "" { // the value is not repeated: it may be a secret
			return nil, fmt.Errorf("%w: program %s: variable %s: %s; hint: want %s", ErrEnvironment, p.name, name, rule, p.env[name].want)
		}
		env = append(env, name+"="+values[name])
	}
	return env, nil
}

// inherit copies the registered variables of a snapshot. Empty ones are as good as not set. One that comes twice is
// refused, since programs differ in which they take; one whose value was fixed keeps it.
func (p *program) inherit(values map[string]string, snapshot []string) error {
	seen := map[string]bool{}
	for _, variable := range snapshot {
		name, value, _ := strings.Cut(variable, "=")
		s := p.env[name]
		if s == nil {
			continue
		}
		if seen[name] {
			return fmt.Errorf("%w: program %s: variable %s comes twice", ErrEnvironment, p.name, name)
		}
		seen[name] = true
		if value != "" && len(s.words) != 1 {
			values[name] = value
		}
	}
	return nil
}
