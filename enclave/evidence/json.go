package evidence

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// MaxJSON bounds an envelope in JSON, in bytes: base64 takes four for three, and people indent.
const MaxJSON = 2 * MaxEncoded

// page is the envelope as people read it; bytes are base64 with padding (RFC 4648 section 4).
type page struct {
	Version      int      `json:"version"`
	Platform     Platform `json:"platform"`
	Body         []byte   `json:"evidence"`
	Endorsements [][]byte `json:"endorsements,omitempty"`
	Runtime      []byte   `json:"runtime,omitempty"`
}

// EncodeJSON writes an envelope for people and files. Consensus reads CBOR alone. Fails as Check does.
func EncodeJSON(e Evidence) ([]byte, error) {
	if err := e.Check(); err != nil {
		return nil, err
	}
	return json.MarshalIndent(page{Version: Version, Platform: e.Platform, Body: e.Body, Endorsements: e.Endorsements, Runtime: e.Runtime}, "", "  ")
}

// DecodeJSON reads what EncodeJSON writes, in any order and with any white space. A key that is unknown or there twice,
// and anything behind the object, is refused.
//
// Errors: ErrFormat, ErrPlatform, ErrCap, ErrEmpty.
func DecodeJSON(raw []byte) (Evidence, error) {
	if len(raw) > MaxJSON {
		return Evidence{}, fmt.Errorf("%d bytes, at most %d: %w", len(raw), MaxJSON, ErrCap)
	}
	if !keysOnce(raw) {
		return Evidence{}, fmt.Errorf("no JSON object, or one with a key twice: %w", ErrFormat)
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	var p page
	if d.Decode(&p) != nil || p.Version != Version {
		return Evidence{}, fmt.Errorf("JSON with other fields, or of another version than %d: %w", Version, ErrFormat)
	}
	e := Evidence{Platform: p.Platform, Body: p.Body, Endorsements: p.Endorsements, Runtime: p.Runtime}
	if len(e.Endorsements) == 0 {
		e.Endorsements = nil
	}
	if len(e.Runtime) == 0 {
		e.Runtime = nil
	}
	return e, e.Check()
}

// keysOnce says whether raw is one object and nothing else, whose keys are its own names, each at most once.
func keysOnce(raw []byte) bool {
	d := json.NewDecoder(bytes.NewReader(raw))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return false
	}
	seen := map[string]bool{}
	for d.More() {
		t, err := d.Token()
		key, ok := t.(string)
		if err != nil || !ok || seen[key] {
			return false
		}
		switch key { // by exact name: encoding/json alone would also take "Version"
		case "version", "platform", "evidence", "endorsements", "runtime":
		default:
			return false
		}
		seen[key] = true
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return false
		}
	}
	if _, err := d.Token(); err != nil {
		return false
	}
	_, err := d.Token()
	return errors.Is(err, io.EOF)
}
