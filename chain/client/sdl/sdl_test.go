package sdl_test

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cosmossdk.io/math"
	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/chain/client/manifest"
	"github.com/virtengine/virtengine/chain/client/sdl"
	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden is what a file means, for reading.
type golden struct {
	Hash  string                `json:"manifest_hash"`
	Group manifest.Group        `json:"group"`
	Order markettypes.OrderSpec `json:"order"`
}

func TestFilesMeanWhatTheyMeantBefore(t *testing.T) {
	files, err := filepath.Glob("testdata/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			d := parse(t, read(t, file))
			require.Len(t, d.Orders, len(d.Manifest.Groups))
			var all []golden
			for i, group := range d.Manifest.Groups {
				order := d.Orders[i]
				require.NoError(t, group.Matches(order.Units), "the order is for what will be sent")
				hash, err := group.Hash()
				require.NoError(t, err)
				require.Equal(t, hash[:], order.ManifestHash)
				all = append(all, golden{hex.EncodeToString(hash[:]), group, order})
			}
			got, err := json.MarshalIndent(all, "", "  ")
			require.NoError(t, err)
			path := strings.TrimSuffix(file, ".yaml") + ".golden.json"
			if *update {
				require.NoError(t, os.WriteFile(path, append(got, '\n'), 0o644))
			}
			require.Equal(t, read(t, path), string(got)+"\n")
		})
	}
}

func TestPriceIsTheSumOverReplicas(t *testing.T) {
	d := parse(t, read(t, "testdata/multi.yaml"))
	require.Equal(t, math.NewInt(3*100+2*1000), d.Orders[0].MaxPrice)
}

func TestPlacementsAreOrdersOfTheirOwn(t *testing.T) {
	d := parse(t, read(t, "testdata/gpu.yaml"))
	require.Equal(t, "far", d.Manifest.Groups[0].Name)
	require.Equal(t, math.NewInt(4*20000), d.Orders[0].MaxPrice)
	require.Equal(t, "near", d.Manifest.Groups[1].Name)
	require.Equal(t, math.NewInt(90000), d.Orders[1].MaxPrice)
}

// A file is a hello.yaml in which one text was replaced. What it asks for is refused at its line.
func TestRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		reason, old, new string
		line             int
		says             string
	}{
		"Version":         {"a later grammar may mean something else", `"2.0"`, `"3.0"`, 2, "2.0 or 2.1"},
		"UnknownKey":      {"a typing error is not passed over", "image:", "imgae:", 5, "unknown"},
		"UnknownTop":      {"nor a section we do not know", "deployment:", "extra: {}\ndeployment:", 27, "unknown"},
		"Twice":           {"YAML would let one of them win", "image:", "image: a\n    image:", 6, "first in line 5"},
		"Merge":           {"a merge hides where a value came from", "image:", "<<: {}\n    image:", 5, "merging"},
		"OwnAddress":      {"an address of one's own is not a shared one", "- global: true", "- global: true\n            ip: mine", 11, "not sold"},
		"Endpoints":       {"the same, at the top", "services:", "endpoints: {mine: {kind: ip}}\nservices:", 3, "not sold"},
		"HTTPOptions":     {"an option without effect is a lie", "as: 80", "as: 80\n        http_options: {max_body_size: 1}", 9, "no HTTP proxy"},
		"NoReceiver":      {"a port for nobody", "- global: true", "- global: false", 10, "nobody"},
		"Fraction":        {"there is nothing smaller than one uve", "amount: 1000", "amount: 0.5", 26, "whole uve"},
		"Exponent":        {"short and huge", "amount: 1000", "amount: 1e400000000", 26, "number of uve"},
		"Negative":        {"nobody is paid for using", "amount: 1000", "amount: -1", 26, "number of uve"},
		"Free":            {"a ceiling of nothing is never met", "amount: 1000", "amount: 0", 22, "max_price"},
		"OtherCoin":       {"prices are in our coin", "denom: uve", "denom: uakt", 25, "uve"},
		"PartOfAMilli":    {"processors are counted in thousandths", "units: 0.5", "units: 0.0005", 16, "whole"},
		"NoUnits":         {"nothing is no amount", "units: 0.5", "units: 0", 16, "whole"},
		"PartOfAByte":     {"nor half bytes", "size: 512Mi", "size: 0.3Ki", 18, "whole"},
		"Suffix":          {"512 what?", "size: 512Mi", "size: 512MB", 18, "no amount"},
		"HugeSize":        {"more than can be counted", "size: 512Mi", "size: 16Ei", 18, "countable"},
		"CPUKind":         {"kinds of processors are not sold", "units: 0.5", "units: 0.5\n          attributes: {arch: arm64}", 17, "not sold"},
		"GPUAlternatives": {"one of several is not sold", "cpu:", "gpu: {units: 1, attributes: {vendor: {nvidia: [{model: a}, {model: b}]}}}\n        cpu:", 15, "alternatives"},
		"GPUMemory":       {"it would have no effect", "cpu:", "gpu: {units: 1, attributes: {vendor: {nvidia: [{model: a, ram: 80Gi}]}}}\n        cpu:", 15, "memory is not asked"},
		"Auditors":        {"a demand that cannot be met", "pricing:", "signedBy: {anyOf: [ve1xyz]}\n      pricing:", 23, "signs attributes"},
		"NoPlacement":     {"a name that leads nowhere", "    anywhere:\n      profile", "    nowhere:\n      profile", 29, `placement profile "nowhere"`},
		"NoProfile":       {"a name that leads nowhere", "profile: web", "profile: big", 29, `compute profile "big"`},
		"NotDeployed":     {"who wrote a service wants it run", "profiles:", "  idle: {image: a}\nprofiles:", 11, "where it runs"},
		"NoPrice":         {"without a ceiling anything could be asked", "        web:\n          denom", "        big:\n          denom", 22, "pricing has no amount"},
		"Count":           {"no replica, no order", "count: 1", "count: 0", 31, "1 to 1000"},
		"MountOfNothing":  {"a mount needs a disk", "image:", "params: {storage: {data: {mount: /data}}}\n    image:", 5, `no storage "data"`},
		"Permissions":     {"no power over the platform", "image:", "params: {permissions: {read: [logs]}}\n    image:", 5, "no permissions"},
		"Dependencies":    {"an order that is not kept", "image:", "dependencies: [{service: db}]\n    image:", 5, "wait"},
		"BadImage":        {"the manifest's own rules hold", "example/hello-world:0.3.0", "/etc/passwd", 4, "reference"},
		"UnknownService":  {"a port for a stranger", "global: true", "service: db", 4, `"db" is no service`},
		"BadName":         {"names become host names", "  web:\n    image", "  Web:\n    image", 4, "where it runs"},
		"OurAuction":      {"two kinds exist", "deployment:", "virtengine: {auction: dutch}\ndeployment:", 27, "open or fixed"},
		"OurRestart":      {"three policies exist", "deployment:", "virtengine: {services: {web: {restart: maybe}}}\ndeployment:", 27, "on-failure"},
		"OurStranger":     {"settings for no service", "deployment:", "virtengine: {services: {db: {restart: never}}}\ndeployment:", 27, `no service "db"`},
		"OurProviders":    {"addresses have a checksum", "deployment:", "virtengine: {providers: [ve1abc]}\ndeployment:", 27, "no address"},
		"OurScore":        {"scores end at 100", "deployment:", "virtengine: {gate: {min_identity_score: 101}}\ndeployment:", 27, "0 to 100"},
		"ListForMap":      {"the shape is part of the grammar", "version: \"2.0\"", "version: \"2.0\"\nvirtengine: [a]", 3, "mapping"},
	} {
		t.Run(name, func(t *testing.T) {
			text := read(t, "testdata/hello.yaml")
			require.Contains(t, text, tc.old)
			text = text[strings.Index(text, "\n")+1:] // without the comment, lines begin at the version
			text = "\n" + strings.Replace(text, tc.old, tc.new, 1)
			_, err := sdl.Parse(strings.NewReader(text))
			require.ErrorIs(t, err, sdl.ErrInvalid, tc.reason)
			var list *sdl.Error
			require.ErrorAs(t, err, &list)
			for _, p := range list.Problems {
				if p.Line == tc.line && strings.Contains(p.String(), tc.says) {
					return
				}
			}
			t.Fatalf("%s: line %d with %q is not among\n%s", tc.reason, tc.line, tc.says, err)
		})
	}
}

func TestAllProblemsAreToldAtOnceFromTopToBottom(t *testing.T) {
	text := read(t, "testdata/hello.yaml")
	for _, change := range [][2]string{{`"2.0"`, `"9"`}, {"as: 80", "sa: 80"}, {"size: 512Mi", "size: many"}, {"denom: uve", "denom: eur"}, {"count: 1", "count: x"}} {
		text = strings.Replace(text, change[0], change[1], 1)
	}
	_, err := sdl.Parse(strings.NewReader(text))
	var list *sdl.Error
	require.ErrorAs(t, err, &list)
	var lines []int
	for _, p := range list.Problems {
		lines = append(lines, p.Line)
	}
	require.Equal(t, []int{2, 8, 18, 25, 31}, lines, err.Error())
}

func TestDangerousFiles(t *testing.T) {
	laughs := "version: &a [x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c <= 'j'; c++ {
		laughs += string(c) + ": &" + string(c) + " [" + strings.TrimSuffix(strings.Repeat("*"+string(c-1)+",", 9), ",") + "]\n"
	}
	for name, tc := range map[string]struct{ reason, text, says string }{
		"Empty":         {"nothing is ordered by an empty file", "", "empty"},
		"Null":          {"nor by one of nothing", "~", "missing"},
		"BillionLaughs": {"a few lines that stand for billions", laughs, "aliases counted"},
		"Cycle":         {"an alias inside of what it stands for", "version: &a [*a]", "nested deeper"},
		"Deep":          {"a stack of brackets", strings.Repeat("[", 9000) + strings.Repeat("]", 9000), "nested deeper"},
		"Large":         {"more than anybody writes", "version: " + strings.Repeat("x", sdl.MaxBytes), "more than"},
		"TwoDocuments":  {"which of them?", "version: '2.0'\n---\nversion: '2.0'\n", "second document"},
		"NoYAML":        {"not YAML at all", "{{", "line"},
		"Binary":        {"not even text", "\x00\x01\xff", "control"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := sdl.Parse(strings.NewReader(tc.text))
			require.ErrorIs(t, err, sdl.ErrInvalid, tc.reason)
			require.ErrorContains(t, err, tc.says, tc.reason)
		})
	}
}

func TestABrokenLineIsNoBrokenFile(t *testing.T) {
	broken := errors.New("connection reset")
	_, err := sdl.Parse(failing{broken})
	require.ErrorIs(t, err, broken)
	require.NotErrorIs(t, err, sdl.ErrInvalid)
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/*.yaml")
	require.NoError(f, err)
	for _, file := range files {
		f.Add(read(f, file))
	}
	for _, seed := range []string{"", "~", "[]", "version: 2.0", "services: {a: {expose: [{port: 1, to: [{}]}]}}", "? [a]\n: b", "a: *b", "&a a: *a", "<<: x", "- &x [*x, *x]", "services: {1: 2}", "!!binary x: y"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := sdl.Parse(strings.NewReader(text))
		if err != nil {
			require.ErrorIs(t, err, sdl.ErrInvalid)
			return
		}
		for i, order := range d.Orders {
			require.NoError(t, d.Manifest.Groups[i].Matches(order.Units))
			require.NoError(t, markettypes.CheckSpec(order, markettypes.MaxWindowBlocks))
		}
	})
}

func parse(t *testing.T, text string) sdl.Deployment {
	d, err := sdl.Parse(strings.NewReader(text))
	require.NoError(t, err)
	return d
}

func read(t testing.TB, path string) string {
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(b)
}
