package mrz

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// specimen is the zone that ICAO Doc 9303 part 5 prints as its example.
var specimen = [Lines]string{
	"I<UTOD231458907<<<<<<<<<<<<<<<",
	"7408122F1204159UTO<<<<<<<<<<<6",
	"ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
}

func TestDigit(t *testing.T) {
	for name, tc := range map[string]struct {
		reason, field string
		want          byte
	}{
		"SpecimenNumber":   {"part 5, the example's document number", "D23145890", '7'},
		"SpecimenBirth":    {"part 5, the example's date of birth", "740812", '2'},
		"SpecimenExpiry":   {"part 5, the example's date of expiry", "120415", '9'},
		"PassportNumber":   {"part 4, the example's passport number", "L898902C3", '6'},
		"PassportPersonal": {"part 4, the example's personal number", "ZE184226B<<<<<", '1'},
		"PartThree":        {"part 3, a date", "520727", '3'},
		"PartThreeNumber":  {"part 3, a document number with a filler", "AB2134<<<", '5'},
		"Nothing":          {"fillers count nothing", "<<<<<<", '0'},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Digit(tc.field)
			require.NoError(t, err)
			require.Equal(t, string(tc.want), string(got), tc.reason)
		})
	}
	_, err := Digit("A b")
	require.ErrorIs(t, err, ErrCharacter)
}

func TestSpecimen(t *testing.T) {
	d, err := ParseTD1(specimen)
	require.NoError(t, err)
	require.Equal(t, TD1{Code: "I", Issuer: "UTO", Number: "D23145890", Birth: "740812", Sex: 'F', Expiry: "120415", Nationality: "UTO",
		Surname: "ERIKSSON", GivenNames: "ANNA MARIA"}, d)
	again, err := d.Lines()
	require.NoError(t, err)
	require.Equal(t, specimen, again)
}

func TestParseRefuses(t *testing.T) {
	change := func(line, at int, c byte) [Lines]string {
		z := specimen
		z[line] = z[line][:at] + string(rune(c)) + z[line][at+1:]
		return z
	}
	for name, tc := range map[string]struct {
		reason string
		lines  [Lines]string
		want   error
		field  string
	}{
		"Number":     {"one changed character of the number", change(0, 6, '3'), ErrCheckDigit, "number"},
		"Birth":      {"another day of birth", change(1, 5, '3'), ErrCheckDigit, "date of birth"},
		"Expiry":     {"a card made to last longer", change(1, 9, '9'), ErrCheckDigit, "date of expiry"},
		"Composite":  {"the last digit", change(1, 29, '0'), ErrCheckDigit, "composite"},
		"Optional":   {"what only the composite digit covers", change(1, 20, '1'), ErrCheckDigit, "composite"},
		"Small":      {"small letters do not occur", change(2, 0, 'e'), ErrCharacter, "position 1"},
		"Short":      {"a line of 29", [Lines]string{specimen[0][1:], specimen[1], specimen[2]}, ErrShape, "line 1"},
		"Month":      {"month 13", change(1, 2, '1'), ErrDate, "date of birth"},
		"Sex":        {"a letter that is no sex", change(1, 7, 'Q'), ErrField, "sex"},
		"Nobody":     {"a line of names without names", [Lines]string{specimen[0], specimen[1], strings.Repeat("<", 30)}, ErrField, "surname"},
		"Everything": {"fillers only", [Lines]string{strings.Repeat("<", 30), strings.Repeat("<", 30), strings.Repeat("<", 30)}, ErrField, "code"},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := ParseTD1(tc.lines)
			require.ErrorIs(t, err, tc.want, tc.reason)
			require.ErrorContains(t, err, tc.field)
			require.Equal(t, tc.want == ErrCheckDigit, d.Surname == "ERIKSSON", "fields are returned where only digits are wrong")
		})
	}
}

func TestLinesRefuse(t *testing.T) {
	good, err := ParseTD1(specimen)
	require.NoError(t, err)
	for name, tc := range map[string]struct {
		reason string
		change func(*TD1)
		want   error
	}{
		"NoNumber":   {"a document has a number", func(d *TD1) { d.Number = "" }, ErrField},
		"LongNumber": {"13 of 22 characters and their digit go on, and leave no room", func(d *TD1) { d.Number, d.Optional1 = strings.Repeat("A", 22), "B" }, ErrField},
		"Accent":     {"letters are transliterated before", func(d *TD1) { d.Surname = "Å" }, ErrCharacter},
		"Filler":     {"a name with a filler would be two", func(d *TD1) { d.Surname = "A<B" }, ErrCharacter},
		"Spaces":     {"two spaces would end the surname", func(d *TD1) { d.Surname = "A  B" }, ErrField},
		"Date":       {"day 32", func(d *TD1) { d.Expiry = "300132" }, ErrDate},
		"NoDate":     {"an expiry is known", func(d *TD1) { d.Expiry = "30<<<<" }, ErrDate},
	} {
		t.Run(name, func(t *testing.T) {
			d := good
			tc.change(&d)
			_, err := d.Lines()
			require.ErrorIs(t, err, tc.want, tc.reason)
		})
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := func(name, pattern string) string { return rapid.StringMatching(pattern).Draw(t, name) }
		d := TD1{
			Code: text("code", `[IAC][A-Z]?`), Issuer: text("issuer", `[A-Z]{1,3}`), Number: text("number", `[A-Z0-9]{1,14}`),
			Birth: text("year", `[0-9]{2}`) + rapid.SampledFrom([]string{"0101", "1231", "<<<<", "11<<"}).Draw(t, "birth"), Sex: rapid.SampledFrom([]byte("FM<")).Draw(t, "sex"),
			Expiry: text("expiry", `[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9])`), Nationality: text("nationality", `[A-Z]{1,3}`), Optional2: text("optional", `([A-Z0-9]{1,11})?`),
			Surname: text("surname", `[A-Z]{1,12}( [A-Z]{1,3})?`), GivenNames: text("given", `([A-Z]{1,7}( [A-Z]{1,4})?)?`),
		}
		lines, err := d.Lines()
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseTD1(lines)
		if err != nil {
			t.Fatalf("%q: %v", lines, err)
		}
		got.Truncated = false
		if got != d {
			t.Fatalf("wrote %+v\nread %+v\n%q", d, got, lines)
		}
	})
}

// One character that is read wrongly is always noticed, but for the confusions that weights 7, 3 and 1 cannot tell apart:
// characters whose values differ by a multiple of ten.
func TestOneWrongCharacterOfADateIsNoticed(t *testing.T) {
	for at := range 6 {
		for c := byte('0'); c <= '9'; c++ {
			z := specimen
			if z[1][at] == c {
				continue
			}
			z[1] = z[1][:at] + string(rune(c)) + z[1][at+1:]
			_, err := ParseTD1(z)
			require.Error(t, err, "position %d as %c", at, c)
		}
	}
}

func FuzzParseTD1(f *testing.F) {
	f.Add(specimen[0], specimen[1], specimen[2])
	f.Add("", "", "")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		d, err := ParseTD1([Lines]string{a, b, c})
		if err != nil {
			return
		}
		again, err := d.Lines()
		require.NoError(t, err)
		if !d.Truncated && again[2] == c && !strings.HasPrefix(b, "<<<<<<<") {
			require.Equal(t, [2]string{a, b}, [2]string{again[0], again[1]})
		}
	})
}
