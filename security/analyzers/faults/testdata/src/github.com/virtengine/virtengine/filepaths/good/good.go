// Package good opens constants, and the rest beneath a root.
package good

import (
	"os"

	"github.com/virtengine/virtengine/security/paths"
)

const memory = "/proc/meminfo"

func kernel() ([]byte, error) { return os.ReadFile(memory) }

func tenants(dir *paths.Dir, name string) ([]byte, error) { return dir.ReadFile(name, 1<<20) }

func beneath(root *os.Root, name string) (*os.File, error) { return root.Open(name) }

func operators(name string) ([]byte, error) { return paths.ReadFile(name, 1<<20) }
