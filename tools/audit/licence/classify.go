package licence

import (
	"slices"
	"strings"
)

// Classify names the licences that a text consists of, by their ids of SPDX, sorted, each once; none if it is not, from
// its first word to its last, made of licences that are known. One that takes rights back is named wherever it is met, also
// where the rest is not known. Where a text holds several, all of them hold: whether one
// may choose is for a person to say.
func Classify(text string) []string {
	rest := normalise(text)
	var ids []string
	for _, f := range known {
		for {
			from, to, found := f.find(rest)
			if !found {
				break
			}
			ids = append(ids, f.id)
			rest = slices.Concat(rest[:from], []string{cut}, rest[to:])
		}
	}
	if id := marked(rest); id != "" {
		ids = append(ids, id)
	} else if len(ids) == 0 || !titles(rest) {
		return nil
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// marked returns the id of the marker that stands first, or nothing. Licences of one family name each other further down.
func marked(words []string) (id string) {
	first := len(words)
	for _, m := range markers {
		if at := index(words, m.phrase); at >= 0 && at < first {
			first, id = at, m.id
		}
	}
	return id
}

// cut stands where a licence stood, so that phrases do not grow together over it. No word is spelled so.
const cut = "|"

// titles says whether what is around licences asks nothing of anyone.
func titles(rest []string) bool {
	n := 0
	for _, w := range rest {
		if w == cut {
			continue
		}
		if n++; obliging[w] {
			return false
		}
	}
	return n <= maxRest
}

// find returns where the form stands in words, the first that is there.
func (f form) find(words []string) (from, to int, found bool) {
	for start := 0; ; start++ {
		at := index(words[start:], f.phrases[0])
		if at < 0 {
			return 0, 0, false
		}
		start += at
		if to, ok := f.ends(words, start); ok {
			return start, to, true
		}
	}
}

// ends returns where the form that begins at start ends.
func (f form) ends(words []string, start int) (int, bool) {
	words = words[:min(len(words), start+f.max)]
	if end := slices.Index(words[start:], cut); end >= 0 {
		words = words[:start+end]
	}
	at := start
	for i, phrase := range f.phrases {
		next := index(words[at:], phrase)
		if next < 0 {
			return 0, false
		}
		at += next + len(strings.Fields(phrase))
		// A short last phrase may stand in the middle too: the first place that makes the text long enough counts.
		for i == len(f.phrases)-1 && at-start < f.min {
			if next = index(words[at:], phrase); next < 0 {
				return 0, false
			}
			at += next + len(strings.Fields(phrase))
		}
	}
	return at, true
}

// index returns where a phrase stands in words, or -1.
func index(words []string, phrase string) int {
	p := strings.Fields(phrase)
	for i := 0; i+len(p) <= len(words); i++ {
		if words[i] == p[0] && slices.Equal(words[i:i+len(p)], p) {
			return i
		}
	}
	return -1
}
