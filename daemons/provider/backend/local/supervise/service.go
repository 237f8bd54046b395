package supervise

import (
	"os"
	"reflect"
	"sync"

	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/forward"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/leasedir"
)

// service is one service of the plan in force: its replicas, and the ports that lead to them.
type service struct {
	s        *supervisor
	plan     leasedir.Service
	settings leasedir.Settings
	peers    []string // services that are for this one
	past     leasedir.ServiceStatus

	mu        sync.Mutex
	replicas  []*replica
	published []*forward.Forwarder
	endpoints []backend.Endpoint
	message   string
}

func newService(s *supervisor, p leasedir.Service, set leasedir.Settings, past leasedir.ServiceStatus) *service {
	p.Count = 0 // scale starts them
	return &service{s: s, plan: p, settings: set, past: past}
}

// same says whether a service need not be restarted to be as next says.
func (svc *service) same(next leasedir.Service, settings leasedir.Settings) bool {
	next.Count = svc.plan.Count
	return reflect.DeepEqual(svc.plan, next) && svc.settings == settings
}

// scale starts or stops replicas until there are n.
func (svc *service) scale(n uint32) {
	svc.mu.Lock()
	svc.plan.Count = n
	for i := len(svc.replicas); i < int(n); i++ {
		var past leasedir.Replica
		if i < len(svc.past.Replicas) {
			past = svc.past.Replicas[i]
		}
		r := newReplica(svc, uint32(i), past)
		svc.replicas = append(svc.replicas, r)
		go r.run()
	}
	leaving := svc.replicas[n:]
	svc.replicas = svc.replicas[:n:n]
	svc.mu.Unlock()
	svc.dismiss(leaving, true)
}

// stop ends the service; gone says that it is not coming back, and its volumes go too.
func (svc *service) stop(gone bool) {
	svc.mu.Lock()
	published, replicas := svc.published, svc.replicas
	svc.published, svc.replicas = nil, nil
	svc.mu.Unlock()
	for _, f := range published {
		svc.s.logFailure(svc.plan.Name, f.Close())
	}
	svc.dismiss(replicas, gone)
}

// dismiss ends replicas, with their volumes when they are gone for good.
func (svc *service) dismiss(replicas []*replica, gone bool) {
	var leaving sync.WaitGroup
	for _, r := range replicas {
		leaving.Go(func() {
			r.stop()
			if gone {
				svc.s.logFailure(svc.plan.Name, r.wipe(true))
			}
		})
	}
	leaving.Wait()
	svc.s.mu.Lock()
	defer svc.s.mu.Unlock()
	for _, r := range replicas {
		svc.s.cpuPast += r.cpuNanos()
	}
}

// targets are the network namespaces of the replicas that run.
func (svc *service) targets() []*os.File {
	svc.mu.Lock()
	defer svc.mu.Unlock()
	var up []*os.File
	for _, r := range svc.replicas {
		if ns := r.network(); ns != nil {
			up = append(up, ns)
		}
	}
	return up
}

// status also answers the processor time in nanoseconds and the memory in bytes, as far as they are counted here.
func (svc *service) status() (leasedir.ServiceStatus, uint64, uint64) {
	svc.mu.Lock()
	defer svc.mu.Unlock()
	st := leasedir.ServiceStatus{Name: svc.plan.Name, Desired: svc.plan.Count, Endpoints: svc.endpoints, Message: svc.message}
	var cpu, memory uint64
	for _, r := range svc.replicas {
		st.Replicas = append(st.Replicas, r.status())
		cpu += r.cpuNanos()
		memory += r.memoryBytes()
	}
	return st, cpu, memory
}

func (s *supervisor) logFailure(service string, err error) {
	if err != nil {
		s.log.Error("clean up", "service", service, "error", err)
	}
}
