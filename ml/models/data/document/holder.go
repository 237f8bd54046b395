package document

import (
	"github.com/virtengine/virtengine/ml/models/data/face"
	"github.com/virtengine/virtengine/ml/models/data/stream"
	"github.com/virtengine/virtengine/ml/models/data/text"
	"github.com/virtengine/virtengine/ml/mrz"
)

// Layouts is how many designs there are.
const Layouts = 3

// Date is a day of the Gregorian calendar.
type Date struct{ Year, Month, Day int }

// Printed returns the date as fields show it, DD.MM.YYYY.
func (d Date) Printed() string {
	return digits(d.Day, 2) + "." + digits(d.Month, 2) + "." + digits(d.Year, 4)
}

// Zone returns the date as the zone shows it, YYMMDD.
func (d Date) Zone() string { return digits(d.Year, 2) + digits(d.Month, 2) + digits(d.Day, 2) }

// digits returns the last n digits of a number.
func digits(v, n int) string {
	out := make([]byte, n)
	for i := n - 1; i >= 0; i-- {
		out[i] = "0123456789"[max(v, 0)%10]
		v /= 10
	}
	return string(out)
}

// Holder is to whom a card belongs, and what it says of him or her. Texts hold A to Z, 0 to 9 and single spaces.
type Holder struct {
	Surname, GivenNames string
	Number              string // nine characters
	Birth, Expiry       Date
	Sex                 byte // 'F', 'M' or mrz.Filler
	Nationality, Issuer string
	Layout              int // 0 to Layouts-1
	Person              face.Person
}

// NewHolder returns the holder of an id in the population that a seed names. The face is face.NewPerson(seed, id).
func NewHolder(seed, id uint64) Holder {
	s := stream.New(seed, "document/holder", id)
	p := face.NewPerson(seed, id)
	born := [face.AgeGroups][2]int{{1990, 2006}, {1968, 1989}, {1940, 1967}}[p.AgeGroup]
	h := Holder{
		Surname: text.Surname(s), GivenNames: text.GivenNames(s), Number: text.Code(s, 9), Sex: stream.Pick[byte](s, 'F', 'M', 'F', 'M', mrz.Filler),
		Birth: day(s, born[0], born[1]), Expiry: day(s, 2026, 2036), Nationality: "UTO", Issuer: "UTO", Layout: s.IntN(Layouts), Person: p,
	}
	if s.Chance(12) {
		h.Nationality = stream.Pick(s, "XXA", "XXB", "EUE", "UNO")
	}
	return h
}

func day(s *stream.Stream, from, to int) Date {
	return Date{s.Range(from, to), s.Range(1, 12), s.Range(1, 28)}
}

// Zone returns the three lines of the holder's zone. Fails as mrz.TD1.Lines does.
func (h Holder) Zone() ([mrz.Lines]string, error) {
	return mrz.TD1{
		Code: "I", Issuer: h.Issuer, Number: h.Number, Birth: h.Birth.Zone(), Sex: h.Sex, Expiry: h.Expiry.Zone(), Nationality: h.Nationality,
		Surname: h.Surname, GivenNames: h.GivenNames,
	}.Lines()
}
