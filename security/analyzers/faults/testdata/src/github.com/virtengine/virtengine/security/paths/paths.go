// Package paths stands for ours.
package paths

import "os"

// Dir stands for ours.
type Dir struct{ root *os.Root }

// ReadFile stands for ours.
func (d *Dir) ReadFile(name string, limit int64) ([]byte, error) { return d.root.ReadFile(name) }

// ReadFile stands for ours, and is at home here.
func ReadFile(name string, limit int64) ([]byte, error) { return os.ReadFile(name) }
