package secret

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxReference is the longest reference, in bytes.
const maxReference = 4096

// Reference says where a secret is, as SOURCE:NAME. It is no secret: it can be written, compared and logged. The zero
// Reference is none.
type Reference struct{ source, name string }

// ParseReference reads SOURCE:NAME, where SOURCE is a small letter and then small letters, digits or -, and NAME is
// printable without spaces at its ends. Whether there is such a source is for a Resolver to say. Fails with
// ErrReference, without repeating the text, which may be a secret that somebody wrote in the wrong place.
func ParseReference(s string) (Reference, error) {
	source, name, found := strings.Cut(s, ":")
	if !found || !isSource(source) {
		return Reference{}, fmt.Errorf("%w: %d bytes that are not SOURCE:NAME; hint: write file:/run/keys/name, and the secret into that file", ErrReference, len(s))
	}
	if err := CheckName(name); err != nil {
		return Reference{}, err
	}
	if len(s) > maxReference {
		return Reference{}, fmt.Errorf("%w: %d bytes, at most %d", ErrReference, len(s), maxReference)
	}
	return Reference{source, name}, nil
}

// CheckName says whether a name could be one in a reference. Fails with ErrReference. Sources call it first.
func CheckName(name string) error {
	switch {
	case name == "":
		return fmt.Errorf("%w: it has no name after the colon", ErrReference)
	case len(name) > maxReference:
		return fmt.Errorf("%w: a name of %d bytes, at most %d", ErrReference, len(name), maxReference)
	case !utf8.ValidString(name), strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }):
		return fmt.Errorf("%w: its name has characters that do not print", ErrReference)
	case name != strings.TrimSpace(name):
		return fmt.Errorf("%w: its name begins or ends with a space", ErrReference)
	}
	return nil
}

func isSource(s string) bool {
	for i, c := range s {
		small, other := 'a' <= c && c <= 'z', '0' <= c && c <= '9' || c == '-'
		if !small && (i == 0 || !other) {
			return false
		}
	}
	return s != ""
}

// Source is what stands before the colon.
func (r Reference) Source() string { return r.source }

// Name is what stands behind the colon.
func (r Reference) Name() string { return r.name }

// IsZero says whether this is no reference.
func (r Reference) IsZero() bool { return r == Reference{} }

// String is SOURCE:NAME; "" for the zero Reference.
func (r Reference) String() string {
	if r.IsZero() {
		return ""
	}
	return r.source + ":" + r.name
}

// MarshalText is String.
func (r Reference) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText is ParseReference; empty text is the zero Reference, for secrets that are optional.
func (r *Reference) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*r = Reference{}
		return nil
	}
	parsed, err := ParseReference(string(text))
	if err != nil {
		return err
	}
	*r = parsed
	return nil
}
