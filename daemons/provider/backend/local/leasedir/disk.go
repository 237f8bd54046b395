package leasedir

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"github.com/virtengine/virtengine/security/safemath"
)

// DiskUsed is what the tree at name holds on disk, in bytes. What goes away meanwhile, or is hidden from us by its
// owner, is not counted.
func DiskUsed(root *os.Root, name string) (uint64, error) {
	dir, err := root.OpenRoot(name)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	var used uint64
	err = fs.WalkDir(dir.FS(), ".", func(_ string, e fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		info, err := e.Info()
		if err != nil {
			return nil
		}
		if st, ok := info.Sys().(*syscall.Stat_t); ok {
			used += safemath.Clamp[uint64](st.Blocks) * 512
		}
		return nil
	})
	return used, errors.Join(err, dir.Close())
}
