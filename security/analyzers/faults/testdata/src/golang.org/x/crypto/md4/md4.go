// Package md4 stands for golang.org/x/crypto/md4.
package md4

import "hash"

func New() hash.Hash { return nil }
