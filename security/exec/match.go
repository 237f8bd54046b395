package exec

import (
	"fmt"
	"slices"
	"strings"
)

// maxWants bounds how many alternatives an error names.
const maxWants = 6

// matching is one attempt to fit arguments into a shape. It keeps all positions that are possible instead of trying one
// after the other, and asks each slot once about each argument, so that its cost grows with the arguments and not with
// the ways to divide them.
type matching struct {
	args  []string
	asked map[question]string // the rule that was broken
	far   int                 // the furthest argument that was refused
	rule  string              // what it broke first
	wants []string            // what would have fitted there
}

type question struct {
	slot *slot
	at   int
}

// fit returns nil when args, which follow argv[0], have the shape.
func fit(shape node, args []string) *ArgumentError {
	if len(args) > MaxArguments {
		return &ArgumentError{Position: MaxArguments + 1, Argument: cut(args[MaxArguments]), Rule: fmt.Sprintf("more than %d arguments", MaxArguments)}
	}
	for i, arg := range args {
		if rule := unfit(arg); rule != "" {
			return &ArgumentError{Position: i + 1, Argument: cut(arg), Rule: rule}
		}
	}
	m := &matching{args: args, asked: map[question]string{}, far: -1}
	ends := shape.match(m, []int{0})
	if slices.Contains(ends, len(args)) {
		return nil
	}
	return m.refusal(ends)
}

// refusal names the argument that the shape got furthest to.
func (m *matching) refusal(ends []int) *ArgumentError {
	rule, wants := m.rule, m.wants
	if len(ends) > 0 && ends[len(ends)-1] >= m.far {
		if ends[len(ends)-1] > m.far {
			m.far, rule, wants = ends[len(ends)-1], "nothing more is registered here", nil
		}
		wants = append(slices.Clone(wants), "the end")
	}
	if rule == "" {
		rule = "it does not fit"
	}
	e := &ArgumentError{Position: m.far + 1, Rule: rule, Want: strings.Join(wants, ", or ")}
	if m.far < len(m.args) {
		e.Argument = cut(m.args[m.far])
	}
	return e
}

// fits says whether the argument at a position fits a slot.
func (m *matching) fits(s *slot, at int) bool {
	rule, known := "it is missing", false
	if at < len(m.args) {
		if rule, known = m.asked[question{s, at}]; !known {
			rule = s.breaks(m.args[at])
			m.asked[question{s, at}] = rule
		}
	}
	if rule != "" {
		m.refuse(at, rule, s.want)
	}
	return rule == ""
}

func (m *matching) refuse(at int, rule, want string) {
	if at > m.far {
		m.far, m.rule, m.wants = at, "", nil
	}
	if at == m.far && m.rule == "" {
		m.rule = rule
	}
	if at == m.far && len(m.wants) < maxWants && !slices.Contains(m.wants, want) {
		m.wants = append(m.wants, want)
	}
}

func (s *slot) match(m *matching, from []int) []int {
	var ends []int
	for _, at := range from {
		if m.fits(s, at) {
			ends = append(ends, at+1)
		}
	}
	return ends
}

func (n seqNode) match(m *matching, from []int) []int {
	for _, inner := range n {
		if from = inner.match(m, from); len(from) == 0 {
			return nil
		}
	}
	return from
}

func (n eitherNode) match(m *matching, from []int) []int {
	var ends []int
	for _, inner := range n {
		ends = append(ends, inner.match(m, from)...)
	}
	return ordered(ends)
}

func (n repeatNode) match(m *matching, from []int) []int {
	var ends []int
	if n.min == 0 {
		ends = slices.Clone(from)
	}
	for times := 1; times <= n.max && len(from) > 0; times++ {
		from = n.of.match(m, from)
		if times >= n.min {
			ends = append(ends, from...)
		}
	}
	return ordered(ends)
}

func (n optionsNode) match(m *matching, from []int) []int {
	ends := slices.Clone(from) // each may be left out
	for _, at := range from {
		used := make([]bool, len(n))
		for next := n.one(m, at, used); next > at; next = n.one(m, at, used) {
			ends = append(ends, next)
			at = next
		}
	}
	return ordered(ends)
}

// one returns where the option at a position ends, or that position when there is none that was not used yet. Names
// differ and none with "=" fits where one without does, so that at most one fits.
func (n optionsNode) one(m *matching, at int, used []bool) int {
	for i, option := range n {
		switch {
		case !m.names(option, at):
			continue
		case used[i]:
			m.refuse(at, "option "+option.spells+" comes twice", "another option")
			return at
		}
		used[i] = true
		if !m.fits(option.name, at) || option.value != nil && !m.fits(option.value, at+1) {
			return at
		}
		if option.value != nil {
			return at + 2
		}
		return at + 1
	}
	rule := "" // what else may be there says more of an argument that is no option
	if at < len(m.args) && strings.HasPrefix(m.args[at], "-") {
		rule = "no such option is registered here"
	}
	m.refuse(at, rule, n.spelled())
	return at
}

// names says whether the argument at a position is an option by its name, whatever its value.
func (m *matching) names(o optionNode, at int) bool {
	if at >= len(m.args) {
		return false
	}
	if strings.HasSuffix(o.spells, "=") {
		return strings.HasPrefix(m.args[at], o.spells)
	}
	return m.args[at] == o.spells
}

func (n optionsNode) spelled() string {
	names := make([]string, len(n))
	for i, option := range n {
		names[i] = option.spells
	}
	return fmt.Sprintf("an option of %q", names)
}

// ordered sorts positions and leaves each once.
func ordered(positions []int) []int {
	slices.Sort(positions)
	return slices.Compact(positions)
}
