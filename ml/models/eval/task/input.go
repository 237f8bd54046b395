package task

import (
	"github.com/virtengine/virtengine/ml/models/data/gray"
)

// pixels are images, one behind the other, as a network sees them: luma − 128.
func pixels(images ...gray.Image) []int8 {
	var out []int8
	for _, m := range images {
		for _, p := range m.Pix {
			out = append(out, int8(int(p)-128))
		}
	}
	return out
}

func u64(i int) uint64 {
	return uint64(max(i, 0))
}
