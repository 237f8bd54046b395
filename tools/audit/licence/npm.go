package licence

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/virtengine/virtengine/tools/audit/finding"
)

// npmPrefix begins the names of npm's packages in the policy and in the list.
const npmPrefix = "npm:"

// ErrLockfile says that a package-lock.json cannot be read, or is older than npm 7's, which do not name licences.
var ErrLockfile = errors.New("package-lock.json")

// npm judges the packages that a package-lock.json names, by what each says of itself there.
//
// Source: https://docs.npmjs.com/cli/configuring-npm/package-lock-json, lockfileVersion 2 and 3.
func (p Policy) npm(name string, text []byte) ([]Row, []finding.Finding, error) {
	var lock struct {
		LockfileVersion int `json:"lockfileVersion"`
		Packages        map[string]struct {
			Version string `json:"version"`
			License string `json:"license"`
			Dev     bool   `json:"dev"`
			Link    bool   `json:"link"`
		} `json:"packages"`
	}
	if err := json.Unmarshal(text, &lock); err != nil {
		return nil, nil, fmt.Errorf("%w: %s: %w", ErrLockfile, name, err)
	}
	if lock.LockfileVersion < 2 {
		return nil, nil, fmt.Errorf("%w: %s: version %d; hint: write it anew with npm 7 or later", ErrLockfile, name, lock.LockfileVersion)
	}
	var rows []Row
	var found []finding.Finding
	for place, pkg := range lock.Packages {
		at := strings.LastIndex(place, "node_modules/")
		if at < 0 || pkg.Link { // ours
			continue
		}
		row := Row{Module: npmPrefix + place[at+len("node_modules/"):], Version: pkg.Version, Use: InPrograms, Licences: []string{pkg.License}}
		if pkg.Dev {
			row.Use = InTests
		}
		where := name + ": " + row.Module + " " + row.Version
		d, decided := p.decision(row.Module)
		switch agreed := p.agrees(pkg.License); {
		case agreed && decided:
			found = append(found, finding.Finding{Where: where, What: "a decision about it stands in the policy and is not needed", Hint: "remove it"})
		case decided && d.Files == pkg.Version:
			row.Licences, row.Decided = d.Take, true
		case !agreed:
			found = append(found, finding.Finding{Where: where, What: fmt.Sprintf("licence %q is not agreed to", pkg.License), Hint: "choose another package, or decide about it in the policy"})
		}
		rows = append(rows, row)
	}
	slices.SortFunc(found, func(a, b finding.Finding) int { return cmp.Compare(a.Where, b.Where) })
	return rows, found, nil
}

// agrees says whether an expression of SPDX without nested brackets is met by what is allowed.
func (p Policy) agrees(expression string) bool {
	expression = strings.TrimSuffix(strings.TrimPrefix(expression, "("), ")")
	return slices.ContainsFunc(strings.Split(expression, " OR "), func(choice string) bool {
		return !slices.ContainsFunc(strings.Split(choice, " AND "), func(id string) bool { return p.objection(strings.TrimSpace(id)) != "" })
	})
}
