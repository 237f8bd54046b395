//go:build noasm || !(amd64 || arm64)

package i8

func native() []*Set { return nil }
