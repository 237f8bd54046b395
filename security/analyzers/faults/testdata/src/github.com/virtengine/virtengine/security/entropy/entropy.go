// Package entropy stands for ours.
package entropy

import "crypto/rand"

// Token stands for ours.
func Token() (string, error) { return rand.Text(), nil }
