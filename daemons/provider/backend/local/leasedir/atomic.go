package leasedir

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// WriteJSON replaces name in root by v, so that a reader, and a reader after a power cut, sees the old file or the
// new one and never a mixture.
func WriteJSON(root *os.Root, name string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return WriteFile(root, name, data, 0o600)
}

// WriteFile is WriteJSON for bytes.
func WriteFile(root *os.Root, name string, data []byte, mode fs.FileMode) error {
	next := name + ".next"
	f, err := root.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return fmt.Errorf("%s: %w", next, err)
	}
	if err := root.Rename(next, name); err != nil {
		return err
	}
	return syncDir(root)
}

// ReadJSON reads name of root into v. A missing file is fs.ErrNotExist.
func ReadJSON(root *os.Root, name string, v any) error {
	data, err := root.ReadFile(name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func syncDir(root *os.Root) error {
	d, err := root.Open(".")
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
