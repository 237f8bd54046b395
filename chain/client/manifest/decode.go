package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Decode reads one group from JSON, in any order of its sets, and returns it valid and in canonical order.
// Unknown or repeated fields, anything after the group, and more than MaxBytes are refused with ErrInvalid, a group
// that is well-formed but wrong with a ValidationError. An error of the reader is returned as it is.
func Decode(r io.Reader) (Group, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return Group{}, err
	}
	if len(raw) > MaxBytes {
		return Group{}, fmt.Errorf("%w: more than %d bytes", ErrInvalid, MaxBytes)
	}
	if err := checkKeys(raw); err != nil {
		return Group{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	var g Group
	if err := dec.Decode(&g); err != nil {
		return Group{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if err := g.Validate(); err != nil {
		return Group{}, err
	}
	return g.Sorted(), nil
}

// checkKeys refuses what encoding/json is lenient about: a field given twice, of which it would take the last, a field
// in other letter case, and a second value after the first.
func checkKeys(raw []byte) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var open []map[string]bool // keys seen in each open object; nil for a list
	key := false               // the next string is a key
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case json.Delim:
			switch t {
			case '{':
				open = append(open, map[string]bool{})
			case '[':
				open = append(open, nil)
			default:
				open = open[:len(open)-1]
			}
		case string:
			if key {
				if err := checkKey(open[len(open)-1], t); err != nil {
					return fmt.Errorf("byte %d: %w", dec.InputOffset(), err)
				}
				key = false
				continue // its value follows
			}
		}
		if len(open) == 0 {
			break
		}
		key = open[len(open)-1] != nil
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the group")
	}
	return nil
}

func checkKey(seen map[string]bool, k string) error {
	for _, c := range []byte(k) {
		if (c < 'a' || c > 'z') && c != '_' {
			return fmt.Errorf("unknown field %q", k)
		}
	}
	if seen[k] {
		return fmt.Errorf("field %q is given twice", k)
	}
	seen[k] = true
	return nil
}
