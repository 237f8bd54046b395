package text

import (
	"strings"

	"github.com/virtengine/virtengine/ml/models/data/stream"
)

// Names are made of syllables, so that nobody's name is listed here. Some combinations are names that people have; that is
// chance.
var (
	onsets = [...]string{"B", "BR", "C", "CH", "D", "DR", "F", "G", "GR", "H", "J", "K", "KR", "L", "M", "N", "P", "Q", "R", "S", "SH", "ST", "T", "TH", "TR", "V", "W", "X", "Y", "Z", "", ""}
	vowels = [...]string{"A", "E", "I", "O", "U", "A", "E", "I", "O", "U", "AI", "EI", "IA", "OU", "Y", "EE"}
	codas  = [...]string{"", "", "", "", "N", "R", "S", "L", "M", "T", "K", "ND", "RT", "X", "Z", "NG", "CK", "FF"}
)

// Surname returns 3 to 14 letters.
func Surname(s *stream.Stream) string { return word(s, s.Range(1, 3), 14) }

// GivenNames returns one or two names, with a space between.
func GivenNames(s *stream.Stream) string {
	name := word(s, s.Range(1, 3), 10)
	if s.Chance(35) {
		name += " " + word(s, s.Range(1, 2), 8)
	}
	return name
}

func word(s *stream.Stream, syllables, limit int) string {
	var out strings.Builder
	for i := 0; i < syllables || out.Len() < 3; i++ {
		out.WriteString(stream.Pick(s, onsets[:]...))
		out.WriteString(stream.Pick(s, vowels[:]...))
		out.WriteString(stream.Pick(s, codas[:]...))
	}
	w := out.String()
	return w[:min(len(w), limit)]
}

// Code returns n letters and digits, mostly digits.
func Code(s *stream.Stream, n int) string {
	out := make([]byte, max(n, 0))
	for i := range out {
		if s.Chance(25) {
			out[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[s.IntN(26)]
		} else {
			out[i] = "0123456789"[s.IntN(10)]
		}
	}
	return string(out)
}

// date returns a day as documents print it; days that no calendar has occur.
func date(s *stream.Stream) string {
	day, month, year := two(s.Range(1, 31)), two(s.Range(1, 12)), two(s.Range(19, 20))+two(s.Range(0, 99))
	switch s.IntN(4) {
	case 0:
		return day + "." + month + "." + year
	case 1:
		return day + " " + month + " " + year
	case 2:
		return day + " " + stream.Pick(s, "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC") + " " + year
	default:
		return year + month + day
	}
}

func two(n int) string { return string([]byte{"0123456789"[n/10%10], "0123456789"[n%10]}) }

// zone returns 30 characters as a line of a machine readable zone holds them; check digits are drawn, not computed.
func zone(s *stream.Stream) string {
	var line string
	switch s.IntN(3) {
	case 0:
		line = stream.Pick(s, "I", "A", "C") + stream.Pick(s, "<", "D", "<") + country(s) + Code(s, 9) + Code(s, 1)
		if s.Chance(30) {
			line += Code(s, s.Range(1, 15))
		}
	case 1:
		line = digits(s, 7) + stream.Pick(s, "M", "F", "<") + digits(s, 7) + country(s)
		line += strings.Repeat("<", 29-len(line)) + digits(s, 1)
	default:
		line = Surname(s) + "<<" + strings.ReplaceAll(GivenNames(s), " ", "<")
	}
	return (line + strings.Repeat("<", 30))[:30]
}

func country(s *stream.Stream) string {
	if s.Chance(60) {
		return "UTO"
	}
	return string([]byte{"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[s.IntN(26)], "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[s.IntN(26)], "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[s.IntN(26)]})
}

func digits(s *stream.Stream, n int) string {
	out := make([]byte, n)
	for i := range out {
		out[i] = "0123456789"[s.IntN(10)]
	}
	return string(out)
}
