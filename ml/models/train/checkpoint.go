package train

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/virtengine/virtengine/security/hashes"
)

// magic begins a checkpoint and names its format.
const magic = "virtengine checkpoint 1\n"

// Checkpoint is all that a run needs to go on, and a digest of it: magic, recipe, seed, steps, batch, steps done, mean loss, powers of
// the optimizer, then weights, statistics and the optimizer's memory as little endian float32, each list behind its length.
func (t *Run) Checkpoint() []byte {
	b := []byte(magic)
	b = binary.LittleEndian.AppendUint64(b, uint64(len(t.recipe.Name)))
	b = append(b, t.recipe.Name...)
	for _, v := range []int{t.steps, t.recipe.Batch, t.done} {
		b = binary.LittleEndian.AppendUint64(b, uint64(v)) //ve:allow overflow steps and batches are not negative
	}
	b = binary.LittleEndian.AppendUint64(b, t.seed)
	for _, v := range []float64{t.average, t.rule.power1, t.rule.power2} {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	for _, list := range t.lists() {
		b = binary.LittleEndian.AppendUint64(b, uint64(len(list)))
		for _, v := range list {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		}
	}
	return append(b, hashes.Of(b).String()...)
}

// lists are all numbers that a run has learnt, in the order of a checkpoint.
func (t *Run) lists() (all [][]float32) {
	for _, p := range t.params {
		all = append(all, p.W)
	}
	for _, s := range t.net.Stats() {
		all = append(all, s.Mean, s.Variance)
	}
	return append(append(all, t.rule.first...), t.rule.second...)
}

// Resume goes to where the checkpoint was made. Recipe, seed, steps and batch must be those of this run. Fails with
// ErrCheckpoint, and then changes nothing.
func (t *Run) Resume(checkpoint []byte) error {
	end := len(checkpoint) - len(hashes.Of(nil).String())
	if end < 0 || !bytes.HasPrefix(checkpoint, []byte(magic)) {
		return fmt.Errorf("%w: no checkpoint", ErrCheckpoint)
	}
	if hashes.Of(checkpoint[:end]).String() != string(checkpoint[end:]) {
		return fmt.Errorf("%w: its digest is another; hint: it was cut or changed, take an older one", ErrCheckpoint)
	}
	r := &reader{rest: checkpoint[len(magic):end]}
	name := string(r.bytes(r.length(1)))
	steps, batch, done, seed := r.uint64(), r.uint64(), r.uint64(), r.uint64()
	if r.bad || name != t.recipe.Name || steps != uint64(t.steps) || batch != uint64(t.recipe.Batch) || seed != t.seed || done > steps { //ve:allow overflow steps and batches are not negative
		return fmt.Errorf("%w: it is of %q, seed %d, %d steps, batch %d; this run is %q, seed %d, %d steps, batch %d", ErrCheckpoint,
			name, seed, steps, batch, t.recipe.Name, t.seed, t.steps, t.recipe.Batch)
	}
	average, power1, power2 := math.Float64frombits(r.uint64()), math.Float64frombits(r.uint64()), math.Float64frombits(r.uint64())
	to := t.lists()
	from := make([][]float32, len(to))
	for i := range to {
		from[i] = r.floats()
		if len(from[i]) != len(to[i]) {
			r.bad = true
		}
	}
	if r.bad || len(r.rest) != 0 {
		return fmt.Errorf("%w: its weights are not those of %s; hint: the network has changed since", ErrCheckpoint, name)
	}
	for i := range to {
		copy(to[i], from[i])
	}
	t.done, t.average, t.rule.power1, t.rule.power2 = int(done), average, power1, power2 //ve:allow overflow done is at most steps
	return nil
}

// reader takes fields from the front; what is not there makes it bad.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) bytes(n int) []byte {
	if n < 0 || n > len(r.rest) {
		r.bad = true
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

func (r *reader) uint64() uint64 {
	b := r.bytes(8)
	if b == nil {
		return 0
	}
	return binary.LittleEndian.Uint64(b)
}

// length reads how many elements of a size follow: no more than there are bytes.
func (r *reader) length(size int) int {
	n := r.uint64()
	if n > uint64(len(r.rest)/size) { //ve:allow overflow a length is not negative
		r.bad = true
		return 0
	}
	return int(n) //ve:allow overflow it is at most the length of the rest
}

func (r *reader) floats() []float32 {
	out := make([]float32, r.length(4))
	for i := range out {
		out[i] = math.Float32frombits(binary.LittleEndian.Uint32(r.bytes(4)))
	}
	return out
}
