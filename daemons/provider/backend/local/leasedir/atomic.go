package leasedir

import (
	"os"

	"github.com/virtengine/virtengine/security/paths"
)

// maxJSON bounds a file of a lease, in bytes: the largest manifest and what is known of its replicas fit several times.
const maxJSON = 64 << 20

// WriteJSON replaces name in root by v, so that a reader, and a reader after a power cut, sees the old file or the
// new one and never a mixture.
func WriteJSON(root *os.Root, name string, v any) error {
	return paths.Over(root).WriteJSON(name, v, paths.Private)
}

// ReadJSON reads name of root into v. A missing file is fs.ErrNotExist.
func ReadJSON(root *os.Root, name string, v any) error {
	return paths.Over(root).ReadJSON(name, maxJSON, v)
}
