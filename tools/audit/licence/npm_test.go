package licence

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPackagesOfNPM(t *testing.T) {
	lock := func(licence string) string {
		return `{"lockfileVersion": 3, "packages": {"": {"name": "ours"}, "packages/ours": {}, "node_modules/ours": {"link": true},
			"node_modules/a/node_modules/@b/c": {"version": "1.0.0", "license": "` + licence + `"}}}`
	}
	for name, tc := range map[string]struct {
		reason, text string
		decided      string // version
		findings     int
		want         error
	}{
		"Allowed":     {"no question", lock("MIT"), "", 0, nil},
		"Choice":      {"one of them is enough", lock("(GPL-3.0 OR MIT)"), "", 0, nil},
		"All":         {"all of them hold", lock("MIT AND GPL-3.0"), "", 1, nil},
		"None":        {"no licence is no permission", lock(""), "", 1, nil},
		"Elsewhere":   {"a file that nobody has read", lock("SEE LICENSE IN LICENSE.md"), "", 1, nil},
		"Decided":     {"a person has read it", lock("SEE LICENSE IN LICENSE.md"), "1.0.0", 0, nil},
		"Older":       {"another version", lock("SEE LICENSE IN LICENSE.md"), "0.9.0", 1, nil},
		"Unneeded":    {"decisions do not pile up", lock("MIT"), "1.0.0", 1, nil},
		"NoLicences":  {"npm 6 wrote none down", `{"lockfileVersion": 1}`, "", 0, ErrLockfile},
		"NotEvenJSON": {"it cannot be read", `{`, "", 0, ErrLockfile},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := ParsePolicy([]byte(somePolicy))
			require.NoError(t, err)
			if tc.decided != "" {
				p.Modules = []Decision{{Module: "npm:@b/c", Take: []string{"ISC"}, Files: tc.decided, Reason: "somebody has read it"}}
			}
			rows, found, err := p.npm("package-lock.json", []byte(tc.text))
			require.ErrorIs(t, err, tc.want, tc.reason)
			require.Len(t, found, tc.findings, tc.reason)
			if err == nil {
				require.Len(t, rows, 1, "ours are not others'")
				require.Equal(t, "npm:@b/c", rows[0].Module)
			}
		})
	}
}

func FuzzNPM(f *testing.F) {
	f.Add([]byte(`{"lockfileVersion": 3, "packages": {"node_modules/a": {"version": "1.0.0", "license": "MIT"}}}`))
	f.Add([]byte(`{"lockfileVersion": 2, "packages": {"node_modules/": {"license": "( OR ) AND"}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := ParsePolicy([]byte(somePolicy))
		require.NoError(t, err)
		if _, _, err := p.npm("x", text); err != nil {
			require.ErrorIs(t, err, ErrLockfile)
		}
	})
}
