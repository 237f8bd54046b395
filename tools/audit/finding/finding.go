// Package finding is what the audits of a repository have in common: what they found, and what they looked at.
//
// Guarantee: an audit that did not look says so. A Result holds either what was examined or why nothing was, so that an
// empty list of findings is never mistaken for a clean tree.
//
// Threat: a check that silently stopped checking. It does not protect from an audit that looks in the wrong place.
package finding

// Finding is one thing that is wrong, or one worth knowing.
type Finding struct {
	Where string `json:"where"`          // file:line, or module and version
	What  string `json:"what"`           // what is wrong there
	Hint  string `json:"hint,omitempty"` // what to do next
	// Note says that it is told and fails nothing: a vulnerable function that no code of ours calls.
	Note bool `json:"note,omitempty"`
	// Trace is how our code reaches it, outermost first.
	Trace []string `json:"trace,omitempty"`
}

// Result is what one audit says.
type Result struct {
	Audit    string    `json:"audit"`             // licences, secrets or vulnerabilities
	Examined string    `json:"examined"`          // what was looked at, in numbers; empty if nothing was
	Skipped  string    `json:"skipped,omitempty"` // why nothing was looked at
	Failed   string    `json:"failed,omitempty"`  // why it could not be done
	Findings []Finding `json:"findings"`          // never null
}

// Faults is how many findings are more than a note.
func (r Result) Faults() int {
	n := 0
	for _, f := range r.Findings {
		if !f.Note {
			n++
		}
	}
	return n
}
