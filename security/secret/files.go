package secret

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/virtengine/virtengine/security/paths"
)

// files reads secrets from files of their own.
type files struct{}

// Files is the source of file:/ABSOLUTE/PATH. Each Fetch reads the file anew, byte by byte as it is. Only root or we may
// own it, and nobody else may read it (mode 0600 or less); else ErrDenied.
func Files() Source { return files{} }

func (files) Fetch(ctx context.Context, name string) (Bytes, error) {
	if err := begin(ctx, name); err != nil {
		return Bytes{}, err
	}
	data, err := paths.ReadSecretFile(name, MaxSize)
	return whole(data, err)
}

// begin is how every fetch begins.
func begin(ctx context.Context, name string) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return CheckName(name)
}

// whole makes a secret of a file's content, or our errors of those of files.
func whole(data []byte, err error) (Bytes, error) {
	if errors.Is(err, fs.ErrNotExist) {
		return Bytes{}, fmt.Errorf("%w: the file is not there", ErrNotFound) // the kernel's words, "db-password: no such", get lost in a log
	}
	for _, kind := range []struct{ theirs, ours error }{
		{paths.ErrNotAbsolute, ErrReference}, {paths.ErrName, ErrReference}, {fs.ErrPermission, ErrDenied},
		{paths.ErrNotPrivate, ErrDenied}, {paths.ErrUntrusted, ErrDenied}, {paths.ErrNotRegular, ErrReference}, {paths.ErrTooLarge, ErrTooLarge},
	} {
		if errors.Is(err, kind.theirs) {
			return Bytes{}, fmt.Errorf("%w: %w", kind.ours, err)
		}
	}
	if err != nil {
		return Bytes{}, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	if len(data) == 0 {
		return Bytes{}, fmt.Errorf("%w: the file has no bytes", ErrEmpty)
	}
	return Move(data), nil
}

// credentials reads what systemd passes to a service.
type credentials struct{ dir string }

// Credentials is the source of credential:NAME: files in the directory that systemd names in $CREDENTIALS_DIRECTORY
// (systemd.exec(5), LoadCredential=), which main reads from the environment and passes in. Fails with ErrReference if
// dir is not absolute, with ErrNotFound if it is not there, and with ErrDenied if others may look into it.
func Credentials(dir string) (Source, error) {
	c := credentials{dir}
	d, err := c.open()
	if err != nil {
		_, err = whole(nil, err)
		return nil, fmt.Errorf("credentials directory %q: %w; hint: set LoadCredential= in the service's unit", dir, err)
	}
	return c, d.Close()
}

func (c credentials) open() (*paths.Dir, error) {
	d, err := paths.OpenDir(c.dir)
	if err != nil {
		return nil, err
	}
	info, err := d.Root().Stat(".")
	// systemd gives a service access by an access control list, which shows as the group's permissions.
	if err == nil && info.Mode().Perm()&0o007 != 0 {
		err = fmt.Errorf("%w: its mode is %#o", paths.ErrNotPrivate, info.Mode().Perm())
	}
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

func (c credentials) Fetch(ctx context.Context, name string) (Bytes, error) {
	if err := begin(ctx, name); err != nil {
		return Bytes{}, err
	}
	if _, err := paths.Name(name); err != nil {
		return whole(nil, err)
	}
	d, err := c.open()
	if err != nil {
		return whole(nil, err)
	}
	data, err := d.ReadFile(name, MaxSize)
	return whole(data, errors.Join(err, d.Close()))
}
