package leaks

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// ErrExemptions says that the file of exemptions is malformed.
var ErrExemptions = errors.New("exemptions")

// minReason is how many words a reason has at least.
const minReason = 4

var exemptionLine = regexp.MustCompile(`^(\S.*):([0-9a-f]{16}) (.*)$`)

// exemption says that what stands on certain lines of a file is no secret.
type exemption struct {
	line             int // of the file of exemptions
	file, mark, text string
	used             bool
}

// parse reads lines of the form FILE:MARK REASON. Lines that are empty or begin with # say nothing.
func parse(text string) ([]*exemption, error) {
	var all []*exemption
	seen := map[string]bool{}
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		m := exemptionLine.FindStringSubmatch(line)
		switch {
		case m == nil:
			return nil, fmt.Errorf("%w: line %d is not FILE:MARK REASON", ErrExemptions, n)
		case len(strings.Fields(m[3])) < minReason:
			return nil, fmt.Errorf("%w: line %d: the reason has fewer than %d words", ErrExemptions, n, minReason)
		case seen[m[1]+":"+m[2]]:
			return nil, fmt.Errorf("%w: line %d: stands there twice", ErrExemptions, n)
		}
		seen[m[1]+":"+m[2]] = true
		all = append(all, &exemption{line: n, file: m[1], mark: m[2], text: m[3]})
	}
	return all, nil
}
