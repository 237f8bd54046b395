package sdl

import (
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/virtengine/virtengine/security/safemath"
)

// The functions of this file read one value each. What does not fit is reported and read as nothing; every other
// problem of the file is still found.

type field struct {
	name string
	read func(place)
}

// fields reads a mapping of known keys and returns those that are there. Unknown and repeated ones are reported.
func (p place) fields(known ...field) map[string]bool {
	there := map[string]bool{}
	p.each(func(name string, value place) {
		there[name] = true
		i := slices.IndexFunc(known, func(f field) bool { return f.name == name })
		if i < 0 {
			value.addf("unknown; known here: %s", names(known))
			return
		}
		known[i].read(value)
	})
	return there
}

func names(known []field) string {
	var list []string
	for _, f := range known {
		list = append(list, f.name)
	}
	return strings.Join(list, ", ")
}

// each reads a mapping of any keys, in the file's order. Repeated keys are reported. Problems of a key carry its line.
func (p place) each(read func(name string, value place)) {
	if p.empty() {
		return
	}
	if p.node.Kind != yaml.MappingNode {
		p.addf("a mapping is expected")
		return
	}
	first := map[string]int{}
	for i := 0; i+1 < len(p.node.Content); i += 2 {
		key, value := p.node.Content[i], *p.node.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			place{key, p.path, p.all}.addf("a key is one word")
			continue
		}
		if key.Tag == "!!merge" {
			place{key, p.path, p.all}.addf("merging with << is not understood: write the keys out")
			continue
		}
		if line, again := first[key.Value]; again {
			p.down(key.Value, key).addf("given twice, first in line %d", line)
			continue
		}
		first[key.Value] = key.Line
		value.Line = key.Line // where people look for it; an alias' own line is elsewhere
		read(key.Value, p.down(key.Value, &value))
	}
}

// list reads a sequence.
func (p place) list(read func(place)) {
	if p.empty() {
		return
	}
	if p.node.Kind != yaml.SequenceNode {
		p.addf("a list is expected")
		return
	}
	for i, n := range p.node.Content {
		read(p.element(i, n))
	}
}

// texts reads a list of scalars.
func (p place) texts() []string {
	var out []string
	p.list(func(e place) {
		if s, ok := e.scalar(); ok {
			out = append(out, s)
		}
	})
	return out
}

// text reads a scalar as it is written.
func (p place) text() string {
	s, ok := p.scalar()
	if ok && s == "" {
		p.addf("empty")
	}
	return s
}

func (p place) scalar() (string, bool) {
	if p.node.Kind != yaml.ScalarNode {
		p.addf("one value is expected")
		return "", false
	}
	if p.empty() {
		p.addf("empty")
		return "", false
	}
	return p.node.Value, true
}

func (p place) boolean() bool {
	s, ok := p.scalar()
	if !ok {
		return false
	}
	if s != "true" && s != "false" {
		p.addf("%q: true or false is expected", s)
	}
	return s == "true"
}

// number reads a whole number from low to high.
func (p place) number(low, high uint64) uint64 {
	s, ok := p.scalar()
	if !ok {
		return 0
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || n < low || n > high {
		p.addf("%q: a whole number from %d to %d is expected", s, low, high)
		return 0
	}
	return n
}

// number reads a whole number of a narrower type.
func number[T uint16 | uint32](p place, low, high T) T {
	return safemath.Clamp[T](p.number(uint64(low), uint64(high))) // it is within both already
}

// refuse reports what the market does not sell, unless nothing is asked for.
func refuse(why string) func(place) {
	return func(p place) {
		if !p.empty() {
			p.addf("%s", why)
		}
	}
}

// empty is a value that is not given: null, {} or [].
func (p place) empty() bool {
	if p.node.Kind == yaml.ScalarNode {
		return p.node.Tag == "!!null"
	}
	return len(p.node.Content) == 0
}
