package eval

// Reading is a text as it was read, and as it is.
type Reading struct{ Read, Truth string }

// Text is how well texts are read.
type Text struct {
	// Characters is Levenshtein's distance, summed over all texts, of the characters there are. Where a reader invents more
	// than there is, the count stops at all of a text's characters.
	Characters Rate `json:"characters"`
	Exact      Rate `json:"exact"` // texts without any error
}

// NewText counts errors. Fails with ErrEmpty where there are no characters at all.
func NewText(all []Reading) (*Text, error) {
	errors, characters, exact := int64(0), int64(0), int64(0)
	for _, r := range all {
		n := int64(len([]rune(r.Truth)))
		errors += min(int64(Levenshtein(r.Read, r.Truth)), n)
		characters += n
		if r.Read == r.Truth {
			exact++
		}
	}
	cer, err := NewRate(errors, characters)
	if err != nil {
		return nil, err
	}
	whole, err := NewRate(exact, int64(len(all)))
	return &Text{cer, whole}, err
}

// Levenshtein is the fewest characters to insert, delete or replace to make b of a.
func Levenshtein(a, b string) int {
	from, to := []rune(a), []rune(b)
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range from {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range to {
			cost := diagonal
			if x != y {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, diagonal+1, row[j]+1)
		}
	}
	return row[len(to)]
}
