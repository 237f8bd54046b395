package pipeline

// wipe overwrites what was somebody's face or name.
func wipe[T int8 | uint8 | int32](b []T) { clear(b) }

// keep remembers numbers that are overwritten when the run ends.
func (r *run) keep(b []int32) { r.ints = append(r.ints, b) }

// picture remembers a picture that is overwritten when the run ends.
func (r *run) picture(g Gray) Gray {
	r.pictures = append(r.pictures, g.Pix)
	return g
}

func (r *run) wipe() {
	for _, b := range r.ints {
		wipe(b)
	}
	for _, b := range r.pictures {
		wipe(b)
	}
}
