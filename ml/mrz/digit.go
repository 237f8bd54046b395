package mrz

import (
	"errors"
	"fmt"
)

// Errors that say what kind of thing is wrong.
var (
	ErrShape      = errors.New("zone has another shape")
	ErrCharacter  = errors.New("character does not belong in a zone")
	ErrField      = errors.New("field cannot be written")
	ErrDate       = errors.New("date is none")
	ErrCheckDigit = errors.New("check digit is wrong")
)

// Filler stands for what is absent, and between names.
const Filler = '<'

// Digit returns the check digit of a field (part 3, 4.9): values weighted 7, 3, 1 and again, summed modulo 10. Digits count as
// themselves, A to Z as 10 to 35, the filler as 0. Fails with ErrCharacter.
func Digit(field string) (byte, error) {
	sum := 0
	for i := range len(field) {
		v, err := value(field[i])
		if err != nil {
			return 0, fmt.Errorf("%w: position %d", err, i+1)
		}
		sum += v * [3]int{7, 3, 1}[i%3]
	}
	return "0123456789"[sum%10], nil
}

func value(c byte) (int, error) {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0'), nil
	case c >= 'A' && c <= 'Z':
		return int(c-'A') + 10, nil
	case c == Filler:
		return 0, nil
	}
	return 0, fmt.Errorf("%w: %q", ErrCharacter, c)
}

// check compares a digit with that of its field. A filler stands for the digit 0 of a field that holds fillers only.
func check(name, field string, digit byte) error {
	want, err := Digit(field)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if digit == want || digit == Filler && want == '0' && empty(field) {
		return nil
	}
	return fmt.Errorf("%w: %s has %q, its field gives %q", ErrCheckDigit, name, digit, want)
}

func empty(field string) bool {
	for i := range len(field) {
		if field[i] != Filler {
			return false
		}
	}
	return true
}
