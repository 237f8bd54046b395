package i8

import "time"

// NodeProfile is what one node did in the last run.
type NodeProfile struct {
	Name, Op string
	MACs     int64
	Time     time.Duration // 0 without a clock
}

// Profile lists the nodes in the order in which they ran. Fails with ErrBusy during a run.
func (r *Runner) Profile() ([]NodeProfile, error) {
	if !r.busy.CompareAndSwap(false, true) {
		return nil, ErrBusy
	}
	defer r.busy.Store(false)
	out := make([]NodeProfile, len(r.steps))
	for i := range out {
		n := &r.program.nodes[i]
		out[i] = NodeProfile{n.name, n.op, n.macs(&r.program.tensors[n.result]), r.times[i]}
	}
	return out, nil
}
