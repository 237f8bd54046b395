package licence

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// bullet is what numbers a clause at the beginning of a line: "1.", "(a)", "*", "-". Texts of one licence differ in it.
var bullet = regexp.MustCompile(`^[\s/#*>|-]*(?:\(?(?:\d{1,2}|[a-z]|i{1,3}|iv|v)[.)]\s)?`)

// normalise returns the words of a text: lower case, letters and digits only, one spelling of licence, without the lines
// that name holders and without the numbers of clauses.
func normalise(text string) []string {
	text = strings.ToLower(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"))
	var all []string
	for line := range strings.SplitSeq(text, "\n") {
		words := split(bullet.ReplaceAllString(line, ""))
		if !names(words) {
			all = append(all, words...)
		}
	}
	return all
}

func split(line string) []string {
	words := strings.FieldsFunc(line, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '©' })
	for i, w := range words {
		switch w {
		case "licence":
			words[i] = "license"
		case "licences":
			words[i] = "licenses"
		}
	}
	return words
}

// sentence are words that follow "copyright" where it stands in a sentence that a line end has cut.
var sentence = words(`notice notices holder holders owner owners law laws license licenses statement statements act and or
	interest disclaimer c1 in to is as doctrines rights protection patent`)

// names says whether a line names holders: "Copyright (c) 2020 The Authors. All rights reserved." Which ones is no part of
// a licence's text. A line that asks for something besides is one.
func names(words []string) bool {
	if len(words) > 0 && words[0] == "portions" {
		words = words[1:]
	}
	switch {
	case len(words) == 0:
		return false
	case len(words) == 3 && strings.Join(words, " ") == "all rights reserved":
		return true
	case words[0] == "©", words[0] == "c" && len(words) > 1 && year(words[1]):
		return true
	case words[0] != "copyright":
		return false
	}
	return len(words) > 1 && !sentence[words[1]] && !slices.ContainsFunc(words, func(w string) bool { return obliging[w] })
}

func year(word string) bool {
	return len(word) == 4 && (strings.HasPrefix(word, "19") || strings.HasPrefix(word, "20"))
}
