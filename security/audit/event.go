package audit

import (
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/virtengine/virtengine/security/redact"
)

// Bounds of an event, in bytes of UTF-8 unless they say otherwise.
const (
	MaxActor   = 256
	MaxAction  = 128
	MaxObject  = 1024
	MaxOutcome = 64
	MaxFields  = 32 // how many there are
	MaxName    = 64 // of a field
	MaxValue   = 4096
)

// Event is what a caller wants recorded: who did what to what, and how it ended. All but Object and Fields must be there.
type Event struct {
	Actor   string            // account, address or component; e-mail addresses are masked, as in every log
	Action  string            // for example key.rotate
	Object  string            // secret, key or lease; "" where an action has none
	Outcome string            // for example ok, denied, failed
	Fields  map[string]string // names are a-z first, then a-z 0-9 _ . -
}

// texts are the event's own texts in the order of a record.
func (e *Event) texts() []text {
	return []text{
		{"actor", &e.Actor, MaxActor, true},
		{"action", &e.Action, MaxAction, true},
		{"object", &e.Object, MaxObject, false},
		{"outcome", &e.Outcome, MaxOutcome, true},
	}
}

type text struct {
	name   string
	value  *string
	most   int // bytes
	needed bool
}

// check says whether an event keeps the bounds. Fails with ErrEvent or ErrTooLarge, without repeating a value.
func (e *Event) check() error {
	for _, t := range e.texts() {
		if t.needed && *t.value == "" {
			return fmt.Errorf("%w: its %s is empty", ErrEvent, t.name)
		}
		if err := checkText(t.name, *t.value, t.most); err != nil {
			return err
		}
	}
	if len(e.Fields) > MaxFields {
		return fmt.Errorf("%w: %d fields, the limit is %d", ErrTooLarge, len(e.Fields), MaxFields)
	}
	for _, name := range slices.Sorted(maps.Keys(e.Fields)) {
		if err := checkName(name); err != nil {
			return err
		}
		if err := checkText("field "+name, e.Fields[name], MaxValue); err != nil {
			return err
		}
	}
	return nil
}

func checkText(name, value string, most int) error {
	if len(value) > most {
		return fmt.Errorf("%w: its %s has %d bytes, the limit is %d; hint: record a digest of it", ErrTooLarge, name, len(value), most)
	}
	if !utf8.ValidString(value) {
		return fmt.Errorf("%w: its %s is not UTF-8; hint: record it in hexadecimal", ErrEvent, name)
	}
	return nil
}

func checkName(name string) error {
	if len(name) > MaxName {
		return fmt.Errorf("%w: a field's name has %d bytes, the limit is %d", ErrTooLarge, len(name), MaxName)
	}
	for i, c := range []byte(name) {
		letter := 'a' <= c && c <= 'z'
		inner := '0' <= c && c <= '9' || c == '_' || c == '.' || c == '-'
		if !letter && (i == 0 || !inner) {
			return fmt.Errorf("%w: a field's name has %q at byte %d; hint: a-z first, then a-z 0-9 _ . -", ErrEvent, c, i)
		}
	}
	if name == "" {
		return fmt.Errorf("%w: a field's name is empty", ErrEvent)
	}
	return nil
}

// masked returns a copy of a checked event in which what looks like a secret is masked. It keeps the bounds.
func (e Event) masked() Event {
	for _, t := range e.texts() { // e is a copy; its texts are its own
		*t.value = fit(redact.String(*t.value), t.most)
	}
	fields := make(map[string]string, len(e.Fields))
	for name, value := range e.Fields {
		if redact.Key(name) && value != "" {
			fields[name] = redact.Mask
			continue
		}
		fields[name] = fit(redact.String(value), MaxValue)
	}
	e.Fields = fields
	return e
}

// fit leaves out a value that masking made longer than it may be: half of it could end within a secret.
func fit(value string, most int) string {
	if len(value) > most {
		return redact.Cut
	}
	return value
}
