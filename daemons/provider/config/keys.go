package config

import (
	"fmt"
	"reflect"
	"strings"
	"time"
)

// EnvPrefix begins every environment variable of this daemon.
const EnvPrefix = "VE_PROVIDER"

// Key is one setting.
type Key struct {
	Name  string // section.key
	Env   string // VE_PROVIDER_SECTION_KEY
	Help  string
	Value any // in the given configuration
}

// Keys lists every setting with its value in c, in the order of the struct.
func Keys(c Config) []Key { return walk(reflect.ValueOf(c), "") }

func walk(v reflect.Value, prefix string) (out []Key) {
	t := v.Type()
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Tag.Get("mapstructure") == "-" {
			continue
		}
		name := prefix + f.Tag.Get("mapstructure")
		if f.Type.Kind() == reflect.Struct {
			out = append(out, walk(v.Field(i), name+".")...)
			continue
		}
		env := EnvPrefix + "_" + strings.ToUpper(strings.ReplaceAll(name, ".", "_"))
		value := v.Field(i)
		if value.Kind() == reflect.Pointer && !value.IsNil() {
			value = value.Elem()
		}
		out = append(out, Key{Name: name, Env: env, Help: f.Tag.Get("help"), Value: value.Interface()})
	}
	return out
}

// Commented writes c as a YAML file that explains itself.
func Commented(c Config) string {
	var b strings.Builder
	b.WriteString("# Configuration of provider-daemon. A flag --section.key beats the environment variable VE_PROVIDER_SECTION_KEY,\n" +
		"# and that beats this file. A key that does not exist is an error.\n")
	var open []string
	for _, k := range Keys(c) {
		parts := strings.Split(k.Name, ".")
		sections := parts[:len(parts)-1]
		for i, s := range sections {
			if i >= len(open) || open[i] != s {
				open = append(open[:min(i, len(open))], s)
				if i == 0 {
					b.WriteByte('\n')
				}
				fmt.Fprintf(&b, "%s%s:\n", strings.Repeat("  ", i), s)
			}
		}
		open = open[:len(sections)]
		indent := strings.Repeat("  ", len(sections))
		if k.Help != "" {
			fmt.Fprintf(&b, "%s# %s\n", indent, k.Help)
		}
		fmt.Fprintf(&b, "%s%s: %s\n", indent, parts[len(parts)-1], scalar(k.Value))
	}
	return b.String()
}

func scalar(v any) string {
	switch x := v.(type) {
	case string:
		return fmt.Sprintf("%q", x)
	case []string:
		quoted := make([]string, len(x))
		for i, s := range x {
			quoted[i] = fmt.Sprintf("%q", s)
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	case time.Duration:
		return x.String()
	}
	return fmt.Sprint(v)
}
