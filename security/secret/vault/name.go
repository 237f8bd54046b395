package vault

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/virtengine/virtengine/security/secret"
)

// field is what MOUNT/PATH#FIELD names.
type field struct {
	mount string
	path  []string // one element or more
	name  string
}

func parseName(s string) (field, error) {
	if err := secret.CheckName(s); err != nil {
		return field{}, err
	}
	place, name, found := strings.Cut(s, "#")
	parts := strings.Split(place, "/")
	if !found || name == "" || strings.Contains(name, "#") || len(parts) < 2 {
		return field{}, fmt.Errorf("%w: a name in a vault is MOUNT/PATH#FIELD; hint: kv/team/db#password", secret.ErrReference)
	}
	if slices.ContainsFunc(parts, func(p string) bool { return p == "" || p == "." || p == ".." }) {
		return field{}, fmt.Errorf("%w: no part of a path in a vault is empty or dots", secret.ErrReference)
	}
	return field{parts[0], parts[1:], name}, nil
}

// answer is what a KV engine of version 2 answers. Fields stay raw, so that only the wanted one is decoded.
type answer struct {
	Data struct {
		Data     map[string]json.RawMessage `json:"data"`
		Metadata metadata                   `json:"metadata"`
	} `json:"data"`
}

type metadata struct {
	Version   int    `json:"version"`
	Deleted   string `json:"deletion_time"` // "" or RFC 3339
	Destroyed bool   `json:"destroyed"`
}

// in finds the field in an answer.
func (f field) in(body []byte) (secret.Bytes, error) {
	var a answer
	if err := json.Unmarshal(body, &a); err != nil { // whose text may repeat a secret
		return secret.Bytes{}, fmt.Errorf("%w: the answer is not that of a KV engine of version 2", secret.ErrUnavailable)
	}
	raw, ok := a.Data.Data[f.name]
	if !ok {
		return secret.Bytes{}, fmt.Errorf("%w: version %d of it has no field %q", secret.ErrNotFound, a.Data.Metadata.Version, f.name)
	}
	defer clear(raw)
	var text *string
	if err := json.Unmarshal(raw, &text); err != nil || text == nil {
		return secret.Bytes{}, fmt.Errorf("%w: the field %q is no JSON string; hint: store it as one", secret.ErrNotText, f.name)
	}
	switch {
	case *text == "":
		return secret.Bytes{}, fmt.Errorf("%w: the field %q", secret.ErrEmpty, f.name)
	case len(*text) > secret.MaxSize:
		return secret.Bytes{}, fmt.Errorf("%w: %d bytes, at most %d", secret.ErrTooLarge, len(*text), secret.MaxSize)
	}
	return secret.Move([]byte(*text)), nil
}

// gone explains a 404: absent, or deleted, which the answer's metadata then tells.
func gone(body []byte) error {
	var a answer
	if err := json.Unmarshal(body, &a); err == nil && a.Data.Metadata.Version > 0 {
		how := "was deleted at " + redacted(a.Data.Metadata.Deleted)
		if a.Data.Metadata.Destroyed {
			how = "was destroyed"
		}
		return fmt.Errorf("%w: its newest version, %d, %s", secret.ErrNotFound, a.Data.Metadata.Version, how)
	}
	return fmt.Errorf("%w: nothing is there; hint: is the mount a KV engine of version 2?", secret.ErrNotFound)
}
