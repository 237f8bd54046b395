package canon

import (
	"encoding"
	"fmt"
	"reflect"
	"strings"

	"github.com/virtengine/virtengine/security/safemath"
)

// Marshal writes a Go value: structs whose fields all carry a json name, slices, maps with keys of strings, strings, integers,
// and what marshals itself to text. A nil slice or map is an empty one; no field is left out. Fails with ErrType and ErrLimit.
func Marshal(v any) ([]byte, error) {
	tree, err := Tree(v)
	if err != nil {
		return nil, err
	}
	return Encode(tree)
}

// Tree is what Marshal encodes: int64, string, []any and map[string]any.
func Tree(v any) (any, error) { return treeOf(reflect.ValueOf(v), 0) }

func treeOf(v reflect.Value, depth int) (any, error) {
	if depth > MaxDepth {
		return nil, fmt.Errorf("%w: nested deeper than %d", ErrLimit, MaxDepth)
	}
	if !v.IsValid() {
		return nil, fmt.Errorf("%w: nil", ErrType)
	}
	if text, ok := v.Interface().(encoding.TextMarshaler); ok && v.Kind() != reflect.Pointer {
		b, err := text.MarshalText()
		return string(b), err
	}
	switch v.Kind() {
	case reflect.String:
		return v.String(), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int(), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n, err := safemath.To[int64](v.Uint())
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrType, err)
		}
		return n, nil
	case reflect.Slice:
		return treeOfSlice(v, depth)
	case reflect.Map:
		return treeOfMap(v, depth)
	case reflect.Struct:
		return treeOfStruct(v, depth)
	}
	return nil, fmt.Errorf("%w: %s", ErrType, v.Type())
}

func treeOfSlice(v reflect.Value, depth int) (any, error) {
	all := make([]any, v.Len())
	for i := range all {
		var err error
		if all[i], err = treeOf(v.Index(i), depth+1); err != nil {
			return nil, fmt.Errorf("[%d]: %w", i, err)
		}
	}
	return all, nil
}

func treeOfMap(v reflect.Value, depth int) (any, error) {
	if v.Type().Key().Kind() != reflect.String {
		return nil, fmt.Errorf("%w: %s", ErrType, v.Type())
	}
	fields := make(map[string]any, v.Len())
	for _, key := range v.MapKeys() {
		value, err := treeOf(v.MapIndex(key), depth+1)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key.String(), err)
		}
		fields[key.String()] = value
	}
	return fields, nil
}

func treeOfStruct(v reflect.Value, depth int) (any, error) {
	fields := make(map[string]any, v.NumField())
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if !field.IsExported() || name == "" || name == "-" || options != "" {
			return nil, fmt.Errorf("%w: field %s of %s has no plain json name", ErrType, field.Name, v.Type())
		}
		value, err := treeOf(v.Field(i), depth+1)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		fields[name] = value
	}
	return fields, nil
}

// pointed is what a pointer points to, or the value itself.
func pointed(v any) any {
	if p := reflect.ValueOf(v); p.Kind() == reflect.Pointer && !p.IsNil() {
		return p.Elem().Interface()
	}
	return v
}
