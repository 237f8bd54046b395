package mrz

// The characters that ICAO Doc 9303 part 5 (section 4.2.2) lets stand at a place.
const (
	letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits  = "0123456789"
	filler  = string(Filler)
)

// Allowed are the characters that may stand at a place of a TD1 zone, line and place from 0: whoever reads a zone need not
// guess whether a round sign in a date is a letter. Of dates that are not known fillers are allowed. Beyond the zone it is "".
func Allowed(line, at int) string {
	if at < 0 || at >= Width {
		return ""
	}
	switch line {
	case 0:
		switch {
		case at < 5:
			return letters + filler
		case at == 14:
			return digits + filler
		}
		return letters + digits + filler
	case 1:
		switch {
		case at == 6 || at == 14 || at == 29:
			return digits
		case at == 7:
			return "FM" + filler
		case at < 14:
			return digits + filler
		case at < 18:
			return letters + filler
		}
		return letters + digits + filler
	case 2:
		return letters + filler
	}
	return ""
}
