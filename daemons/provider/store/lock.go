package store

import (
	"errors"
	"fmt"

	"github.com/virtengine/virtengine/security/paths"
)

// takeLock makes the folder where it is missing and takes it for this process. The kernel gives it back when the process
// ends, however it ends.
func takeLock(dir string) (*paths.Lock, error) {
	d, err := paths.MakeDir(dir)
	if err != nil {
		return nil, fmt.Errorf("state folder: %w", err)
	}
	lock, err := d.Lock("lock")
	if closed := d.Close(); err == nil && closed != nil {
		return nil, errors.Join(closed, lock.Close())
	}
	if errors.Is(err, paths.ErrLocked) {
		return nil, fmt.Errorf("%w: %w, or choose another folder with --home", ErrLocked, err)
	}
	if err != nil {
		return nil, fmt.Errorf("state folder's lock: %w", err)
	}
	return lock, nil
}
