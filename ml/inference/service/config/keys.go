package config

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// EnvPrefix begins every environment variable of this service.
const EnvPrefix = "VE_INFERENCE"

// Key is one setting.
type Key struct {
	Name  string // section.key
	Env   string // VE_INFERENCE_SECTION_KEY
	Help  string
	Value any // in the given configuration
}

// Keys lists every setting with its value in c, in the order of the struct.
func Keys(c Config) []Key {
	var out []Key
	sections := reflect.ValueOf(c)
	for i := range sections.NumField() {
		section := sections.Field(i)
		prefix := sections.Type().Field(i).Tag.Get("mapstructure")
		for k := range section.NumField() {
			f := section.Type().Field(k)
			name := prefix + "." + f.Tag.Get("mapstructure")
			env := EnvPrefix + "_" + strings.ToUpper(strings.ReplaceAll(name, ".", "_"))
			out = append(out, Key{Name: name, Env: env, Help: f.Tag.Get("help"), Value: section.Field(k).Interface()})
		}
	}
	return out
}

// Commented writes c as a YAML file that explains itself.
func Commented(c Config) string {
	var b strings.Builder
	b.WriteString("# Configuration of inference-service. A flag --section.key beats the environment variable VE_INFERENCE_SECTION_KEY,\n" +
		"# and that beats this file. A key that does not exist is an error.\n")
	last := ""
	for _, k := range Keys(c) {
		section, key, _ := strings.Cut(k.Name, ".")
		if section != last {
			fmt.Fprintf(&b, "\n%s:\n", section)
			last = section
		}
		fmt.Fprintf(&b, "  # %s\n  %s: %s\n", k.Help, key, scalar(k.Value))
	}
	return b.String()
}

func scalar(v any) string {
	switch x := v.(type) {
	case string:
		return strconv.Quote(x)
	case []string:
		quoted := make([]string, len(x))
		for i, s := range x {
			quoted[i] = strconv.Quote(s)
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	case time.Duration:
		return x.String()
	}
	return fmt.Sprint(v)
}

// UserIDs are Users as the kernel knows them.
func (l Listen) UserIDs() ([]uint32, error) {
	var out []uint32
	for _, u := range l.Users {
		n, err := strconv.ParseUint(u, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("%w: %q is no user's number; id -u NAME prints it", ErrInvalid, u)
		}
		out = append(out, uint32(n))
	}
	return out, nil
}
