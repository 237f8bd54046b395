package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// MaxRecord is the longest line of a log in bytes, with its line end.
const MaxRecord = 64 << 10

// timeLayout is RFC 3339 in UTC with all nine digits, so that times sort as texts.
const timeLayout = "2006-01-02T15:04:05.000000000Z"

// Record is one line of a log.
type Record struct {
	Seq  uint64 // from 1 on, without a gap
	Time time.Time
	Event
	Prev Hash // of the record before; all zero in the first
	Hash Hash
}

// Head names the record.
func (r Record) Head() Head { return Head{Seq: r.Seq, Hash: r.Hash} }

// MarshalJSON is the record's line without its line end: the one form it has.
func (r Record) MarshalJSON() ([]byte, error) {
	body, err := appendBody(nil, r)
	if err != nil {
		return nil, err
	}
	line := appendHash(body, r.Hash)
	return line[:len(line)-1], nil
}

// appendBody appends what a record's hash is made of. Fails with ErrEvent for a year that RFC 3339 cannot write.
func appendBody(b []byte, r Record) ([]byte, error) {
	at := r.Time.UTC()
	if at.Year() < 0 || at.Year() > 9999 {
		return nil, fmt.Errorf("%w: year %d cannot be written; hint: set the clock", ErrEvent, at.Year())
	}
	b = append(b, `{"v":1,"seq":`...)
	b = strconv.AppendUint(b, r.Seq, 10)
	b = append(b, `,"time":"`...)
	b = at.AppendFormat(b, timeLayout)
	b = append(b, '"')
	for _, t := range r.texts() {
		b = append(b, `,"`...)
		b = append(b, t.name...)
		b = append(b, `":`...)
		b = appendString(b, *t.value)
	}
	b = append(b, `,"fields":{`...)
	for i, name := range slices.Sorted(maps.Keys(r.Fields)) {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, name)
		b = append(b, ':')
		b = appendString(b, r.Fields[name])
	}
	b = append(b, `},"prev":"`...)
	b = append(b, r.Prev.String()...)
	return append(b, '"'), nil
}

// appendHash makes a body a line.
func appendHash(body []byte, h Hash) []byte {
	body = append(body, `,"hash":"`...)
	body = append(body, h.String()...)
	return append(body, "\"}\n"...)
}

// appendString writes JSON that is printable ASCII only. encoding/json is not asked, since what it escapes changes from
// release to release, and hashes are made of this text.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			b = utf8.AppendRune(append(b, '\\'), c)
		case c >= ' ' && c <= '~':
			b = utf8.AppendRune(b, c)
		case c < 0x10000:
			b = appendUnit(b, c)
		default:
			high, low := utf16.EncodeRune(c)
			b = appendUnit(appendUnit(b, high), low)
		}
	}
	return append(b, '"')
}

// appendUnit writes a UTF-16 code unit as \uXXXX in lower case.
func appendUnit(b []byte, c rune) []byte {
	const digits = "0123456789abcdef"
	return append(b, '\\', 'u', digits[c>>12&15], digits[c>>8&15], digits[c>>4&15], digits[c&15])
}

// wire is what a line says, in the words of JSON.
type wire struct {
	Version int               `json:"v"`
	Seq     uint64            `json:"seq"`
	Time    string            `json:"time"`
	Actor   string            `json:"actor"`
	Action  string            `json:"action"`
	Object  string            `json:"object"`
	Outcome string            `json:"outcome"`
	Fields  map[string]string `json:"fields"`
	Prev    string            `json:"prev"`
	Hash    string            `json:"hash"`
}

var errForm = errors.New("not the form of a record")

// parse reads a line with its line end, and returns the part of it that the hash is made of. It does not check the hash.
// Whatever it accepts is, byte for byte, what would be written for the record it returns: no other spelling of the same
// content passes.
func parse(line []byte) (r Record, body []byte, err error) {
	if len(line) > MaxRecord || !ascii(line) {
		return Record{}, nil, errForm
	}
	var w wire
	if err := json.Unmarshal(line, &w); err != nil {
		return Record{}, nil, errors.Join(errForm, err)
	}
	r = Record{Seq: w.Seq, Event: Event{Actor: w.Actor, Action: w.Action, Object: w.Object, Outcome: w.Outcome, Fields: w.Fields}}
	var errs [3]error
	r.Time, errs[0] = time.Parse(timeLayout, w.Time)
	r.Prev, errs[1] = ParseHash(w.Prev)
	r.Hash, errs[2] = ParseHash(w.Hash)
	if err := errors.Join(append(errs[:], r.check())...); err != nil {
		return Record{}, nil, errors.Join(errForm, err)
	}
	body, err = appendBody(make([]byte, 0, len(line)), r)
	if err != nil {
		return Record{}, nil, errors.Join(errForm, err)
	}
	n := len(body)
	if !bytes.Equal(appendHash(body, r.Hash), line) {
		return Record{}, nil, errForm
	}
	return r, body[:n], nil
}

func ascii(line []byte) bool {
	return !slices.ContainsFunc(line, func(c byte) bool { return c >= utf8.RuneSelf })
}
