package manifest

import (
	"errors"
	"fmt"
	"strings"
)

// ErrInvalid is what every refusal of this package is, whatever else it says.
var ErrInvalid = errors.New("invalid manifest")

// Problem is one thing that is wrong, and where.
type Problem struct {
	Path    string `json:"path"` // for example services[0].expose[1].port
	Message string `json:"message"`
}

// String is the path, then the message.
func (p Problem) String() string {
	if p.Path == "" {
		return p.Message
	}
	return p.Path + ": " + p.Message
}

// ValidationError lists everything that is wrong with a group. It is an ErrInvalid.
type ValidationError struct {
	Problems []Problem
}

// Error has one line for each problem.
func (e *ValidationError) Error() string {
	var b strings.Builder
	b.WriteString(ErrInvalid.Error())
	for i, p := range e.Problems {
		if i == 0 {
			b.WriteString(": ")
		} else {
			b.WriteString("\n")
		}
		b.WriteString(p.String())
	}
	return b.String()
}

// Is makes errors.Is(err, ErrInvalid) true.
func (e *ValidationError) Is(target error) bool { return target == ErrInvalid }

// report collects problems below a path.
type report struct {
	path     string
	problems *[]Problem
}

func newReport() report { return report{problems: new([]Problem)} }

// at goes one field down.
func (r report) at(field string) report {
	if r.path != "" {
		field = r.path + "." + field
	}
	return report{path: field, problems: r.problems}
}

// index goes one list element down.
func (r report) index(field string, i int) report {
	return r.at(fmt.Sprintf("%s[%d]", field, i))
}

func (r report) addf(format string, args ...any) {
	*r.problems = append(*r.problems, Problem{Path: r.path, Message: fmt.Sprintf(format, args...)})
}

// err is nil where nothing was reported.
func (r report) err() error {
	if len(*r.problems) == 0 {
		return nil
	}
	return &ValidationError{Problems: *r.problems}
}
