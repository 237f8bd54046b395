// Package toml reads and replaces single values in a TOML file and leaves every other byte alone, comments above all.
// It knows what the node's files contain: tables, and keys with a value on one line.
package toml

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

var (
	// ErrUnknownKey says that the file has no such key.
	ErrUnknownKey = errors.New("no such key")
	// ErrType says that the new value is of another type than the old one.
	ErrType = errors.New("value has the wrong type")
)

// Get returns the value of a key ("section.key", or "key" before the first section), strings without their quotes.
// Fails with ErrUnknownKey.
func Get(text, key string) (string, error) {
	line, err := find(strings.Split(text, "\n"), key)
	if err != nil {
		return "", err
	}
	_, value := split(strings.Split(text, "\n")[line])
	if s, err := strconv.Unquote(value); err == nil {
		return s, nil
	}
	return value, nil
}

// Set returns text with the value of key replaced. The type of the old value decides how the new one is written.
// Fails with ErrUnknownKey, or ErrType where the old value was a number or truth value and the new one is not.
func Set(text, key, value string) (string, error) {
	lines := strings.Split(text, "\n")
	at, err := find(lines, key)
	if err != nil {
		return "", err
	}
	name, old := split(lines[at])
	switch {
	case strings.HasPrefix(old, `"`) || strings.HasPrefix(old, "'"):
		value = strconv.Quote(value)
	case old == "true" || old == "false":
		if value != "true" && value != "false" {
			return "", fmt.Errorf("%w: %s is true or false, not %q", ErrType, key, value)
		}
	case strings.HasPrefix(old, "["):
		if !strings.HasPrefix(value, "[") || !strings.HasSuffix(value, "]") {
			return "", fmt.Errorf("%w: %s is a list such as [\"a\", \"b\"], not %q", ErrType, key, value)
		}
	default:
		if _, err := strconv.ParseFloat(value, 64); err != nil {
			return "", fmt.Errorf("%w: %s is a number, not %q", ErrType, key, value)
		}
	}
	lines[at] = name + " = " + value
	return strings.Join(lines, "\n"), nil
}

// find returns the line that gives key its value.
func find(lines []string, key string) (int, error) {
	section := ""
	for i, line := range lines {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "#") {
			continue
		}
		if strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]") {
			section = strings.Trim(line, "[]") + "."
			continue
		}
		if name, _ := split(line); name != "" && section+name == key {
			return i, nil
		}
	}
	return 0, fmt.Errorf("%w: %q", ErrUnknownKey, key)
}

// split parts "name = value"; a line of another form has no name.
func split(line string) (name, value string) {
	name, value, ok := strings.Cut(line, "=")
	if !ok {
		return "", ""
	}
	return strings.TrimSpace(name), strings.TrimSpace(value)
}
