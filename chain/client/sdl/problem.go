package sdl

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// ErrInvalid is what every refusal of this package is, whatever else it says.
var ErrInvalid = errors.New("invalid deployment file")

// Problem is one thing that is wrong, and where.
type Problem struct {
	Line    int    `json:"line"` // 1 is the first; 0 where it concerns the whole file
	Path    string `json:"path"` // for example services.web.expose[0].port
	Message string `json:"message"`
}

// String is the line, the path, the message.
func (p Problem) String() string {
	var b strings.Builder
	if p.Line > 0 {
		fmt.Fprintf(&b, "line %d: ", p.Line)
	}
	if p.Path != "" {
		b.WriteString(p.Path + ": ")
	}
	return b.String() + p.Message
}

// Error lists everything that is wrong with a file, from top to bottom. It is an ErrInvalid.
type Error struct {
	Problems []Problem
}

// Error has one line for each problem.
func (e *Error) Error() string {
	lines := []string{ErrInvalid.Error()}
	for _, p := range e.Problems {
		lines = append(lines, p.String())
	}
	return strings.Join(lines, "\n")
}

// Is makes errors.Is(err, ErrInvalid) true.
func (e *Error) Is(target error) bool { return target == ErrInvalid }

// place is a node of the file together with its path and the list that problems go to.
type place struct {
	node *yaml.Node
	path string
	all  *[]Problem
}

func (p place) addf(format string, args ...any) {
	line := 0
	if p.node != nil {
		line = p.node.Line
	}
	*p.all = append(*p.all, Problem{Line: line, Path: p.path, Message: fmt.Sprintf(format, args...)})
}

// down is a node below, named as in the file.
func (p place) down(name string, node *yaml.Node) place {
	if p.path != "" {
		name = p.path + "." + name
	}
	return place{node, name, p.all}
}

func (p place) element(i int, node *yaml.Node) place {
	return place{node, fmt.Sprintf("%s[%d]", p.path, i), p.all}
}

// failure is nil where there are no problems.
func failure(all []Problem) error {
	if len(all) == 0 {
		return nil
	}
	slices.SortStableFunc(all, func(a, b Problem) int { return a.Line - b.Line })
	return &Error{Problems: all}
}
