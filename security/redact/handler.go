package redact

import (
	"context"
	"errors"
	"log/slog"
)

// ErrNoHandler says that there is nothing to pass records on to.
var ErrNoHandler = errors.New("no handler to pass log records on to")

// handler masks records on their way to another.
type handler struct {
	next   slog.Handler
	hidden bool // in a group whose name tells a secret
}

// Handler returns a handler that masks messages and attributes and passes them on to next. Records that next is not
// interested in cost nothing. Fails with ErrNoHandler if next is nil.
func Handler(next slog.Handler) (slog.Handler, error) {
	if next == nil {
		return nil, ErrNoHandler
	}
	return handler{next: next}, nil
}

func (h handler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level)
}

func (h handler) Handle(ctx context.Context, r slog.Record) error {
	b := newBudget()
	out := slog.NewRecord(r.Time, r.Level, b.string(r.Message), r.PC)
	r.Attrs(func(a slog.Attr) bool {
		out.AddAttrs(b.attr(a, 0, h.hidden))
		return b.nodes >= 0 // the one after the last is a Cut
	})
	return h.next.Handle(ctx, out)
}

func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	b := newBudget()
	masked := make([]slog.Attr, 0, min(len(attrs), MaxNodes))
	for _, a := range attrs {
		if b.nodes < 0 {
			break
		}
		masked = append(masked, b.attr(a, 0, h.hidden))
	}
	return handler{h.next.WithAttrs(masked), h.hidden}
}

func (h handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h // slog: an empty group is none
	}
	return handler{h.next.WithGroup(String(name)), h.hidden || Key(name)}
}
