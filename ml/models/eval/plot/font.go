package plot

// rows is a character of 5 by 7 pixels, and an eighth row for what hangs below the line: from the top, in each the highest of
// five bits is the leftmost pixel.
type rows [8]byte

// glyph gives a character by columns, the lowest bit at the top.
func glyph(r rune) (columns [5]byte) {
	shape, ok := letter(r)
	if !ok {
		shape = rows{31, 17, 17, 17, 17, 17, 31}
	}
	for y, row := range shape {
		for x := range 5 {
			columns[x] |= row >> (4 - x) & 1 << y
		}
	}
	return columns
}

// letter is the shape of a character.
func letter(r rune) (rows, bool) {
	switch {
	case r >= '0' && r <= '9':
		return digits()[r-'0'], true
	case r >= 'A' && r <= 'Z':
		return capitals()[r-'A'], true
	case r >= 'a' && r <= 'z':
		return smalls()[r-'a'], true
	}
	return sign(r)
}

func sign(r rune) (rows, bool) {
	switch r {
	case ' ':
		return rows{}, true
	case '.':
		return rows{0, 0, 0, 0, 0, 12, 12}, true
	case ',':
		return rows{0, 0, 0, 0, 12, 4, 8}, true
	case ':':
		return rows{0, 12, 12, 0, 12, 12, 0}, true
	case '-':
		return rows{0, 0, 0, 31, 0, 0, 0}, true
	case '+':
		return rows{0, 4, 4, 31, 4, 4, 0}, true
	case '%':
		return rows{24, 25, 2, 4, 8, 19, 3}, true
	case '/':
		return rows{0, 1, 2, 4, 8, 16, 0}, true
	case '(':
		return rows{2, 4, 8, 8, 8, 4, 2}, true
	case ')':
		return rows{8, 4, 2, 2, 2, 4, 8}, true
	case '=':
		return rows{0, 0, 31, 0, 31, 0, 0}, true
	case '<':
		return rows{2, 4, 8, 16, 8, 4, 2}, true
	case '>':
		return rows{8, 4, 2, 1, 2, 4, 8}, true
	case '_':
		return rows{0, 0, 0, 0, 0, 0, 31}, true
	}
	return rows{}, false
}

func digits() [10]rows {
	return [10]rows{
		{14, 17, 19, 21, 25, 17, 14},
		{4, 12, 4, 4, 4, 4, 14},
		{14, 17, 1, 6, 8, 16, 31},
		{14, 17, 1, 6, 1, 17, 14},
		{2, 6, 10, 18, 31, 2, 2},
		{31, 16, 30, 1, 1, 17, 14},
		{6, 8, 16, 30, 17, 17, 14},
		{31, 1, 2, 4, 4, 8, 8},
		{14, 17, 17, 14, 17, 17, 14},
		{14, 17, 17, 15, 1, 2, 12},
	}
}

func capitals() [26]rows {
	return [26]rows{
		{14, 17, 17, 31, 17, 17, 17}, // A
		{30, 17, 17, 30, 17, 17, 30},
		{14, 17, 16, 16, 16, 17, 14},
		{28, 18, 17, 17, 17, 18, 28}, // D
		{31, 16, 16, 30, 16, 16, 31},
		{31, 16, 16, 30, 16, 16, 16},
		{14, 17, 16, 23, 17, 17, 15}, // G
		{17, 17, 17, 31, 17, 17, 17},
		{14, 4, 4, 4, 4, 4, 14},
		{7, 2, 2, 2, 2, 18, 12}, // J
		{17, 18, 20, 24, 20, 18, 17},
		{16, 16, 16, 16, 16, 16, 31},
		{17, 27, 21, 21, 17, 17, 17}, // M
		{17, 25, 21, 19, 17, 17, 17},
		{14, 17, 17, 17, 17, 17, 14},
		{30, 17, 17, 30, 16, 16, 16}, // P
		{14, 17, 17, 17, 21, 18, 13},
		{30, 17, 17, 30, 20, 18, 17},
		{15, 16, 16, 14, 1, 1, 30}, // S
		{31, 4, 4, 4, 4, 4, 4},
		{17, 17, 17, 17, 17, 17, 14},
		{17, 17, 17, 17, 10, 10, 4}, // V
		{17, 17, 17, 21, 21, 27, 17},
		{17, 17, 10, 4, 10, 17, 17},
		{17, 17, 10, 4, 4, 4, 4}, // Y
		{31, 1, 2, 4, 8, 16, 31},
	}
}

func smalls() [26]rows {
	return [26]rows{
		{0, 0, 14, 1, 15, 17, 15}, // a
		{16, 16, 30, 17, 17, 17, 30},
		{0, 0, 14, 16, 16, 16, 14},
		{1, 1, 15, 17, 17, 17, 15}, // d
		{0, 0, 14, 17, 31, 16, 14},
		{6, 8, 28, 8, 8, 8, 8},
		{0, 0, 15, 17, 17, 15, 1, 14}, // g
		{16, 16, 30, 17, 17, 17, 17},
		{4, 0, 12, 4, 4, 4, 14},
		{2, 0, 6, 2, 2, 2, 18, 12}, // j
		{16, 16, 18, 20, 24, 20, 18},
		{12, 4, 4, 4, 4, 4, 14},
		{0, 0, 26, 21, 21, 21, 21}, // m
		{0, 0, 30, 17, 17, 17, 17},
		{0, 0, 14, 17, 17, 17, 14},
		{0, 0, 30, 17, 17, 30, 16, 16}, // p
		{0, 0, 15, 17, 17, 15, 1, 1},
		{0, 0, 22, 24, 16, 16, 16},
		{0, 0, 15, 16, 14, 1, 30}, // s
		{8, 8, 28, 8, 8, 8, 6},
		{0, 0, 17, 17, 17, 19, 13},
		{0, 0, 17, 17, 17, 10, 4}, // v
		{0, 0, 17, 17, 21, 21, 10},
		{0, 0, 17, 10, 4, 10, 17},
		{0, 0, 17, 17, 17, 15, 1, 14}, // y
		{0, 0, 31, 2, 4, 8, 31},
	}
}
