// Package day is days of the Gregorian calendar, as documents write them: no clock, no time zone.
//
// Guarantee: a Date that a function returns is a day that there is. The century of a year of two digits is decided by the day on which
// a document was captured, so that the same document reads the same for ever.
//
// For the pipeline.
package day

import (
	"errors"
	"fmt"
)

// ErrDate says that a text is no day.
var ErrDate = errors.New("no date")

// Date is a day of the Gregorian calendar. The zero Date is none.
type Date struct{ Year, Month, Day int }

// Parse reads YYYY-MM-DD. Fails with ErrDate.
func Parse(s string) (Date, error) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return Date{}, fmt.Errorf("%w: %q; write YYYY-MM-DD", ErrDate, s)
	}
	y, yok := number(s[:4])
	m, mok := number(s[5:7])
	d, dok := number(s[8:])
	out := Date{y, m, d}
	if !yok || !mok || !dok || !out.valid() {
		return Date{}, fmt.Errorf("%w: %q", ErrDate, s)
	}
	return out, nil
}

// String is YYYY-MM-DD.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// Before says whether d is an earlier day than other.
func (d Date) Before(other Date) bool {
	if d.Year != other.Year {
		return d.Year < other.Year
	}
	if d.Month != other.Month {
		return d.Month < other.Month
	}
	return d.Day < other.Day
}

func (d Date) valid() bool {
	return d.Year > 0 && d.Month >= 1 && d.Month <= 12 && d.Day >= 1 && d.Day <= daysIn(d.Year, d.Month)
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// dateOf reads YYMMDD as the one day of that name in the hundred years from the year first on that is not behind last.
func dateOf(s string, first int, last Date) (Date, error) {
	if len(s) != 6 {
		return Date{}, fmt.Errorf("%w: %q; want YYMMDD", ErrDate, s)
	}
	yy, yok := number(s[:2])
	m, mok := number(s[2:4])
	d, dok := number(s[4:])
	if !yok || !mok || !dok {
		return Date{}, fmt.Errorf("%w: %q", ErrDate, s)
	}
	year := first + ((yy-first)%100+100)%100
	out := Date{year, m, d}
	if last.Before(out) {
		out.Year -= 100
	}
	if !out.valid() {
		return Date{}, fmt.Errorf("%w: %q", ErrDate, s)
	}
	return out, nil
}

func number(s string) (int, bool) {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

// BirthOf reads YYMMDD as the last day of that name that is not behind the capture. Fails with ErrDate, also for parts that are not
// known.
func BirthOf(s string, captured Date) (Date, error) {
	return dateOf(s, captured.Year-99, captured)
}

// ExpiryOf reads YYMMDD as the day of that name from fifty years before the year of capture to forty-nine after it. Fails with ErrDate.
func ExpiryOf(s string, captured Date) (Date, error) {
	return dateOf(s, captured.Year-50, Date{Year: captured.Year + 49, Month: 12, Day: 31})
}
