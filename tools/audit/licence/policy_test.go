package licence

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/hashes"
)

const somePolicy = "platforms: [linux/amd64]\nallowed: [MIT, ISC]\nforbidden: [GPL-3.0]\n"

func digest(s string) string { return hashes.Of([]byte(s)).String() }

func TestPolicies(t *testing.T) {
	decision := func(module, take, files, reason string) string {
		return somePolicy + "modules:\n  - {module: " + module + ", take: [" + take + "], files: \"" + files + "\", reason: " + reason + "}\n"
	}
	good := digest("x")
	for name, tc := range map[string]struct {
		reason, text string
		want         error
	}{
		"Good":          {"allowed, forbidden, decided", decision("example.org/x", "MIT", good, "somebody has read all of it"), nil},
		"Empty":         {"no policy allows nothing", "", ErrPolicy},
		"NoPlatforms":   {"for nothing, nothing is compiled", "allowed: [MIT]", ErrPolicy},
		"Platform":      {"it has two parts", "platforms: [linux]", ErrPolicy},
		"UnknownKey":    {"a slip is not ignored", somePolicy + "alowed: [ISC]\n", ErrPolicy},
		"UnknownID":     {"nothing could match it", "platforms: [a/b]\nallowed: [MTI]", ErrPolicy},
		"Both":          {"one or the other", "platforms: [a/b]\nallowed: [MIT]\nforbidden: [MIT]", ErrPolicy},
		"NoReason":      {"a decision says why", decision("example.org/x", "MIT", good, "because"), ErrPolicy},
		"NoDigest":      {"a decision is about certain files", decision("example.org/x", "MIT", "", "somebody has read all of it"), ErrPolicy},
		"NotAllowed":    {"nobody decides alone about other licences", decision("example.org/x", "GPL-3.0", good, "somebody has read all of it"), ErrPolicy},
		"TakesNothing":  {"a decision ends with a licence", decision("example.org/x", "", good, "somebody has read all of it"), ErrPolicy},
		"NoModule":      {"a decision is about something", decision("''", "MIT", good, "somebody has read all of it"), ErrPolicy},
		"TwoDecisions":  {"one is wrong", decision("example.org/x", "MIT", good, "somebody has read all of it") + "  - {module: example.org/x, take: [MIT], files: \"" + good + "\", reason: somebody has read it again}\n", ErrPolicy},
		"PackageOfNPM":  {"a lock file has versions, not digests", decision("'npm:x'", "MIT", "1.0.0", "somebody has read all of it"), nil},
		"NotEvenYAML":   {"it cannot be read", "platforms: [", ErrPolicy},
		"TwoDocuments":  {"the second would be overlooked", somePolicy + "---\nforbidden: [ISC]\n", ErrPolicy},
		"AnotherFormat": {"a list is no policy", "- MIT", ErrPolicy},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParsePolicy([]byte(tc.text))
			require.ErrorIs(t, err, tc.want, tc.reason)
		})
	}
}

// module lays out a module's files and classifies them.
func module(t *testing.T, files map[string]string, folders ...string) (Module, []File) {
	t.Helper()
	m := Module{Path: "example.org/x", Version: "v1.0.0", Dir: t.TempDir(), Folders: folders, Use: InPrograms}
	for name, text := range files {
		name = filepath.Join(m.Dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o700))
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	}
	found, err := Files(m)
	require.NoError(t, err)
	return m, found
}

func TestFiles(t *testing.T) {
	mit, isc, gpl := made(byID("MIT"), 160), made(byID("ISC"), 100), "gnu general public license version 3"
	_, found := module(t, map[string]string{
		"LICENSE": mit, "license.go": gpl, "checklicense.sh": gpl, "NOTICE.txt": "by us", "LICENSES/ISC.txt": isc, "UNLICENSE": "x",
		"a/LICENCE.md": isc, "a/b/COPYING": isc, "a/b/b.go": "package b", "unused/LICENSE": gpl, "a/THIRD-PARTY-LICENSE.txt": mit, "a/license.yaml": gpl,
	}, "a/b", ".")
	var got []string
	for _, f := range found {
		got = append(got, f.Name+" "+strings.Join(f.Licences, ","))
	}
	require.Equal(t, []string{
		"LICENSE MIT", "LICENSES/ISC.txt ISC", "NOTICE.txt ", "UNLICENSE ",
		"a/LICENCE.md ISC", "a/THIRD-PARTY-LICENSE.txt MIT", "a/b/COPYING ISC",
	}, got)
}

func TestJudge(t *testing.T) {
	mit, odd := made(byID("MIT"), 160), "Do what you want."
	for name, tc := range map[string]struct {
		reason  string
		files   map[string]string
		decided string // "", "these" files or "others"
		want    string // of the finding; empty: none
		row     string
	}{
		"Allowed":    {"no question", map[string]string{"LICENSE": mit}, "", "", "example.org/x v1.0.0 programs MIT"},
		"Notice":     {"it goes along", map[string]string{"LICENSE": mit, "NOTICE": "by us"}, "", "", "example.org/x v1.0.0 programs MIT notice:NOTICE"},
		"None":       {"no licence is no permission", map[string]string{"README.md": mit}, "", "no licence file", "example.org/x v1.0.0 programs "},
		"NoticeOnly": {"a notice grants nothing", map[string]string{"NOTICE": mit}, "", "no licence file", "example.org/x v1.0.0 programs  notice:NOTICE"},
		"Unknown":    {"unknown is a failure", map[string]string{"LICENSE": odd}, "", "of no known licence", "example.org/x v1.0.0 programs "},
		"Forbidden":  {"whatever else is there", map[string]string{"LICENSE": mit, "COPYING": "gnu general public license version 3"}, "", "GPL-3.0 is forbidden", "example.org/x v1.0.0 programs GPL-3.0,MIT"},
		"Unlisted":   {"neither allowed nor forbidden", map[string]string{"LICENSE": made(byID("Zlib"), 100)}, "", "Zlib is not on the list", "example.org/x v1.0.0 programs Zlib"},
		"Decided":    {"a person has read it", map[string]string{"LICENSE": odd}, "these", "", "example.org/x v1.0.0 programs ISC decided"},
		"Changed":    {"and not this", map[string]string{"LICENSE": odd}, "others", "not those that the policy's decision is about", "example.org/x v1.0.0 programs "},
		"Unneeded":   {"decisions do not pile up", map[string]string{"LICENSE": mit}, "these", "not needed", "example.org/x v1.0.0 programs MIT"},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := ParsePolicy([]byte(somePolicy))
			require.NoError(t, err)
			m, files := module(t, tc.files, ".")
			if tc.decided != "" {
				d, err := Digest(files)
				require.NoError(t, err)
				if tc.decided == "others" {
					d = hashes.Of([]byte("others"))
				}
				p.Modules = []Decision{{Module: m.Path, Take: []string{"ISC"}, Files: d.String(), Reason: "somebody has read it"}}
			}
			row, found, err := p.judge(m, files)
			require.NoError(t, err)
			require.Equal(t, tc.row, row.String(), tc.reason)
			if tc.want == "" {
				require.Empty(t, found, tc.reason)
				return
			}
			require.Len(t, found, 1, tc.reason)
			require.Contains(t, found[0].What, tc.want, tc.reason)
		})
	}
}

func TestADigestIsOfNamesAndContents(t *testing.T) {
	seen := map[string]bool{}
	for _, files := range []map[string]string{
		{"LICENSE": "a"}, {"LICENSE": "b"}, {"COPYING": "a"}, {"LICENSE": "a", "COPYING": "b"}, {"LICENSE": "b", "COPYING": "a"},
	} {
		_, found := module(t, files, ".")
		d, err := Digest(found)
		require.NoError(t, err)
		require.False(t, seen[d.String()], "%v", files)
		seen[d.String()] = true
	}
	_, with := module(t, map[string]string{"LICENSE": "a", "NOTICE": "years change"}, ".")
	d, err := Digest(with)
	require.NoError(t, err)
	require.True(t, seen[d.String()], "a notice is not what was decided about")
}

func FuzzPolicy(f *testing.F) {
	f.Add([]byte(somePolicy))
	f.Add([]byte("platforms: [a/b]\nmodules:\n  - module: x\n    take: [MIT]\n    files: sha256:00\n    reason: a b c d\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := ParsePolicy(text)
		if err != nil {
			require.ErrorIs(t, err, ErrPolicy)
			return
		}
		for _, id := range p.Forbidden {
			require.NotEmpty(t, p.objection(id), id)
		}
	})
}
