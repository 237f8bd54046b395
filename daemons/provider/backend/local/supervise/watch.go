package supervise

import (
	"fmt"
	"path"
	"time"

	"github.com/virtengine/virtengine/daemons/provider/backend/local/leasedir"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/proctree"
)

// watch looks at what the kernel does not limit by itself: the size of volumes, and without cgroups memory too.
func (s *supervisor) watch() {
	t := time.NewTicker(s.current().Settings.CheckEvery)
	defer t.Stop()
	for range t.C {
		for _, svc := range s.running() {
			for _, r := range svc.list() {
				s.logFailure(svc.plan.Name, r.check())
			}
		}
		if s.group == nil {
			s.changed() // its counters are in the status
		}
	}
}

func (svc *service) list() []*replica {
	svc.mu.Lock()
	defer svc.mu.Unlock()
	return append([]*replica{}, svc.replicas...)
}

// check ends a replica that is over a limit.
func (r *replica) check() error {
	if r.status().Phase != leasedir.Running {
		return nil
	}
	for _, v := range r.svc.plan.Volumes {
		used, err := leasedir.DiskUsed(r.svc.s.dir, path.Join(r.volumeDir(), v.Name))
		if err != nil {
			return fmt.Errorf("volume %s: %w", v.Name, err)
		}
		if used > v.Bytes {
			r.end(fmt.Sprintf("volume %s holds %d bytes, its limit is %d", v.Name, used, v.Bytes))
			return nil
		}
	}
	if r.svc.s.group != nil {
		return nil
	}
	pid := r.status().PID
	sum, err := proctree.Sum(pid)
	if err != nil {
		return nil // it ended
	}
	r.mu.Lock()
	r.cpuLive = max(r.cpuLive, sum.CPUNanos) // what ended unseen is not taken back
	r.memory = sum.MemoryRSS
	r.mu.Unlock()
	if limit := r.svc.plan.Resources.MemoryBytes; limit > 0 && sum.MemoryRSS > limit {
		r.end(fmt.Sprintf("memory in use is %d bytes, its limit is %d", sum.MemoryRSS, limit))
	}
	return nil
}
