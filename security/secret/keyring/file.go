package keyring

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"filippo.io/age"

	"github.com/virtengine/virtengine/security/secret"
)

// format is the first thing in the file's plain text.
const format = "virtengine-keyring/1"

// maxFile is the largest file, in bytes.
const maxFile = 16 << 20

// plain is the file's content in JSON. Versions of a secret are in ascending order.
type plain struct {
	Format  string               `json:"format"`
	Secrets map[string][]version `json:"secrets"`
}

type version struct {
	Version int       `json:"version"` // from 1 on
	Created time.Time `json:"created"`
	Value   []byte    `json:"value"`
}

// wipe clears all values.
func (p plain) wipe() {
	for _, all := range p.Secrets {
		for _, v := range all {
			clear(v.Value)
		}
	}
}

// encrypt writes p for key.
func encrypt(p plain, key Key) ([]byte, error) {
	_, to, err := key.open()
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	defer clear(text)
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if out.Len() > maxFile {
		return nil, fmt.Errorf("%w: the keyring would have %d bytes, at most %d", secret.ErrTooLarge, out.Len(), maxFile)
	}
	return out.Bytes(), nil
}

// decrypt reads what encrypt wrote. Fails with secret.ErrDenied for another key, else with ErrDamaged.
func decrypt(data []byte, key Key) (plain, error) {
	id, _, err := key.open()
	if err != nil {
		return plain{}, err
	}
	r, err := age.Decrypt(bytes.NewReader(data), id)
	if other := new(age.NoIdentityMatchError); errors.As(err, &other) {
		return plain{}, fmt.Errorf("%w: the keyring is closed with another key", secret.ErrDenied)
	}
	if err != nil {
		return plain{}, damaged(err)
	}
	text, err := io.ReadAll(io.LimitReader(r, maxFile)) // to the end: only there is all of it authenticated
	defer clear(text)
	if err != nil {
		return plain{}, damaged(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	var p plain
	if err := decoder.Decode(&p); err != nil {
		return plain{}, damaged(errors.New("it holds no keyring")) // the decoder's error may repeat content
	}
	return p, p.check()
}

func (p plain) check() error {
	if p.Format != format {
		return damaged(fmt.Errorf("its format is %.40q, this program knows %q", p.Format, format))
	}
	for name, all := range p.Secrets {
		last := 0
		for _, v := range all {
			if v.Version <= last || len(v.Value) == 0 {
				return damaged(fmt.Errorf("version %d of %q follows %d and has %d bytes", v.Version, name, last, len(v.Value)))
			}
			last = v.Version
		}
		if checkName(name) != nil || last == 0 {
			return damaged(fmt.Errorf("the name %.80q, last version %d", name, last))
		}
	}
	return nil
}

func damaged(err error) error {
	return fmt.Errorf("%w: %w: %w; hint: restore it from a backup", secret.ErrUnavailable, ErrDamaged, err)
}
