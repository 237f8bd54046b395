package exec

// Pattern is a shape that arguments may have. It is one of Seq, Either, Repeat, Options, or a Slot. Patterns are data:
// they are checked and compiled when a program is registered.
//
//	go build -trimpath -o FILE PACKAGE...
//
//	Seq{Word("build"), Options{{Name: "-trimpath"}, {Name: "-o", Value: Path{Beneath: "/srv/out"}}},
//		Repeat{Min: 1, Max: 8, Of: Match(`example\.org/[a-z/]+`)}}
type Pattern interface {
	compile(depth int) (node, error)
}

// Slot is a pattern of exactly one argument: Word, OneOf, Int, Identifier, Path, Match, Text, KeyValue or Prefixed.
//
// What fits any but Word and OneOf has these properties besides its own: it is not empty, is UTF-8, has only characters
// that can be seen (unicode.IsPrint), neither begins nor ends with a space, and begins with no dash of any script.
type Slot interface {
	Pattern
	slot(depth int) (*slot, error)
}

// Seq is patterns one after the other. Seq{} is no argument at all.
type Seq []Pattern

// Either is one of several patterns, such as subcommands.
type Either []Pattern

// Repeat is a pattern several times, at most MaxArguments. It cannot hold another Repeat, nor what may be empty.
type Repeat struct {
	Min, Max int
	Of       Pattern
}

// Options is any of several options in any order, each once at most.
type Options []Option

// Option is one option. Without a value it is one argument, NAME. With a value it is two, NAME and VALUE; or, if the name
// ends with "=", one, NAME=VALUE.
type Option struct {
	Name  string // begins with a dash
	Value Slot   // nil: none
}

// Word is exactly this argument. It may begin with a dash, and Word("--") ends options.
type Word string

// OneOf is exactly one of these words.
type OneOf []string

// Int is a decimal number without sign or leading zeros, in these bounds, which are not negative.
type Int struct{ Min, Max int64 }

// Identifier is an ASCII letter, digit or underscore, then at most 127 of these, dots and dashes.
type Identifier struct{}

// Path is an absolute path beneath a directory, in its shortest form; the directory itself does not fit. Its elements are
// what paths.Name accepts. Links are not looked at: what is beneath the directory must be written by us alone, or links
// in it be harmless. Path{Beneath: "/"} is any absolute path but "/".
type Path struct{ Beneath string }

// Match is whatever the whole of which a regular expression of package regexp (RE2) matches, at most 4095 bytes.
type Match string

// Text is free text of at most Max bytes. Think of programs that give it a meaning, such as @FILE or a URL.
type Text struct{ Max int }

// KeyValue is KEY=VALUE in one argument: one of these keys, and what fits its slot.
type KeyValue map[string]Slot

// Prefixed is a fixed beginning and what fits the slot, in one argument: "@" and a path, "tcp://127.0.0.1:" and a port.
// A prefix that begins with a dash makes it an option.
type Prefixed struct {
	Prefix string
	Value  Slot
}
