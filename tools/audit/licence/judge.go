package licence

import (
	"fmt"
	"slices"
	"strings"

	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/tools/audit/finding"
)

// Row is one line of the list of licences.
type Row struct {
	Module, Version string
	Use             Use
	Licences        []string
	Decided         bool     // by a person
	Notices         []string // files that must be passed on
}

// String is the row as it stands in the list.
func (r Row) String() string {
	s := fmt.Sprintf("%s %s %s %s", r.Module, r.Version, r.Use, strings.Join(r.Licences, ","))
	if r.Decided {
		s += " decided"
	}
	for _, n := range r.Notices {
		s += " notice:" + n
	}
	return s
}

// judge compares a module's licence files with the policy.
func (p Policy) judge(m Module, files []File) (Row, []finding.Finding, error) {
	row := Row{Module: m.Path, Version: m.Version, Use: m.Use}
	digest, err := Digest(files)
	if err != nil {
		return row, nil, err
	}
	var faults []string
	texts := 0
	for _, f := range files {
		if f.Notice {
			row.Notices = append(row.Notices, f.Name)
			continue
		}
		texts++
		if len(f.Licences) == 0 {
			faults = append(faults, f.Name+" is of no known licence, or says more than one does")
		}
		for _, id := range f.Licences {
			if o := p.objection(id); o != "" {
				faults = append(faults, f.Name+": "+o)
			}
		}
		row.Licences = append(row.Licences, f.Licences...)
	}
	if texts == 0 {
		faults = append(faults, "it has no licence file")
	}
	return p.decide(row, faults, digest)
}

// decide lets a person's decision stand for what the matcher found, if there is one about these files.
func (p Policy) decide(row Row, faults []string, files hashes.Digest) (Row, []finding.Finding, error) {
	slices.Sort(row.Licences)
	row.Licences = slices.Compact(row.Licences)
	where := row.Module + " " + row.Version
	d, decided := p.decision(row.Module)
	switch {
	case decided && len(faults) == 0:
		return row, []finding.Finding{{Where: where, What: "a decision about it stands in the policy and is not needed", Hint: "remove it"}}, nil
	case decided && d.Files != files.String():
		return row, []finding.Finding{{
			Where: where, What: "its licence files are not those that the policy's decision is about: " + strings.Join(faults, "; "),
			Hint: "read them again; the decision's files: " + files.String(),
		}}, nil
	case decided:
		row.Licences, row.Decided = d.Take, true
		return row, nil, nil
	}
	var all []finding.Finding
	for _, f := range faults {
		all = append(all, finding.Finding{Where: where, What: f, Hint: "choose another module, or decide about it in the policy; files: " + files.String()})
	}
	return row, all, nil
}
