//go:build noasm || !amd64

package f32

// lanes8 is not called: no set of this build has Set.vector.
func lanes8(int, int, *float32, *float32, *float32, float32, float32, float32) {}
