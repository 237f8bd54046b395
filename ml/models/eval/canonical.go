package eval

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/virtengine/virtengine/security/hashes"
)

// Canonical writes a value as JSON in one form: keys in order, no spaces, whole numbers, printable ASCII. This is what RFC
// 8785 writes of such values, and two values that are equal have equal bytes. Fails with ErrCanonical for a float, for a
// number beyond 2^53 and for other text.
func Canonical(v any) ([]byte, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCanonical, err)
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var plain any
	if err := d.Decode(&plain); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCanonical, err)
	}
	var out bytes.Buffer
	if err := canonical(&out, plain); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// Digest is the digest of an evaluation: that of its canonical form.
func Digest(v any) (hashes.Digest, error) {
	raw, err := Canonical(v)
	if err != nil {
		return hashes.Digest{}, err
	}
	return hashes.Of(raw), nil
}

func canonical(out *bytes.Buffer, v any) error {
	switch v := v.(type) {
	case nil:
		out.WriteString("null")
	case bool:
		out.WriteString(strconv.FormatBool(v))
	case json.Number:
		n, err := strconv.ParseInt(v.String(), 10, 64)
		if err != nil || n > MaxScore || n < -MaxScore {
			return fmt.Errorf("%w: number %s; hint: write millionths", ErrCanonical, v)
		}
		out.WriteString(strconv.FormatInt(n, 10))
	case string:
		return quoted(out, v)
	case []any:
		out.WriteByte('[')
		for i, e := range v {
			if i > 0 {
				out.WriteByte(',')
			}
			if err := canonical(out, e); err != nil {
				return err
			}
		}
		out.WriteByte(']')
	case map[string]any:
		out.WriteByte('{')
		for i, key := range slices.Sorted(maps.Keys(v)) {
			if i > 0 {
				out.WriteByte(',')
			}
			if err := quoted(out, key); err != nil {
				return err
			}
			out.WriteByte(':')
			if err := canonical(out, v[key]); err != nil {
				return err
			}
		}
		out.WriteByte('}')
	default:
		return fmt.Errorf("%w: a %T", ErrCanonical, v)
	}
	return nil
}

func quoted(out *bytes.Buffer, s string) error {
	if i := strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r > '~' }); i >= 0 {
		return fmt.Errorf("%w: text %q, from byte %d", ErrCanonical, s, i)
	}
	out.WriteByte('"')
	for _, b := range []byte(s) {
		if b == '"' || b == '\\' {
			out.WriteByte('\\')
		}
		out.WriteByte(b)
	}
	out.WriteByte('"')
	return nil
}
