package exec

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of commands. Those of Linux are larger: 128 KiB for one string with its NUL, and commonly 2 MiB for all.
const (
	MaxArguments = 1024
	MaxArgument  = 128<<10 - 1 // bytes of one argument or variable
	maxStrings   = 1 << 20     // bytes of all arguments and variables
	maxPath      = 4095        // bytes, also of what a Match fits
)

// unfit is the rule that no argument and no value may break; empty when s keeps it.
func unfit(s string) string {
	switch {
	case len(s) > MaxArgument:
		return "it is too long"
	case !utf8.ValidString(s):
		return "it is not UTF-8"
	case strings.ContainsFunc(s, unicode.IsControl): // NUL would cut it off, a newline forges lines where it is logged
		return "it holds a control character"
	}
	return ""
}

// unplain is the rule of every slot that takes more than fixed words; empty when s keeps it.
func unplain(s string) string {
	if s == "" {
		return "it is empty"
	}
	if rule := unfit(s); rule != "" {
		return rule
	}
	first, _ := utf8.DecodeRuneInString(s)
	last, _ := utf8.DecodeLastRuneInString(s)
	switch {
	case dash(first):
		return "it begins with a dash and could be taken for an option"
	case unicode.IsSpace(first) || unicode.IsSpace(last): // some programs trim, and find an option
		return "it begins or ends with a space"
	case strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }):
		return "it holds an invisible character"
	}
	return ""
}

// dash is true for every dash, minus signs and the like included: documents and programs turn one into the other.
func dash(r rune) bool { return unicode.In(r, unicode.Pd, unicode.Dash) }
