package canon

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// UnmarshalLoose reads JSON that a person or another program wrote: white space and the order of fields are free. A field that is
// unknown or repeated is refused, in whichever case it is written, and so is what follows the value. Fails with ErrSyntax,
// ErrField and ErrLimit.
//
//	limit: how many bytes are read at most     v: a pointer, to a zero value
func UnmarshalLoose(data []byte, limit int, v any) error {
	if len(data) > limit {
		return fmt.Errorf("%w: %d bytes, allowed are %d", ErrLimit, len(data), limit)
	}
	if err := onceEach(data); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("%w: %w", ErrField, err)
	}
	return nil
}

// onceEach refuses what encoding/json lets pass: a key that comes twice, also in another case, and something behind the value.
func onceEach(raw []byte) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	if err := onceEachValue(d, 0); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: something follows the value", ErrSyntax)
	}
	return nil
}

func onceEachValue(d *json.Decoder, depth int) error {
	if depth > MaxDepth {
		return fmt.Errorf("%w: nested deeper than %d", ErrLimit, MaxDepth)
	}
	token, err := d.Token()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrSyntax, err)
	}
	open, ok := token.(json.Delim)
	if !ok {
		return nil
	}
	seen := map[string]bool{}
	for d.More() {
		if open == '{' {
			key, err := d.Token()
			if err != nil {
				return fmt.Errorf("%w: %w", ErrSyntax, err)
			}
			name := foldKey(key)
			if seen[name] {
				return fmt.Errorf("%w: key %.40q comes twice", ErrField, name)
			}
			seen[name] = true
		}
		if err := onceEachValue(d, depth+1); err != nil {
			return err
		}
	}
	if _, err = d.Token(); err != nil {
		return fmt.Errorf("%w: %w", ErrSyntax, err)
	}
	return nil
}

// foldKey is a key as encoding/json compares it: case does not count.
func foldKey(key json.Token) string {
	name, _ := key.(string)
	return string(bytes.ToLower(bytes.ToUpper([]byte(name))))
}
