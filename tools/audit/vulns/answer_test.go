package vulns

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	config = `{"config": {"protocol_version": "v1.0.0"}}`
	entry  = `{"osv": {"id": "GO-1", "summary": "it leaks"}}`
	module = `{"finding": {"osv": "GO-1", "fixed_version": "v1.2.0", "trace": [{"module": "m", "version": "v1.0.0"}]}}`
	pkg    = `{"finding": {"osv": "GO-1", "fixed_version": "v1.2.0", "trace": [{"module": "m", "version": "v1.0.0", "package": "m/p"}]}}`
	symbol = `{"finding": {"osv": "GO-1", "fixed_version": "v1.2.0", "trace": [
		{"module": "m", "version": "v1.0.0", "package": "m/p", "function": "Leak", "receiver": "*T", "position": {"filename": "p.go", "line": 7}},
		{"module": "ours", "package": "ours", "function": "main"}]}}`
	unfixed = `{"finding": {"osv": "GO-2", "trace": [{"module": "m", "version": "v1.0.0", "package": "m/p", "function": "F"}]}}`
)

func TestAnswers(t *testing.T) {
	for name, tc := range map[string]struct {
		reason, text string
		what         []string
		faults       int
		want         error
	}{
		"Nothing":        {"a clean module", config, nil, 0, nil},
		"Required":       {"only required: a note", config + entry + module, []string{"GO-1 it leaks: the module is required, no vulnerable package of it is compiled"}, 0, nil},
		"Imported":       {"told at the nearest level", config + entry + module + pkg, []string{"GO-1 it leaks: package m/p is compiled, the vulnerable functions are not called"}, 0, nil},
		"Called":         {"the nearest of all", config + entry + module + pkg + symbol, []string{"GO-1 it leaks: m/p.*T.Leak is reached from our code"}, 1, nil},
		"TwoWays":        {"one function is told once", config + entry + symbol + symbol, []string{"GO-1 it leaks: m/p.*T.Leak is reached from our code"}, 1, nil},
		"AnyOrder":       {"messages have no order", config + symbol + module + entry, []string{"GO-1 it leaks: m/p.*T.Leak is reached from our code"}, 1, nil},
		"NoSummary":      {"the id is enough", config + unfixed, []string{"GO-2 (no summary): m/p.F is reached from our code"}, 1, nil},
		"NewMessages":    {"messages that are not known yet say nothing", config + `{"weather": "fine"}`, nil, 0, nil},
		"NewProtocol":    {"another protocol may say anything", `{"config": {"protocol_version": "v2.0.0"}}`, nil, 0, ErrAnswer},
		"NoProtocol":     {"nothing at all is not clean", "", nil, 0, ErrAnswer},
		"CutShort":       {"half an answer is not clean", config + `{"finding": {`, nil, 0, ErrAnswer},
		"FoundNowhere":   {"a finding is somewhere", config + `{"finding": {"osv": "GO-1"}}`, nil, 0, ErrAnswer},
		"NoJSON":         {"an error text is not clean", "govulncheck: no", nil, 0, ErrAnswer},
		"ProtocolBehind": {"but it may come late", module + config, []string{"GO-1 (no summary): the module is required, no vulnerable package of it is compiled"}, 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := read(strings.NewReader(tc.text), func(string) {})
			require.ErrorIs(t, err, tc.want, tc.reason)
			if err != nil {
				return
			}
			var what []string
			faults := 0
			for _, f := range a.findings() {
				what = append(what, f.What)
				if !f.Note {
					faults++
				}
			}
			require.Equal(t, tc.what, what, tc.reason)
			require.Equal(t, tc.faults, faults, tc.reason)
		})
	}
}

func TestTheWayToAFunctionIsTold(t *testing.T) {
	a, err := read(strings.NewReader(config+entry+symbol+unfixed), func(string) {})
	require.NoError(t, err)
	found := a.findings()
	require.Equal(t, []string{"ours.main", "m/p.*T.Leak (p.go:7)"}, found[0].Trace, "ours first")
	require.Equal(t, "m v1.0.0", found[0].Where)
	require.Equal(t, "take m v1.2.0 or later", found[0].Hint)
	require.Equal(t, "there is no fixed version: stop calling it", found[1].Hint)
}

func FuzzAnswer(f *testing.F) {
	f.Add(config + entry + module + pkg + symbol)
	f.Add(`{"finding": {"trace": [{}, {}]}}` + config)
	f.Add(`{"config": null} {"osv": {}} {"SBOM": {"modules": [null]}}` + config)
	f.Fuzz(func(t *testing.T, text string) {
		a, err := read(strings.NewReader(text), func(string) {})
		if err != nil {
			require.ErrorIs(t, err, ErrAnswer)
			return
		}
		if found := a.findings(); len(found) > len(a.all) || len(a.all) > 0 && len(found) == 0 {
			t.Fatalf("%d told of %d", len(found), len(a.all))
		}
	})
}
