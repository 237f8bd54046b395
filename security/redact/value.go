package redact

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"unicode/utf8"
)

// Bounds of the work on one record.
const (
	MaxNodes = 1000 // values, with those inside others
	MaxDepth = 16   // values inside values
)

// budget is what one record may still cost.
type budget struct{ nodes, text int }

func newBudget() *budget { return &budget{MaxNodes, MaxText} }

// string is String within the budget.
func (b *budget) string(s string) string {
	if b.text -= len(s); b.text < 0 {
		return Cut
	}
	return String(s)
}

// attr masks an attribute; hidden says that a group around it is a secret.
func (b *budget) attr(a slog.Attr, depth int, hidden bool) slog.Attr {
	hidden = hidden || Key(a.Key)
	return slog.Attr{Key: b.string(a.Key), Value: b.value(a.Value, depth, hidden)}
}

func (b *budget) value(v slog.Value, depth int, hidden bool) slog.Value {
	if b.nodes--; b.nodes < 0 || depth > MaxDepth {
		return slog.StringValue(Cut)
	}
	if hidden && v.Kind() != slog.KindBool { // which says whether there is one, and is none
		return slog.StringValue(Mask)
	}
	switch v.Kind() {
	case slog.KindString:
		return slog.StringValue(b.string(v.String()))
	case slog.KindLogValuer:
		return b.value(v.Resolve(), depth+1, false) // Resolve catches panics
	case slog.KindGroup:
		in := v.Group()
		out := make([]slog.Attr, 0, min(len(in), MaxNodes))
		for _, a := range in {
			if b.nodes < 0 {
				break
			}
			out = append(out, b.attr(a, depth+1, false))
		}
		return slog.GroupValue(out...)
	case slog.KindAny:
		return slog.AnyValue(b.any(v.Any(), depth))
	}
	return v // numbers and times
}

// any turns v into strings, numbers, booleans, map[string]any and []any without secrets.
func (b *budget) any(v any, depth int) (out any) {
	defer func() {
		if recover() != nil { // a method of the value, called below, as fmt and slog do it too
			out = Broken
		}
	}()
	if r := reflect.ValueOf(v); !r.IsValid() || nilable(r) && r.IsNil() {
		return nil
	}
	if text, ok := b.speaking(v, depth); ok {
		return text
	}
	return b.reflected(reflect.ValueOf(v), depth)
}

func nilable(r reflect.Value) bool {
	switch r.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Interface, reflect.Func, reflect.Chan:
		return true
	}
	return false
}

// speaking handles values that say themselves how they are written.
func (b *budget) speaking(v any, depth int) (any, bool) {
	switch v := v.(type) {
	case slog.LogValuer:
		return plain(b.value(slog.AnyValue(v).Resolve(), depth+1, false)), true
	case error:
		return b.string(v.Error()), true
	case http.Header:
		return b.reflected(reflect.ValueOf(map[string][]string(Headers(v))), depth), true
	case *url.URL:
		return b.string(URL(v)), true
	case url.URL:
		return b.string(URL(&v)), true
	case encoding.TextMarshaler:
		text, err := v.MarshalText()
		return b.marshaled(string(text), err), true
	case json.Marshaler:
		return b.json(v, depth), true
	case fmt.Stringer:
		return b.string(v.String()), true
	}
	return nil, false
}

func (b *budget) marshaled(text string, err error) string {
	if err != nil {
		return b.string(err.Error())
	}
	return b.string(text)
}

func (b *budget) json(v json.Marshaler, depth int) any {
	text, err := v.MarshalJSON()
	if err != nil || len(text) > b.text {
		return b.marshaled(string(text), err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var tree any
	if err := decoder.Decode(&tree); err != nil {
		return b.string(string(text))
	}
	return b.any(tree, depth+1)
}

// plain takes a masked slog.Value apart, as a group inside a list would not be printed.
func plain(v slog.Value) any {
	if v.Kind() != slog.KindGroup {
		return v.Any()
	}
	out := map[string]any{}
	for _, a := range v.Group() {
		out[a.Key] = plain(a.Value)
	}
	return out
}

// child masks one value inside another, by its key if that tells.
func (b *budget) child(key string, r reflect.Value, depth int) any {
	for r.Kind() == reflect.Interface && !r.IsNil() {
		r = r.Elem()
	}
	if key != "" && r.Kind() != reflect.Bool && Key(key) {
		return Mask
	}
	if b.nodes--; b.nodes < 0 || depth >= MaxDepth || !r.CanInterface() {
		return Cut
	}
	return b.any(r.Interface(), depth+1)
}

func (b *budget) reflected(r reflect.Value, depth int) any {
	switch r.Kind() {
	case reflect.Pointer:
		return b.child("", r.Elem(), depth)
	case reflect.Struct:
		return b.fields(r, depth)
	case reflect.Map:
		return b.entries(r, depth)
	case reflect.Slice, reflect.Array:
		return b.elements(r, depth)
	case reflect.String:
		return b.string(r.String())
	case reflect.Bool:
		return r.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return r.Int()
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return r.Uint()
	case reflect.Float32, reflect.Float64:
		return r.Float()
	}
	return r.Type().String() // functions, channels, addresses: nothing to read
}

// fields goes through the exported fields, under the names that encoding/json gives them; what json leaves out is left
// out here. Both names may tell.
func (b *budget) fields(r reflect.Value, depth int) any {
	out := map[string]any{}
	for i := range r.NumField() {
		f := r.Type().Field(i)
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || tag == "-" {
			continue
		}
		name, key := f.Name, f.Name
		if tag != "" {
			name = tag
			if !Key(key) {
				key = tag
			}
		}
		out[b.string(name)] = b.child(key, r.Field(i), depth)
	}
	return out
}

func (b *budget) entries(r reflect.Value, depth int) any {
	out := map[string]any{}
	for it := r.MapRange(); it.Next(); {
		if b.nodes < 0 {
			out["..."] = Cut
			break
		}
		key := fmt.Sprint(it.Key())
		out[b.string(key)] = b.child(key, it.Value(), depth)
	}
	return out
}

func (b *budget) elements(r reflect.Value, depth int) any {
	if r.Type().Elem().Kind() == reflect.Uint8 {
		return b.bytes(r)
	}
	out := []any{}
	for i := range r.Len() {
		if b.nodes < 0 {
			return append(out, Cut)
		}
		out = append(out, b.child("", r.Index(i), depth))
	}
	return out
}

// bytes writes text as text. Other bytes are keys more often than anything a reader of logs can use.
func (b *budget) bytes(r reflect.Value) string {
	if r.Kind() == reflect.Slice && r.Len() <= b.text {
		if text := r.Bytes(); utf8.Valid(text) && !bytes.ContainsRune(text, 0) {
			return b.string(string(text))
		}
	}
	return fmt.Sprintf("[%d bytes]", r.Len())
}
