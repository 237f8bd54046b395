//go:build noasm || !(amd64 || arm64)

package f32

func available() []*Set { return []*Set{plain} }
