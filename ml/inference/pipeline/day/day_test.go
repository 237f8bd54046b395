package day

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var captured = Date{2026, 11, 23}

func TestDaysAreReadOrRefused(t *testing.T) {
	for text, want := range map[string]Date{
		"1974-08-12": {1974, 8, 12}, "2024-02-29": {2024, 2, 29}, "2000-02-29": {2000, 2, 29}, "2023-02-29": {}, "1900-02-29": {}, "2023-13-01": {}, "2023-00-01": {},
		"2023-01-00": {}, "2023-04-31": {}, "0000-01-01": {}, "23-01-01": {}, "2023/01/01": {}, "2O23-01-01": {}, "": {},
	} {
		got, err := Parse(text)
		require.Equal(t, want, got, text)
		if want == (Date{}) {
			require.ErrorIs(t, err, ErrDate, text)
		} else {
			require.Equal(t, text, got.String())
		}
	}
}

func TestCenturiesComeFromTheDayOfCapture(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		read   func(string, Date) (Date, error)
		text   string
		want   Date
	}{
		"Child":     {"somebody of sixteen", BirthOf, "100101", Date{2010, 1, 1}},
		"Tomorrow":  {"nobody is born behind the capture: a hundred years before", BirthOf, "261124", Date{1926, 11, 24}},
		"Today":     {"born on the day of capture", BirthOf, "261123", Date{2026, 11, 23}},
		"Long":      {"a document of forty years", ExpiryOf, "660101", Date{2066, 1, 1}},
		"LongSince": {"one that ran out in the last century", ExpiryOf, "990101", Date{1999, 1, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := tc.read(tc.text, captured)
			require.NoError(t, err)
			require.Equal(t, tc.want, got, tc.reason)
		})
	}
	for _, text := range []string{"74<<12", "740230", "7408122", "", "ABCDEF"} {
		_, err := BirthOf(text, captured)
		require.ErrorIs(t, err, ErrDate, text)
	}
}

func TestOrderIsThatOfTheCalendar(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) Date {
			return Date{rapid.IntRange(1900, 2100).Draw(t, name), rapid.IntRange(1, 12).Draw(t, name), rapid.IntRange(1, 28).Draw(t, name)}
		}
		a, b := draw("a"), draw("b")
		if a.Before(b) != (a.String() < b.String()) {
			t.Fatalf("%s before %s: %t", a, b, a.Before(b))
		}
	})
}
