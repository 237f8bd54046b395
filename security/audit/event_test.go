package audit

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/redact"
)

func TestEventsAreBounded(t *testing.T) {
	good := func(change func(*Event)) Event {
		e := Event{Actor: "a", Action: "b", Object: "c", Outcome: "d", Fields: map[string]string{}}
		change(&e)
		return e
	}
	many := func(n int) map[string]string {
		all := map[string]string{}
		for i := range n {
			all[fmt.Sprintf("f%d", i)] = strings.Repeat("v", MaxValue)
		}
		return all
	}
	for name, tc := range map[string]struct {
		reason string
		event  Event
		want   error
	}{
		"Least":       {"object and fields may be missing", Event{Actor: "a", Action: "b", Outcome: "c"}, nil},
		"NoActor":     {"nobody did it", good(func(e *Event) { e.Actor = "" }), ErrEvent},
		"NoAction":    {"nothing was done", good(func(e *Event) { e.Action = "" }), ErrEvent},
		"NoOutcome":   {"it did not end", good(func(e *Event) { e.Outcome = "" }), ErrEvent},
		"LongActor":   {"a byte too many", good(func(e *Event) { e.Actor = strings.Repeat("a", MaxActor+1) }), ErrTooLarge},
		"FullActor":   {"the limit itself is allowed", good(func(e *Event) { e.Actor = strings.Repeat("a", MaxActor) }), nil},
		"LongAction":  {"a byte too many", good(func(e *Event) { e.Action = strings.Repeat("a", MaxAction+1) }), ErrTooLarge},
		"LongObject":  {"a byte too many", good(func(e *Event) { e.Object = strings.Repeat("a", MaxObject+1) }), ErrTooLarge},
		"LongOutcome": {"a byte too many", good(func(e *Event) { e.Outcome = strings.Repeat("a", MaxOutcome+1) }), ErrTooLarge},
		"NoText":      {"bytes have no one form in JSON", good(func(e *Event) { e.Object = "\xff" }), ErrEvent},
		"NoTextField": {"in fields neither", good(func(e *Event) { e.Fields["a"] = "\xff" }), ErrEvent},
		"LongValue":   {"a byte too many", good(func(e *Event) { e.Fields["a"] = strings.Repeat("a", MaxValue+1) }), ErrTooLarge},
		"LongName":    {"a byte too many", good(func(e *Event) { e.Fields[strings.Repeat("a", MaxName+1)] = "" }), ErrTooLarge},
		"EmptyName":   {"nothing to look for", good(func(e *Event) { e.Fields[""] = "" }), ErrEvent},
		"CapitalName": {"one spelling per name", good(func(e *Event) { e.Fields["A"] = "" }), ErrEvent},
		"DigitName":   {"a letter first", good(func(e *Event) { e.Fields["1a"] = "" }), ErrEvent},
		"ManyFields":  {"one too many", good(func(e *Event) { e.Fields = many(MaxFields + 1) }), ErrTooLarge},
		"LargeAsAll":  {"each part is allowed, all of them are not", good(func(e *Event) { e.Fields = many(MaxFields) }), ErrTooLarge},
		"LargeAsJSON": {"escapes count", good(func(e *Event) {
			e.Fields = map[string]string{"a": strings.Repeat("\x01", MaxValue), "b": strings.Repeat("\x01", MaxValue), "c": strings.Repeat("\x01", MaxValue)}
		}), ErrTooLarge},
		"FifteenFull":  {"below the limit of a record", good(func(e *Event) { e.Fields = many(15) }), nil},
		"AnythingSaid": {"control characters and the end of a line are text", good(func(e *Event) { e.Object = "\x00\r\n\u2028" }), nil},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDir(t)
			l, err := Open(d, options())
			require.NoError(t, err)
			before := l.Head()
			_, err = l.Append(tc.event)
			require.ErrorIs(t, err, tc.want, tc.reason)
			if tc.want != nil {
				require.Equal(t, before, l.Head(), "nothing was written")
			}
			_, err = l.Append(rotateKey(1))
			require.NoError(t, err, "one bad event does not end the log")
			require.NoError(t, l.Close())
			_, err = Verify(d, Expect{})
			require.NoError(t, err)
		})
	}
}

func TestSecretsAreMasked(t *testing.T) {
	d := newDir(t)
	l, err := Open(d, options())
	require.NoError(t, err)
	grown := strings.Repeat("pin=1 ", MaxObject/6)
	fields := map[string]string{"password": "hunter2", "note": "token=abcdef0123456789abcdef", "key_id": "7", "api_key": ""}
	_, err = l.Append(Event{Actor: "someone@example.org", Action: "login", Object: grown, Outcome: "ok", Fields: fields})
	require.NoError(t, err)
	require.NoError(t, l.Close())
	for r, err := range Records(d, Range{}) {
		require.NoError(t, err)
		require.Equal(t, redact.Mask, r.Actor)
		require.Equal(t, redact.Cut, r.Object, "masked, it would be longer than an object may be")
		require.Equal(t, map[string]string{"password": redact.Mask, "note": "token=" + redact.Mask, "key_id": "7", "api_key": ""}, r.Fields)
	}
	require.Equal(t, "hunter2", fields["password"], "the caller's map is the caller's")
	for _, name := range names(t, d) {
		data, err := d.ReadFile(name, DefaultSegment)
		require.NoError(t, err)
		require.NotContains(t, string(data), "hunter2")
		require.NotContains(t, string(data), "abcdef0123456789abcdef")
	}
}
