package fake

import (
	"context"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/virtengine/virtengine/daemons/provider/backend"
)

// inside is a listener in memory: a replica's own loopback.
type inside struct {
	conns  chan net.Conn
	once   sync.Once
	closed chan struct{}
}

// Accept implements net.Listener.
func (l *inside) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (l *inside) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr implements net.Listener.
func (l *inside) Addr() net.Addr { return &net.TCPAddr{} }

// front is a published port: what comes goes to the replicas in turn.
type front struct {
	l    net.Listener
	port uint16
	svc  *service
	t    *tenancy
	turn int
}

func (f *front) serve() {
	for {
		c, err := f.l.Accept()
		if err != nil {
			return
		}
		l := f.next()
		if l == nil {
			c.Close() // nobody answers
			continue
		}
		ours, theirs := net.Pipe()
		select {
		case l.conns <- theirs:
			go carry(c, ours)
		case <-l.closed:
			c.Close()
		}
	}
}

func (f *front) next() *inside {
	f.t.mu.Lock()
	defer f.t.mu.Unlock()
	for range f.svc.replicas {
		f.turn++
		r := f.svc.replicas[f.turn%len(f.svc.replicas)]
		if l := r.ports[strconv.Itoa(int(f.port))]; l != nil {
			return l
		}
	}
	return nil
}

func carry(a, b net.Conn) {
	var both sync.WaitGroup
	for _, d := range [][2]net.Conn{{a, b}, {b, a}} {
		both.Go(func() {
			io.Copy(d[0], d[1]) // the end of either side is the end
			d[0].Close()
		})
	}
	both.Wait()
}

// Logs implements backend.Logger.
func (b *Backend) Logs(ctx context.Context, l backend.Lease, q backend.LogQuery, yield func(backend.LogLine) error) error {
	t, err := b.p.find(l)
	if err != nil {
		return err
	}
	seen := 0
	for first := true; ; first = false {
		t.mu.Lock()
		lines, more, over := slices.Clone(t.lines[seen:]), t.more, t.leaving
		seen = len(t.lines)
		t.mu.Unlock()
		lines = slices.DeleteFunc(lines, func(l backend.LogLine) bool { return q.Service != "" && q.Service != l.Service })
		if first && q.Tail > 0 {
			lines = tail(lines, q.Tail)
		}
		for _, line := range lines {
			if err := yield(line); err != nil {
				return err
			}
		}
		if !q.Follow || over {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-more:
		}
	}
}

// tail keeps the last n lines of each replica.
func tail(lines []backend.LogLine, n int) []backend.LogLine {
	left := map[string]int{}
	var out []backend.LogLine
	for _, l := range slices.Backward(lines) {
		key := fmt.Sprintf("%s-%d", l.Service, l.Replica)
		if left[key]++; left[key] <= n {
			out = append(out, l)
		}
	}
	slices.Reverse(out)
	return out
}

// Events implements backend.Eventer.
func (b *Backend) Events(_ context.Context, l backend.Lease, since time.Time) ([]backend.Event, error) {
	t, err := b.p.find(l)
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(t.events), func(e backend.Event) bool { return !e.At.After(since) }), nil
}
