package typeface

// Alphabet holds the characters in the order of the text net's classes, of which the first is class 1 (class 0 is the blank).
const Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<. "

// Class returns the class of a character, and 0 for one that is not in the Alphabet.
func Class(c byte) int {
	switch {
	case c >= 'A' && c <= 'Z':
		return int(c-'A') + 1
	case c >= '0' && c <= '9':
		return int(c-'0') + 27
	case c == '<':
		return 37
	case c == '.':
		return 38
	case c == ' ':
		return 39
	}
	return 0
}

// skeletons are the characters in the order of the Alphabet. First the width, then strokes: "/" is a line through its points,
// "~" an open and "o" a closed curve, "=" a line that only faces of fixed pitch have, "." a dot. x runs from 0 to 100 over the
// width, y from 0 (top) to 100 (base line).
var skeletons = [len(Alphabet)]string{
	"84 / 0,100 50,0 100,100 / 18,64 82,64",
	"76 / 50,0 0,0 0,100 50,100 / 0,48 50,48 ~ 50,0 84,8 92,24 84,40 50,48 ~ 50,48 90,56 100,74 90,92 50,100",
	"82 ~ 98,22 80,5 50,0 20,10 2,34 0,50 2,66 20,90 50,100 80,95 98,78",
	"82 / 40,100 0,100 0,0 40,0 ~ 40,0 75,8 97,32 100,50 97,68 75,92 40,100",
	"68 / 100,0 0,0 0,100 100,100 / 0,48 85,48",
	"66 / 100,0 0,0 0,100 / 0,48 82,48",
	"86 ~ 97,20 80,5 50,0 20,10 2,34 0,50 2,66 20,90 50,100 80,94 100,80 / 100,82 100,54 60,54",
	"80 / 0,0 0,100 / 100,0 100,100 / 0,48 100,48",
	"24 / 50,0 50,100 = 0,0 100,0 = 0,100 100,100",
	"58 / 100,0 100,68 ~ 100,68 92,90 55,100 14,92 0,74 = 50,0 100,0",
	"78 / 0,0 0,100 / 98,0 2,60 / 32,42 100,100",
	"66 / 0,0 0,100 100,100",
	"96 / 0,100 0,0 50,68 100,0 100,100",
	"82 / 0,100 0,0 100,100 100,0",
	"92 o 50,0 82,10 98,34 100,50 98,66 82,90 50,100 18,90 2,66 0,50 2,34 18,10",
	"74 / 0,100 0,0 50,0 / 0,54 50,54 ~ 50,0 88,8 100,27 88,46 50,54",
	"92 o 50,0 82,10 98,34 100,50 98,66 82,90 50,100 18,90 2,66 0,50 2,34 18,10 / 60,70 100,106",
	"78 / 0,100 0,0 50,0 / 0,54 50,54 ~ 50,0 88,8 98,27 88,46 50,54 / 48,54 100,100",
	"76 ~ 94,18 76,4 48,0 16,6 4,24 14,40 50,49 86,58 100,76 86,94 50,100 20,95 0,80",
	"78 / 0,0 100,0 / 50,0 50,100",
	"80 / 0,0 0,64 ~ 0,62 8,88 30,99 50,100 70,99 92,88 100,62 / 100,64 100,0",
	"80 / 0,0 50,100 100,0",
	"110 / 0,0 25,100 50,18 75,100 100,0",
	"80 / 0,0 100,100 / 100,0 0,100",
	"78 / 0,0 50,50 100,0 / 50,50 50,100",
	"76 / 0,0 100,0 0,100 100,100",
	"68 o 50,0 84,12 100,40 100,60 84,88 50,100 16,88 0,60 0,40 16,12",
	"46 / 8,24 64,0 64,100 = 16,100 100,100",
	"68 ~ 4,22 18,6 48,0 82,8 96,28 84,50 0,100 / 0,100 100,100",
	"68 ~ 4,12 40,0 80,6 92,25 80,42 42,48 ~ 42,48 86,54 100,74 86,94 46,100 0,90",
	"74 / 74,100 74,0 0,70 100,70",
	"68 / 92,0 16,0 8,46 ~ 8,44 46,36 84,44 100,67 86,92 46,100 0,90",
	"70 ~ 86,2 50,8 14,36 0,66 10,88 50,100 90,90 100,68 90,46 50,38 14,48 2,66",
	"68 / 0,0 100,0 36,100",
	"70 o 50,0 86,8 94,25 80,42 50,48 20,42 6,25 14,8 o 50,48 88,56 100,74 88,94 50,100 12,94 0,74 12,56",
	"70 ~ 14,98 50,92 86,64 100,34 90,12 50,0 10,10 0,32 10,54 50,62 86,52 98,34",
	"72 / 100,12 0,50 100,88",
	"16 . 50,94",
	"36",
}

// stroke is one part of a skeleton.
type stroke struct {
	kind   byte
	points [][2]int
}

// parse reads one skeleton. What it cannot read it leaves out; a test holds that there is no such thing.
func parse(text string) (width int, strokes []stroke) {
	rest := text
	width, rest = number(rest)
	for rest != "" {
		switch c := rest[0]; {
		case c == '/' || c == '~' || c == 'o' || c == '=' || c == '.':
			strokes, rest = append(strokes, stroke{kind: c}), rest[1:]
		case c >= '0' && c <= '9' && len(strokes) > 0:
			var x, y int
			x, rest = number(rest)
			if rest != "" {
				rest = rest[1:] // the comma
			}
			y, rest = number(rest)
			last := &strokes[len(strokes)-1]
			last.points = append(last.points, [2]int{x, y})
		default:
			rest = rest[1:]
		}
	}
	return width, strokes
}

func number(text string) (n int, rest string) {
	for text != "" && text[0] >= '0' && text[0] <= '9' {
		n, text = n*10+int(text[0]-'0'), text[1:]
	}
	return n, text
}
