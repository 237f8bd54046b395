package eval

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/hashes"
)

// counter is a source that goes round: what it draws is known.
type counter struct{ n int }

func (c *counter) IntN(n int) int {
	c.n = (c.n*1103515245 + 12345) & 0x7fffffff
	return c.n >> 8 % n
}

func TestBootstrap(t *testing.T) {
	values := []int64{0, 0, 0, 0, 0, Million, Million, Million, Million, Million}
	mean := func(units []int) (int64, error) {
		sum := int64(0)
		for _, u := range units {
			sum += values[u]
		}
		return sum / int64(len(units)), nil
	}
	i, err := Bootstrap(&counter{1}, 2000, len(values), mean)
	require.NoError(t, err)
	require.Equal(t, Interval{Low: 200_000, High: 800_000}, i, "of ten coins, two to eight heads are 97.9 % of all")
	j, err := Bootstrap(&counter{1}, 2000, len(values), mean)
	require.NoError(t, err)
	require.Equal(t, i, j, "the same key gives the same interval")
	same, err := Bootstrap(&counter{1}, 40, 3, func([]int) (int64, error) { return 7, nil })
	require.NoError(t, err)
	require.Equal(t, Interval{Low: 7, High: 7}, same)
	_, err = Bootstrap(&counter{}, 100, 2, func([]int) (int64, error) { return 0, ErrEmpty })
	require.ErrorIs(t, err, ErrEmpty, "a figure that cannot be computed has no interval")
	_, err = Bootstrap(nil, 100, 2, mean)
	require.ErrorIs(t, err, ErrRange)
	_, err = Bootstrap(&counter{}, 3, 2, mean)
	require.ErrorIs(t, err, ErrRange, "three values have no 2.5th percentile")
}

func TestHistogram(t *testing.T) {
	h, err := NewHistogram(trials([]int64{3, 9}, []int64{0, 1, 4}), 5)
	require.NoError(t, err)
	require.Equal(t, Histogram{From: 0, To: 9, Genuine: []int64{0, 1, 0, 0, 1}, Impostors: []int64{2, 0, 1, 0, 0}}, *h)
	_, err = NewHistogram(nil, 5)
	require.ErrorIs(t, err, ErrEmpty)
	_, err = NewHistogram(trials([]int64{1 << 53}, nil), 5)
	require.ErrorIs(t, err, ErrRange)
	_, err = NewHistogram(trials([]int64{1}, nil), 0)
	require.ErrorIs(t, err, ErrRange)
}

func TestCanonical(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		value  any
		want   string
		err    error
	}{
		"Order":   {"keys are sorted, also those of structs", struct{ B, A int }{2, 1}, `{"A":1,"B":2}`, nil},
		"Nested":  {"and those inside", map[string]any{"b": []any{nil, true, "x\"\\"}, "a": map[string]int{"z": 1, "y": -2}}, `{"a":{"y":-2,"z":1},"b":[null,true,"x\"\\"]}`, nil},
		"Tags":    {"what HTML escapes is itself", "<&>", `"<&>"`, nil},
		"Float":   {"a float has many forms", 1.5, "", ErrCanonical},
		"Huge":    {"other readers would round it", int64(1) << 60, "", ErrCanonical},
		"Control": {"only printable text", "a\n", "", ErrCanonical},
		"Channel": {"what JSON does not have", make(chan int), "", ErrCanonical},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Canonical(tc.value)
			require.ErrorIs(t, err, tc.err, tc.reason)
			require.Equal(t, tc.want, string(got), tc.reason)
		})
	}
	d, err := Digest(map[string]int{})
	require.NoError(t, err)
	require.Equal(t, hashes.Of([]byte("{}")), d)
}

func card(t *testing.T) *Card {
	r, err := NewRate(2, 400)
	require.NoError(t, err)
	b, err := ByGroup("tone", []Outcome{{"dark", true}, {"dark", false}, {"light", false}})
	require.NoError(t, err)
	return &Card{
		Model: "face-embedder", Task: "Says how alike two faces are.", File: "trained/face-embedder.onnx", Weights: hashes.Of([]byte("w")),
		Contract: "ve-f32-1", Inputs: []string{"image: float32 [1,1,64,64]"}, Outputs: []string{"embedding: float32 [1,128]"},
		Seed: 1000042, Count: 100, Unit: "persons", HeldOut: "Training uses seeds below 1000000.", Generator: "ml/models/data",
		Figures: []Figure{FigureOf("false reject rate", r, "pairs"), {Name: "area", Value: "99.9 %", Of: "400 pairs"}},
		Biases:  []Bias{*b}, Commands: []string{"go run ./ml/models/cmd/evaluate"}, Evaluation: hashes.Of([]byte("e")),
		Plots: []Plot{{File: "roc.png", Caption: "ROC"}}, Limits: []string{"Faces turned further than 30 degrees are missed."},
	}
}

func TestCard(t *testing.T) {
	c := card(t)
	raw, err := c.Markdown()
	require.NoError(t, err)
	text := string(raw)
	for _, want := range []string{
		"# face-embedder\n", "must not decide about a real person's identity", "100 persons of seed 1000042",
		"| false reject rate | 0.5 % | 2 of 400 pairs | 0.1372 % to 1.8046 % |", "| area | 99.9 % | 400 pairs | none |", "| dark | 1 | 2 | 50 % |",
		"no number: the best has no errors (dark over light)", "![ROC](roc.png)", "    go run ./ml/models/cmd/evaluate\n", c.Evaluation.String(), "- Faces turned",
	} {
		require.Contains(t, text, want)
	}
	require.NotContains(t, text, "<no value>")
	require.False(t, strings.Contains(text, "\n\n\n"), "no gaps:\n%s", text)
}

func TestACardStatesEverything(t *testing.T) {
	for name, forget := range map[string]func(*Card){
		"Digest":   func(c *Card) { c.Weights = hashes.Digest{} },
		"Figures":  func(c *Card) { c.Figures = nil },
		"HeldOut":  func(c *Card) { c.HeldOut = "" },
		"Count":    func(c *Card) { c.Count = 0 },
		"Commands": func(c *Card) { c.Commands = nil },
	} {
		t.Run(name, func(t *testing.T) {
			c := card(t)
			forget(c)
			_, err := c.Markdown()
			require.ErrorIs(t, err, ErrCard)
		})
	}
}

func TestPercent(t *testing.T) {
	require.Equal(t, []string{"0.6308", "-1.0500"}, []string{Decimal(630_844), Decimal(-1_050_000)})
	for ppm, want := range map[int64]string{0: "0 %", 1: "0.0001 %", 5_000: "0.5 %", Million: "100 %", -12_300: "-1.23 %"} {
		require.Equal(t, want, Percent(ppm))
	}
}
