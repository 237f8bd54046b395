package vulns

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/virtengine/virtengine/tools/audit/finding"
)

// protocol is the version of govulncheck's answers that is read here.
const protocol = "v1.0.0"

// ErrAnswer says that govulncheck answered otherwise than its protocol says.
var ErrAnswer = errors.New("govulncheck's answer")

// message is one of the JSON values that govulncheck prints; one field is set.
//
// Source: golang.org/x/vuln/internal/govulncheck, protocol v1.0.0.
type message struct {
	Config *struct {
		Protocol string `json:"protocol_version"`
	} `json:"config"`
	Progress *struct {
		Message string `json:"message"`
	} `json:"progress"`
	SBOM *struct {
		Modules []struct{} `json:"modules"`
	} `json:"SBOM"`
	OSV *struct {
		ID      string `json:"id"`
		Summary string `json:"summary"`
	} `json:"osv"`
	Finding *vulnerability `json:"finding"`
}

type vulnerability struct {
	OSV   string  `json:"osv"`
	Fixed string  `json:"fixed_version"`
	Trace []frame `json:"trace"` // the vulnerable function first, ours last
}

type frame struct {
	Module   string `json:"module"`
	Version  string `json:"version"`
	Package  string `json:"package"`
	Function string `json:"function"`
	Receiver string `json:"receiver"`
	Position *struct {
		Filename string `json:"filename"`
		Line     int    `json:"line"`
	} `json:"position"`
}

// level is how near a vulnerability is to our code.
type level int

const (
	required level = iota // its module is in the build list
	imported              // its package is compiled
	called                // its function is reachable
)

func (v vulnerability) level() level {
	switch at := v.Trace[0]; {
	case at.Function != "":
		return called
	case at.Package != "":
		return imported
	}
	return required
}

// answer is all that govulncheck said.
type answer struct {
	modules   int
	summaries map[string]string
	all       []vulnerability
}

// read reads govulncheck's answer. Fails with ErrAnswer.
func read(r io.Reader, progress func(string)) (answer, error) {
	a := answer{summaries: map[string]string{}}
	understood := false
	for d := json.NewDecoder(r); ; {
		var m message
		err := d.Decode(&m)
		switch {
		case errors.Is(err, io.EOF) && !understood:
			return a, fmt.Errorf("%w: it names no protocol", ErrAnswer)
		case errors.Is(err, io.EOF):
			return a, nil
		case err != nil:
			return a, fmt.Errorf("%w: %w", ErrAnswer, err)
		case m.Config != nil && m.Config.Protocol != protocol:
			return a, fmt.Errorf("%w: protocol %q, not %s", ErrAnswer, m.Config.Protocol, protocol)
		case m.Config != nil:
			understood = true
		case m.Progress != nil:
			progress(m.Progress.Message)
		case m.SBOM != nil:
			a.modules = len(m.SBOM.Modules)
		case m.OSV != nil:
			a.summaries[m.OSV.ID] = m.OSV.Summary
		case m.Finding != nil && len(m.Finding.Trace) == 0:
			return a, fmt.Errorf("%w: %s is found nowhere", ErrAnswer, m.Finding.OSV)
		case m.Finding != nil:
			a.all = append(a.all, *m.Finding)
		}
	}
}

// findings tells each vulnerability at the nearest level it was met, and each reachable function of it once.
func (a answer) findings() []finding.Finding {
	nearest := map[string]level{}
	for _, v := range a.all {
		nearest[v.OSV] = max(nearest[v.OSV], v.level())
	}
	all, told := []finding.Finding{}, map[string]bool{}
	for _, v := range a.all {
		key := v.OSV + " " + v.Trace[0].name()
		if v.level() != nearest[v.OSV] || told[key] {
			continue
		}
		told[key] = true
		all = append(all, a.finding(v))
	}
	slices.SortStableFunc(all, func(x, y finding.Finding) int {
		return cmp.Or(cmp.Compare(x.What, y.What), cmp.Compare(x.Where, y.Where))
	})
	return all
}

func (a answer) finding(v vulnerability) finding.Finding {
	at := v.Trace[0]
	f := finding.Finding{Where: at.Module + " " + at.Version, Hint: "there is no fixed version: stop calling it"}
	if v.Fixed != "" {
		f.Hint = "take " + at.Module + " " + v.Fixed + " or later"
	}
	what := ""
	switch v.level() {
	case called:
		what = at.name() + " is reached from our code"
		for i := len(v.Trace) - 1; i >= 0; i-- {
			f.Trace = append(f.Trace, v.Trace[i].String())
		}
	case imported:
		what, f.Note = "package "+at.Package+" is compiled, the vulnerable functions are not called", true
	case required:
		what, f.Note = "the module is required, no vulnerable package of it is compiled", true
	}
	f.What = fmt.Sprintf("%s %s: %s", v.OSV, cmp.Or(a.summaries[v.OSV], "(no summary)"), what)
	return f
}

func (f frame) name() string {
	switch {
	case f.Function == "":
		return f.Package
	case f.Receiver != "":
		return f.Package + "." + f.Receiver + "." + f.Function
	}
	return f.Package + "." + f.Function
}

// String is the frame with its place, where that is known.
func (f frame) String() string {
	if f.Position == nil || f.Position.Filename == "" {
		return f.name()
	}
	return fmt.Sprintf("%s (%s:%d)", f.name(), f.Position.Filename, f.Position.Line)
}
