package paths

import "os"

// Over is a Dir over a directory that is open already. Closing either closes both.
func Over(root *os.Root) *Dir { return &Dir{root: root} }
