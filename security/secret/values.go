package secret

import (
	"bytes"
	"unicode/utf8"
)

// Bytes is a secret of any bytes: a key, a file. Copies share one content. The zero Bytes is none. Safe for concurrent use.
type Bytes struct{ sealed }

// Text is a secret of UTF-8 text: a password, a token. Copies share one content. The zero Text is none. Safe for
// concurrent use.
type Text struct{ sealed }

// Move makes a secret of data and clears data, which the caller has no longer.
func Move(data []byte) Bytes {
	own := bytes.Clone(data)
	clear(data)
	return Bytes{seal(own)}
}

// NewText makes a secret of s. The string itself cannot be cleared and stays in memory until it is overwritten; what
// comes in as bytes is better passed to Move. Fails with ErrNotText.
func NewText(s string) (Text, error) {
	if !utf8.ValidString(s) {
		return Text{}, ErrNotText
	}
	return Text{seal([]byte(s))}, nil
}

// Equal says in constant time whether both hold the same. Zero and wiped values equal none.
func (b Bytes) Equal(other Bytes) bool { return b.equal(other.sealed) }

// Equal says in constant time whether both hold the same. Zero and wiped values equal none.
func (t Text) Equal(other Text) bool { return t.equal(other.sealed) }

// Reveal returns a copy of the content, which the caller clears. Fails with ErrEmpty or ErrWiped, never with no bytes.
func (b Bytes) Reveal() ([]byte, error) {
	var out []byte
	err := b.Use(func(p []byte) error { out = bytes.Clone(p); return nil })
	return out, err
}

// Reveal returns the text as a string, which nobody can clear. Fails with ErrEmpty or ErrWiped, never with "".
func (t Text) Reveal() (string, error) {
	var out string
	err := t.Use(func(p []byte) error { out = string(p); return nil })
	return out, err
}

// Text returns a text of its own with the same content, without one line end that editors and echo add to a file.
// Fails with ErrNotText if it is no UTF-8, with ErrEmpty if nothing else is there, or with ErrWiped.
func (b Bytes) Text() (Text, error) {
	var t Text
	err := b.Use(func(p []byte) error {
		p = bytes.TrimSuffix(bytes.TrimSuffix(p, []byte("\n")), []byte("\r"))
		if !utf8.Valid(p) {
			return ErrNotText
		}
		if len(p) == 0 {
			return ErrEmpty
		}
		t = Text{seal(bytes.Clone(p))}
		return nil
	})
	return t, err
}

// Bytes returns bytes of their own with the same content. Fails with ErrEmpty or ErrWiped.
func (t Text) Bytes() (Bytes, error) {
	var b Bytes
	err := t.Use(func(p []byte) error { b = Bytes{seal(bytes.Clone(p))}; return nil })
	return b, err
}
