package exec

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/virtengine/virtengine/security/paths"
)

// maxIdentifier bounds an Identifier, in bytes.
const maxIdentifier = 128

// slot is a compiled Slot. It does not change.
type slot struct {
	want   string                // what fits, for errors
	breaks func(s string) string // the rule that s breaks; empty when s fits
	words  []string              // all that fits, where these are fixed words
	path   bool                  // nothing fits but absolute paths
}

// typed is a slot for more than fixed words.
func typed(want string, breaks func(string) string) *slot {
	return &slot{want: want, breaks: func(s string) string {
		if rule := unplain(s); rule != "" {
			return rule
		}
		return breaks(s)
	}}
}

func (w Word) slot(depth int) (*slot, error) { return OneOf{string(w)}.slot(depth) }

func (o OneOf) slot(int) (*slot, error) {
	if len(o) == 0 {
		return nil, errors.New("no word to choose from")
	}
	words := slices.Clone(o)
	path := true
	for i, w := range words {
		if rule := unfit(w); w == "" || rule != "" {
			return nil, fmt.Errorf("word %q is empty, or %s", cut(w), rule)
		}
		if slices.Contains(words[:i], w) {
			return nil, fmt.Errorf("word %q comes twice", cut(w))
		}
		path = path && filepath.IsAbs(w)
	}
	want := strconv.Quote(words[0])
	if len(words) > 1 {
		want = fmt.Sprintf("one of %q", []string(words))
	}
	return &slot{want: want, words: words, path: path, breaks: func(s string) string {
		if slices.Contains(words, s) {
			return ""
		}
		if first, _ := utf8.DecodeRuneInString(s); dash(first) {
			return "no such option is registered here"
		}
		return "no such word is registered here"
	}}, nil
}

func (n Int) slot(int) (*slot, error) {
	if n.Min < 0 || n.Max < n.Min {
		return nil, fmt.Errorf("numbers from %d to %d; hint: negative ones begin with a dash, name them as words", n.Min, n.Max)
	}
	return typed(fmt.Sprintf("a number from %d to %d", n.Min, n.Max), func(s string) string {
		v, err := strconv.ParseInt(s, 10, 64)
		switch {
		case err != nil || strconv.FormatInt(v, 10) != s:
			return "it is no decimal number in its shortest form"
		case v < n.Min || v > n.Max:
			return "it is out of bounds"
		}
		return ""
	}), nil
}

func (Identifier) slot(int) (*slot, error) {
	return typed("an identifier", func(s string) string {
		if len(s) > maxIdentifier {
			return "it is too long"
		}
		for i := range len(s) {
			letter := s[i] == '_' || s[i] >= '0' && s[i] <= '9' || s[i]|0x20 >= 'a' && s[i]|0x20 <= 'z'
			if !letter && (i == 0 || s[i] != '.' && s[i] != '-') {
				return "it holds more than ASCII letters, digits, underscores, dots and dashes, or begins with one of the latter"
			}
		}
		return ""
	}), nil
}

func (p Path) slot(int) (*slot, error) {
	if rule := unplain(p.Beneath); rule != "" || !filepath.IsAbs(p.Beneath) || filepath.Clean(p.Beneath) != p.Beneath {
		return nil, fmt.Errorf("path beneath %q: not an absolute path in its shortest form", cut(p.Beneath))
	}
	root := strings.TrimSuffix(p.Beneath, "/") + "/"
	s := typed("a path beneath "+p.Beneath, func(s string) string {
		rest, beneath := strings.CutPrefix(s, root)
		if !beneath {
			return "it is not beneath the directory"
		}
		local, err := paths.Local(rest)
		var named *paths.NameError
		switch {
		case errors.As(err, &named):
			return "of one of its names: " + string(named.Rule)
		case err != nil:
			return err.Error()
		case local == ".":
			return "it is the directory itself"
		case local != rest || len(s) > maxPath:
			return "it is not in its shortest form, or too long"
		}
		return ""
	})
	s.path = true
	return s, nil
}

func (m Match) slot(int) (*slot, error) {
	// By itself first: an expression such as "a)|(?:b" must not undo the anchors.
	if _, err := regexp.Compile(string(m)); err != nil {
		return nil, err
	}
	re, err := regexp.Compile(`\A(?:` + string(m) + `)\z`)
	if err != nil {
		return nil, err
	}
	return typed("a match of "+string(m), func(s string) string {
		switch {
		case len(s) > maxPath:
			return "it is too long"
		case !re.MatchString(s):
			return "it does not match"
		}
		return ""
	}), nil
}

func (t Text) slot(int) (*slot, error) {
	if t.Max < 1 || t.Max > MaxArgument {
		return nil, fmt.Errorf("text of at most %d bytes; hint: from 1 to %d", t.Max, MaxArgument)
	}
	return typed(fmt.Sprintf("text of at most %d bytes", t.Max), func(s string) string {
		if len(s) > t.Max {
			return "it is too long"
		}
		return ""
	}), nil
}

func (k KeyValue) slot(depth int) (*slot, error) {
	if len(k) == 0 {
		return nil, errors.New("KEY=VALUE without keys")
	}
	keys := slices.Sorted(maps.Keys(k))
	values := make(map[string]*slot, len(k))
	for _, key := range keys {
		if rule := unplain(key); rule != "" || strings.Contains(key, "=") {
			return nil, fmt.Errorf("key %q holds =, or %s", cut(key), rule)
		}
		value, err := compileSlot(k[key], depth)
		if err != nil {
			return nil, fmt.Errorf("key %s: %w", key, err)
		}
		values[key] = value
	}
	return typed(fmt.Sprintf("KEY=VALUE with a key of %q", keys), func(s string) string {
		key, value, pair := strings.Cut(s, "=")
		if !pair {
			return "it holds no ="
		}
		known, ok := values[key]
		if !ok {
			return "no such key is registered here"
		}
		if rule := known.breaks(value); rule != "" {
			return fmt.Sprintf("value of %s: %s, want %s", key, rule, known.want)
		}
		return ""
	}), nil
}

func (p Prefixed) slot(depth int) (*slot, error) {
	if rule := unfit(p.Prefix); rule != "" || p.Prefix == "" || strings.TrimSpace(p.Prefix) != p.Prefix {
		return nil, fmt.Errorf("prefix %q is empty, begins or ends with a space, or %s", cut(p.Prefix), rule)
	}
	value, err := compileSlot(p.Value, depth)
	if err != nil {
		return nil, fmt.Errorf("prefix %q: %w", p.Prefix, err)
	}
	return &slot{want: fmt.Sprintf("%q and %s", p.Prefix, value.want), breaks: func(s string) string {
		if rule := unfit(s); rule != "" {
			return rule
		}
		rest, ok := strings.CutPrefix(s, p.Prefix)
		if !ok {
			return fmt.Sprintf("it does not begin with %q", p.Prefix)
		}
		return value.breaks(rest)
	}}, nil
}

// compileSlot compiles a slot within a slot.
func compileSlot(s Slot, depth int) (*slot, error) {
	if s == nil {
		return nil, errors.New("no slot is given")
	}
	if depth++; depth > maxDepth { // a map may hold itself
		return nil, errTooDeep
	}
	return s.slot(depth)
}

func (w Word) compile(depth int) (node, error)       { return w.slot(depth) }
func (o OneOf) compile(depth int) (node, error)      { return o.slot(depth) }
func (n Int) compile(depth int) (node, error)        { return n.slot(depth) }
func (i Identifier) compile(depth int) (node, error) { return i.slot(depth) }
func (p Path) compile(depth int) (node, error)       { return p.slot(depth) }
func (m Match) compile(depth int) (node, error)      { return m.slot(depth) }
func (t Text) compile(depth int) (node, error)       { return t.slot(depth) }
func (k KeyValue) compile(depth int) (node, error)   { return k.slot(depth) }
func (p Prefixed) compile(depth int) (node, error)   { return p.slot(depth) }
