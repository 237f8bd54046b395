package pipeline

import "strings"

// letters are what a machine readable zone writes for letters that it does not have (ICAO Doc 9303-3, 6.A, Latin-1 and a few of
// Latin Extended-A). What is neither here nor in the zone's alphabet becomes '?', which equals nothing that was read.
var letters = map[rune]string{
	'Á': "A", 'À': "A", 'Â': "A", 'Ã': "A", 'Ä': "AE", 'Å': "AA", 'Æ': "AE", 'Ā': "A", 'Ă': "A", 'Ą': "A", 'Ç': "C", 'Ć': "C", 'Č': "C", 'Ď': "D", 'Ð': "D", 'Đ': "D",
	'É': "E", 'È': "E", 'Ê': "E", 'Ë': "E", 'Ē': "E", 'Ę': "E", 'Ě': "E", 'Ğ': "G", 'Í': "I", 'Ì': "I", 'Î': "I", 'Ï': "I", 'Ī': "I", 'İ': "I", 'Ł': "L", 'Ñ': "N", 'Ń': "N", 'Ň': "N",
	'Ó': "O", 'Ò': "O", 'Ô': "O", 'Õ': "O", 'Ö': "OE", 'Ø': "OE", 'Œ': "OE", 'Ř': "R", 'Ś': "S", 'Ş': "S", 'Š': "S", 'ẞ': "SS", 'Ť': "T", 'Þ': "TH",
	'Ú': "U", 'Ù': "U", 'Û': "U", 'Ü': "UE", 'Ū': "U", 'Ů': "U", 'Ý': "Y", 'Ÿ': "Y", 'Ź': "Z", 'Ż': "Z", 'Ž': "Z",
}

// plain writes a name as the zone would, with one space between words: upper case, letters and digits. Hyphens, apostrophes and
// fillers separate words; dots and commas are left out.
func plain(name string) string {
	var b strings.Builder
	for _, r := range strings.ToUpper(name) {
		switch {
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == ' ', r == '-', r == '<', r == '\t':
			b.WriteByte(' ')
		case r == '\'', r == '’', r == '.', r == ',':
		case r == 'ß':
			b.WriteString("SS")
		case letters[r] != "":
			b.WriteString(letters[r])
		default:
			b.WriteByte('?')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// digits are a text's digits.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// joined is a text without spaces: where words are set apart is not what documents agree on.
func joined(s string) string { return strings.ReplaceAll(s, " ", "") }

// likeness of two texts in basis points: 10000 where they are equal, less the changed, added and left out characters
// (Levenshtein) as a share of the longer one, rounded down. Two empty texts say nothing, and are not alike.
func likeness(a, b string) int64 {
	long := int64(max(len(a), len(b)))
	if long == 0 {
		return 0
	}
	return 10000 * (long - int64(distance(a, b))) / long
}

// distance is the least number of characters to change, add or leave out.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
