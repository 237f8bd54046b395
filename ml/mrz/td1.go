package mrz

import (
	"errors"
	"fmt"
	"strings"
)

// The shape of a TD1 zone.
const (
	Lines = 3
	Width = 30
)

// TD1 is what the zone of an identity card says. Fields hold A to Z and 0 to 9; names are separated by single spaces. Dates are
// YYMMDD; an unknown part of a date of birth is fillers, two each.
type TD1 struct {
	Code        string // "I", "A" or "C", and a second character of the issuer's choice or none
	Issuer      string // state or organization, up to 3 letters
	Number      string // of the document, up to 22 characters
	Optional1   string // what the issuer adds to the first line
	Birth       string
	Sex         byte // 'F', 'M' or Filler (unspecified)
	Expiry      string
	Nationality string // up to 3 letters
	Optional2   string // what the issuer adds to the second line, up to 11 characters
	Surname     string
	GivenNames  string
	Truncated   bool // the names fill their line: they may go on
}

// Lines returns the three lines with their check digits. A number of more than nine characters goes on in the optional part,
// as part 5, note j tells; names that do not fit are cut off. Fails with ErrField, ErrCharacter or ErrDate.
func (d TD1) Lines() ([Lines]string, error) {
	var none [Lines]string
	if err := d.validate(); err != nil {
		return none, err
	}
	digit := func(s string) string { // validate has seen every character
		c, err := Digit(s)
		if err != nil {
			return string(Filler)
		}
		return string(c)
	}
	number, rest := pad(d.Number, 9)+digit(pad(d.Number, 9)), d.Optional1
	if len(d.Number) > 9 {
		number = d.Number[:9] + string(Filler)
		rest = d.Number[9:] + digit(d.Number) + string(Filler) + d.Optional1
	}
	if len(rest) > 15 {
		return none, fmt.Errorf("%w: number and optional part need %d characters, 15 are free", ErrField, len(rest))
	}
	first := pad(d.Code, 2) + pad(d.Issuer, 3) + number + pad(rest, 15)
	birth, expiry := d.Birth+digit(d.Birth), d.Expiry+digit(d.Expiry)
	second := birth + string(d.Sex) + expiry + pad(d.Nationality, 3) + pad(d.Optional2, 11)
	second += digit(composite(first, second))
	names := strings.ReplaceAll(d.Surname, " ", "<")
	if d.GivenNames != "" {
		names += "<<" + strings.ReplaceAll(d.GivenNames, " ", "<")
	}
	return [Lines]string{first, second, pad(names[:min(len(names), Width)], Width)}, nil
}

// composite is what the last digit of the second line covers: part 5, 4.2.4.
func composite(first, second string) string {
	return first[5:30] + second[0:7] + second[8:15] + second[18:29]
}

func pad(s string, width int) string { return s + strings.Repeat(string(Filler), max(width-len(s), 0)) }

// validate says which field cannot stand in a zone.
func (d TD1) validate() error {
	for _, f := range [...]struct {
		name, text string
		least      int
		most       int
		spaces     bool
	}{
		{"code", d.Code, 1, 2, false}, {"issuer", d.Issuer, 1, 3, false}, {"number", d.Number, 1, 22, false},
		{"optional part 1", d.Optional1, 0, 15, false}, {"nationality", d.Nationality, 1, 3, false}, {"optional part 2", d.Optional2, 0, 11, false},
		{"surname", d.Surname, 1, 256, true}, {"given names", d.GivenNames, 0, 256, true},
	} {
		if len(f.text) < f.least || len(f.text) > f.most {
			return fmt.Errorf("%w: %s has %d characters, %d to %d are allowed", ErrField, f.name, len(f.text), f.least, f.most)
		}
		if f.spaces && (strings.Trim(f.text, " ") != f.text || strings.Contains(f.text, "  ")) {
			return fmt.Errorf("%w: %s has spaces that separate nothing", ErrField, f.name)
		}
		for i := range len(f.text) {
			if c := f.text[i]; c == Filler && !strings.HasPrefix(f.name, "optional") || c != ' ' || !f.spaces {
				if _, err := value(c); err != nil || c == Filler && !strings.HasPrefix(f.name, "optional") {
					return fmt.Errorf("%w: %q in the %s\nhint: names are transliterated to A to Z before", ErrCharacter, c, f.name)
				}
			}
		}
	}
	if d.Sex != 'F' && d.Sex != 'M' && d.Sex != Filler {
		return fmt.Errorf("%w: sex %q is none of F, M and <", ErrField, d.Sex)
	}
	if err := date("date of birth", d.Birth, true); err != nil {
		return err
	}
	return date("date of expiry", d.Expiry, false)
}

// date says whether a text is YYMMDD.
func date(name, text string, unknown bool) error {
	if len(text) != 6 {
		return fmt.Errorf("%w: %s %q", ErrDate, name, text)
	}
	for i, most := range [...]int{99, 12, 31} {
		part := text[2*i : 2*i+2]
		if unknown && part == "<<" {
			continue
		}
		tens, ones := int(part[0])-'0', int(part[1])-'0'
		n := 10*tens + ones
		if tens < 0 || tens > 9 || ones < 0 || ones > 9 || n > most || i > 0 && n == 0 {
			return fmt.Errorf("%w: %s %q", ErrDate, name, text)
		}
	}
	return nil
}

// ParseTD1 reads three lines. Where nothing but check digits is wrong it returns what it read with an ErrCheckDigit that names
// each; other errors are ErrShape, ErrCharacter, ErrField and ErrDate, with nothing read.
func ParseTD1(lines [Lines]string) (TD1, error) {
	for i, line := range lines {
		if len(line) != Width {
			return TD1{}, fmt.Errorf("%w: line %d has %d characters, TD1 has %d", ErrShape, i+1, len(line), Width)
		}
		for at := range len(line) {
			if _, err := value(line[at]); err != nil {
				return TD1{}, fmt.Errorf("line %d, position %d: %w", i+1, at+1, err)
			}
		}
	}
	first, second := lines[0], lines[1]
	d := TD1{
		Code: bare(first[0:2]), Issuer: bare(first[2:5]), Birth: second[0:6], Sex: second[7], Expiry: second[8:14],
		Nationality: bare(second[15:18]), Optional2: bare(second[18:29]), Truncated: lines[2][Width-1] != Filler,
	}
	number := readNumber(&d, first)
	names := strings.SplitN(bare(lines[2]), "<<", 2)
	d.Surname = strings.ReplaceAll(names[0], "<", " ")
	if len(names) == 2 {
		d.GivenNames = spaced(names[1])
	}
	if err := d.validate(); err != nil {
		return TD1{}, err
	}
	return d, errors.Join(number,
		check("date of birth", d.Birth, second[6]), check("date of expiry", d.Expiry, second[14]), check("composite", composite(first, second), second[29]))
}

// readNumber takes the document number and the optional part from the first line, and checks the number's digit.
func readNumber(d *TD1, first string) error {
	d.Number, d.Optional1 = bare(first[5:14]), bare(first[15:30])
	if first[14] != Filler || strings.HasSuffix(first[5:14], "<") || d.Optional1 == "" {
		return check("number", first[5:14], first[14])
	}
	rest, more, _ := strings.Cut(d.Optional1, "<")
	d.Number, d.Optional1 = first[5:14]+rest[:len(rest)-min(len(rest), 1)], more
	if rest == "" {
		return fmt.Errorf("%w: the number goes on, but there is no digit", ErrCheckDigit)
	}
	return check("number", d.Number, rest[len(rest)-1])
}

// bare takes fillers from the end.
func bare(s string) string { return strings.TrimRight(s, "<") }

// spaced turns runs of fillers into single spaces.
func spaced(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == Filler }), " ")
}
