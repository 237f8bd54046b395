package supervise

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/leasedir"
)

// changed asks for status.json to be written soon.
func (s *supervisor) changed() {
	select {
	case s.dirty <- struct{}{}:
	default: // it will be anyway
	}
}

func (s *supervisor) writeStatus() {
	for range s.dirty {
		if err := s.flush(); err != nil {
			s.log.Error("write status", "error", err)
		}
	}
}

// flush writes status.json now.
func (s *supervisor) flush() error {
	s.writing.Lock()
	defer s.writing.Unlock()
	return leasedir.WriteJSON(s.dir, leasedir.StatusFile, s.status())
}

func (s *supervisor) status() leasedir.Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := leasedir.Status{Instance: s.instance, Generation: s.plan.Spec.Generation}
	st.CPUNanos = s.cpuPast
	for _, p := range s.plan.Services {
		svc := s.services[p.Name]
		if svc == nil { // about to be started
			st.Services = append(st.Services, leasedir.ServiceStatus{Name: p.Name, Desired: p.Count})
			continue
		}
		one, cpu, memory := svc.status()
		one.Desired = p.Count
		st.Services = append(st.Services, one)
		st.CPUNanos += cpu
		st.MemoryBytes += memory
	}
	return st
}

// eventLimit bounds the file of events; there is one older beside it.
const eventLimit = 256 << 10

// eventLog appends what happened to the file of events.
type eventLog struct {
	mu  sync.Mutex
	dir *os.Root
}

func (l *eventLog) add(e backend.Event) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	info, err := l.dir.Stat(leasedir.EventsFile)
	if err == nil && info.Size() > eventLimit {
		err = l.dir.Rename(leasedir.EventsFile, leasedir.EventsFile+".1")
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := l.dir.OpenFile(leasedir.EventsFile, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(append(line, '\n'))
	return errors.Join(err, f.Close())
}

// event records what happened. A full disk must not stop the replicas, so it is only logged.
func (s *supervisor) event(service, kind, message string) {
	e := backend.Event{At: time.Now().UTC(), Service: service, Kind: kind, Message: message}
	if err := s.events.add(e); err != nil {
		s.log.Error("write event", "error", err)
	}
}
