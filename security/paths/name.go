package paths

import (
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of names.
const (
	MaxName  = 255  // bytes of one element: NAME_MAX of Linux
	MaxLocal = 4095 // bytes of a path: PATH_MAX of Linux without its NUL
	MaxDepth = 64   // elements of a path
)

// Rule is what a refused name broke.
type Rule string

// The rules of names.
const (
	RuleEmpty     Rule = "it is empty"
	RuleLength    Rule = "it is too long"
	RuleDepth     Rule = "it has too many elements"
	RuleSeparator Rule = "it holds a separator"
	RuleAbsolute  Rule = "it is absolute"
	RuleDots      Rule = "it is . or .."
	RuleEncoding  Rule = "it is not UTF-8"
	RuleInvisible Rule = "it holds a control or invisible character"
	RuleSpace     Rule = "it begins or ends with a space"
	RuleOption    Rule = "it begins with - and would be taken for an option"
	RuleReserved  Rule = "names like .x.next are unfinished writes"
)

// NameError says which rule a name broke. It is ErrName.
type NameError struct {
	Name string // at most 64 bytes of it
	Rule Rule
}

func (e *NameError) Error() string {
	return fmt.Sprintf("name %q: %s; hint: use letters, digits, dots, dashes and underscores", e.Name, e.Rule)
}

// Unwrap makes every NameError an ErrName.
func (e *NameError) Unwrap() error { return ErrName }

func refuseName(name string, rule Rule) error {
	return &NameError{Name: name[:min(len(name), 64)], Rule: rule}
}

// Name checks one element of a path that comes from outside and returns it unchanged. Fails with a *NameError.
func Name(s string) (string, error) {
	if rule := elementRule(s); rule != "" {
		return "", refuseName(s, rule)
	}
	return s, nil
}

// Local checks a relative path that comes from outside and returns it cleaned: every element passes Name, none is "..",
// not even where it would cancel out, since behind a link it would not. "." alone is the root. Fails with a *NameError.
func Local(s string) (string, error) {
	switch {
	case s == "":
		return "", refuseName(s, RuleEmpty)
	case len(s) > MaxLocal:
		return "", refuseName(s, RuleLength)
	case s[0] == '/':
		return "", refuseName(s, RuleAbsolute)
	}
	depth := 0
	for part := range strings.SplitSeq(s, "/") {
		if part == "" || part == "." {
			continue
		}
		if depth++; depth > MaxDepth {
			return "", refuseName(s, RuleDepth)
		}
		if rule := elementRule(part); rule != "" {
			return "", refuseName(s, rule)
		}
	}
	return path.Clean(s), nil
}

// elementRule is the rule that one element breaks; empty when it is good.
func elementRule(s string) Rule {
	switch {
	case s == "":
		return RuleEmpty
	case len(s) > MaxName:
		return RuleLength
	case s == "." || s == "..":
		return RuleDots
	case strings.ContainsAny(s, `/\`): // a backslash separates where archives of other systems were made
		return RuleSeparator
	case !utf8.ValidString(s):
		return RuleEncoding
	case strings.ContainsFunc(s, invisible):
		return RuleInvisible
	case s[0] == ' ' || s[len(s)-1] == ' ':
		return RuleSpace
	case s[0] == '-':
		return RuleOption
	case isUnfinished(s):
		return RuleReserved
	}
	return ""
}

// invisible is true for NUL, control characters, zero-width and direction marks, private use, and spaces but U+0020.
func invisible(r rune) bool { return !unicode.IsPrint(r) }
