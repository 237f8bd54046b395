package manifest_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/chain/client/manifest"
	"github.com/virtengine/virtengine/chain/x/resources/amount"
	resourcestypes "github.com/virtengine/virtengine/chain/x/resources/types"
)

const shopHash = "30ffb7508f63644addf06295148ce58d1c875da053e45615fe2ef80f5c01d207"

func TestOneMeaningHasOneHash(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := validGroup(t)
		want, err := g.Hash()
		require.NoError(t, err)
		got, err := shuffled(t, g).Hash()
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}

func TestWhatIsDecodedIsWhatWasEncoded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := validGroup(t)
		raw, err := shuffled(t, g).Canonical()
		require.NoError(t, err)
		back, err := manifest.Decode(bytes.NewReader(raw))
		require.NoError(t, err)
		require.Equal(t, g, back)
	})
}

func TestWhatIsValidHereIsAnOrderOnChain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := validGroup(t)
		require.NoError(t, amount.CheckUnits(g.Units()))
		require.NoError(t, shuffled(t, g).Matches(g.Units()))
	})
}

// A change of the encoding would make every running lease's manifest unknown to its order.
func TestTheHashOfTheShopNeverChanges(t *testing.T) {
	h, err := shop().Hash()
	require.NoError(t, err)
	require.Equal(t, shopHash, hex.EncodeToString(h[:]))
	raw, err := shop().Canonical()
	require.NoError(t, err)
	require.Contains(t, string(raw), `"password":"p<w>"`, "text is encoded in one way, that of JSON, not that of web pages")
}

func TestOneByteIsAnotherHash(t *testing.T) {
	want, err := shop().Hash()
	require.NoError(t, err)
	for name, change := range map[string]func(*manifest.Group){
		"Name":     func(g *manifest.Group) { g.Name = "elsewhere" },
		"ArgOrder": func(g *manifest.Group) { a := g.Services[0].Args; a[0], a[1] = a[1], a[0] },
		"Env":      func(g *manifest.Group) { g.Services[0].Env[1] = "B= " },
		"Password": func(g *manifest.Group) { g.Services[0].Credentials.Password = "q" },
		"Count":    func(g *manifest.Group) { g.Services[1].Count = 3 },
	} {
		t.Run(name, func(t *testing.T) {
			g := shop()
			change(&g)
			got, err := g.Hash()
			require.NoError(t, err)
			require.NotEqual(t, want, got)
		})
	}
}

func TestDecodeIsStrict(t *testing.T) {
	raw, err := shop().Canonical()
	require.NoError(t, err)
	for name, tc := range map[string]struct {
		reason, old, new string
		says             string
	}{
		"UnknownField":  {"a word we do not know may matter to who wrote it", `"count":1`, `"count":1,"colour":"red"`, `unknown field "colour"`},
		"OtherCase":     {"encoding/json would take Count for count", `"count":1`, `"Count":1`, `unknown field "Count"`},
		"Twice":         {"encoding/json would take the last", `"count":1`, `"count":1,"count":7`, `"count" is given twice`},
		"Trailing":      {"what follows is part of no group", `"name":"anywhere"`, `"name":"anywhere"} {"name":"b"`, "follows"},
		"Negative":      {"a count below zero does not exist", `"count":1`, `"count":-1`, "-1"},
		"Fraction":      {"nor half a replica", `"count":1`, `"count":1.5`, "1.5"},
		"BigPort":       {"ports end at 65535", `"port":5432`, `"port":65536`, "65536"},
		"Truncated":     {"half a group", `}]}`, ``, "EOF"},
		"InvalidValues": {"well-formed but wrong", `"count":1`, `"count":0`, "services[0].count"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(string(raw), tc.old, tc.new, 1)
			if name == "Truncated" {
				text = string(raw[:len(raw)-1])
			}
			if name == "Trailing" {
				text = string(raw) + string(raw)
			}
			_, err := manifest.Decode(strings.NewReader(text))
			require.ErrorIs(t, err, manifest.ErrInvalid, tc.reason)
			require.ErrorContains(t, err, tc.says, tc.reason)
		})
	}
}

func TestDecodeReadsNoMoreThanTheLimit(t *testing.T) {
	endless := strings.NewReader(strings.Repeat(" ", manifest.MaxBytes+10))
	_, err := manifest.Decode(endless)
	require.ErrorIs(t, err, manifest.ErrInvalid)
	require.Equal(t, 9, endless.Len())
}

func TestDecodeTellsABrokenLineFromABrokenManifest(t *testing.T) {
	broken := errors.New("connection reset")
	_, err := manifest.Decode(failing{broken})
	require.ErrorIs(t, err, broken)
	require.NotErrorIs(t, err, manifest.ErrInvalid)
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestTooLargeToSendHasNoHash(t *testing.T) {
	g := shop()
	for range 3 {
		g.Services[0].Args = append(g.Services[0].Args, strings.Repeat("x", manifest.MaxBytes/3))
	}
	_, err := g.Hash()
	require.ErrorIs(t, err, manifest.ErrInvalid)
}

func TestMatchesNamesTheDifference(t *testing.T) {
	for name, tc := range map[string]struct {
		says   string
		change func([]resourcestypes.Unit) []resourcestypes.Unit
	}{
		"Same":      {"", func(u []resourcestypes.Unit) []resourcestypes.Unit { return []resourcestypes.Unit{u[1], u[0]} }},
		"Fewer":     {"2 services, 1 units", func(u []resourcestypes.Unit) []resourcestypes.Unit { return u[:1] }},
		"Renamed":   {`no unit "web"`, func(u []resourcestypes.Unit) []resourcestypes.Unit { u[1].Name = "www"; return u }},
		"Replicas":  {"replicas is 2, ordered were 1", func(u []resourcestypes.Unit) []resourcestypes.Unit { u[1].Count = 1; return u }},
		"CPU":       {"cpu_milli is 500", func(u []resourcestypes.Unit) []resourcestypes.Unit { u[0].Resources.CpuMilli--; return u }},
		"Endpoints": {"endpoints is 2", func(u []resourcestypes.Unit) []resourcestypes.Unit { u[1].Resources.Endpoints = 1; return u }},
		"GPU":       {"gpus are", func(u []resourcestypes.Unit) []resourcestypes.Unit { u[0].Resources.Gpus[0].Model = "mi300"; return u }},
		"Volume":    {"volumes are", func(u []resourcestypes.Unit) []resourcestypes.Unit { u[0].Volumes[0].Persistent = false; return u }},
	} {
		t.Run(name, func(t *testing.T) {
			err := shop().Matches(tc.change(shop().Units()))
			if tc.says == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, manifest.ErrMismatch)
			require.ErrorContains(t, err, tc.says)
		})
	}
}

func TestReadBackHidesThePassword(t *testing.T) {
	g := shop()
	shown := g.Redacted()
	require.Equal(t, manifest.Redaction, shown.Services[0].Credentials.Password)
	require.Equal(t, "p<w>", g.Services[0].Credentials.Password, "the original keeps it")
	require.ErrorIs(t, shown.Validate(), manifest.ErrInvalid, "what was shown cannot be sent by mistake")
}

func FuzzDecode(f *testing.F) {
	raw, err := shop().Canonical()
	require.NoError(f, err)
	for _, seed := range []string{
		string(raw), "", "null", "{}", "[]", `{"name":"a","services":[]}`, `{"name":"a","services":null,"services":1}`,
		`{"name":"\ud800"}`, strings.Repeat("[", 5000), `{"services":[{"env":["A"]}]}`, "{\"name\":\"a\xff\"}", "1 2", "}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		g, err := manifest.Decode(bytes.NewReader(in))
		if err != nil {
			require.ErrorIs(t, err, manifest.ErrInvalid)
			return
		}
		first, err := g.Canonical()
		require.NoError(t, err, "what was decoded is valid")
		again, err := manifest.Decode(bytes.NewReader(first))
		require.NoError(t, err)
		require.Equal(t, g, again)
	})
}
