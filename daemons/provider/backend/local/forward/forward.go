package forward

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// Bounds of one forwarded port, so that no tenant's visitors take the host's descriptors away.
const (
	maxConns   = 1024
	udpIdle    = 60 * time.Second
	warmUp     = 3 * time.Second // how long a visitor waits for a program that is just opening its port
	warmUpStep = 50 * time.Millisecond
)

// Targets answers the network namespaces of the replicas that are up now.
type Targets func() []*os.File

// Forwarder carries what arrives at one place to a port of the replicas of a service, in turn.
type Forwarder struct {
	port    uint16
	targets Targets
	turn    atomic.Uint32
	ctx     context.Context
	cancel  context.CancelFunc
	closer  io.Closer
	running sync.WaitGroup
	slots   chan struct{}
}

func newForwarder(port uint16, targets Targets, c io.Closer) *Forwarder {
	ctx, cancel := context.WithCancel(context.Background())
	return &Forwarder{port: port, targets: targets, ctx: ctx, cancel: cancel, closer: c,
		slots: make(chan struct{}, maxConns)}
}

// Stream forwards the connections that l accepts until Close.
func Stream(l net.Listener, port uint16, targets Targets) *Forwarder {
	f := newForwarder(port, targets, l)
	f.running.Go(func() { f.accept(l) })
	return f
}

// Packets forwards datagrams until Close. Each visitor's go to one replica as long as they keep coming.
func Packets(p net.PacketConn, port uint16, targets Targets) *Forwarder {
	f := newForwarder(port, targets, p)
	f.running.Go(func() { f.receive(p) })
	return f
}

// Close ends the forwarding and every connection.
func (f *Forwarder) Close() error {
	f.cancel()
	err := f.closer.Close()
	f.running.Wait()
	return err
}

func (f *Forwarder) accept(l net.Listener) {
	for {
		select {
		case f.slots <- struct{}{}:
		case <-f.ctx.Done():
			return
		}
		conn, err := l.Accept()
		if err != nil {
			<-f.slots
			if f.ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
				return
			}
			f.pause() // out of descriptors: those in use come back
			continue
		}
		f.running.Go(func() {
			defer func() { <-f.slots }()
			f.carry(conn)
		})
	}
}

func (f *Forwarder) pause() {
	t := time.NewTimer(warmUpStep)
	defer t.Stop()
	select {
	case <-t.C:
	case <-f.ctx.Done():
	}
}

// dial reaches the next replica that answers. A program that was started a moment ago may not listen yet.
func (f *Forwarder) dial(network string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(f.ctx, warmUp)
	defer cancel()
	for {
		up := f.targets()
		err := error(unix.ECONNREFUSED)
		for range up {
			var c net.Conn
			c, err = Dial(ctx, up[int(f.turn.Add(1))%len(up)], network, f.port)
			if err == nil {
				return c, nil
			}
		}
		if ctx.Err() != nil {
			return nil, err
		}
		f.pause()
	}
}

func (f *Forwarder) carry(visitor net.Conn) {
	defer visitor.Close()
	inside, err := f.dial("tcp")
	if err != nil {
		return // the visitor sees its connection end
	}
	defer inside.Close()
	stop := context.AfterFunc(f.ctx, func() {
		visitor.SetDeadline(time.Unix(1, 0))
		inside.SetDeadline(time.Unix(1, 0))
	})
	defer stop()
	var both sync.WaitGroup
	both.Go(func() { pump(inside, visitor) })
	both.Go(func() { pump(visitor, inside) })
	both.Wait()
}

// pump copies one direction and passes its end on, so that half-closed connections work.
func pump(to, from net.Conn) {
	_, err := io.Copy(to, from)
	if w, ok := to.(*net.TCPConn); ok && err == nil && w.CloseWrite() == nil {
		return
	}
	// One side broke: nothing more can come of the other.
	to.SetDeadline(time.Unix(1, 0))
	from.SetDeadline(time.Unix(1, 0))
}

type session struct {
	conn net.Conn
	last atomic.Int64
}

func (f *Forwarder) receive(p net.PacketConn) {
	var mu sync.Mutex
	sessions := map[netip.AddrPort]*session{}
	defer func() {
		mu.Lock()
		defer mu.Unlock()
		for _, s := range sessions {
			s.conn.Close()
		}
	}()
	buf := make([]byte, 64<<10)
	for {
		n, from, err := p.ReadFrom(buf)
		if err != nil {
			if f.ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
				return
			}
			continue
		}
		udp, ok := from.(*net.UDPAddr)
		if !ok {
			continue
		}
		key := udp.AddrPort()
		mu.Lock()
		s, known := sessions[key]
		full := len(sessions) >= maxConns
		mu.Unlock()
		if !known {
			if full {
				continue // datagrams may be lost
			}
			up := f.targets()
			if len(up) == 0 {
				continue
			}
			conn, err := Dial(f.ctx, up[int(f.turn.Add(1))%len(up)], "udp", f.port)
			if err != nil {
				continue
			}
			s = &session{conn: conn}
			mu.Lock()
			sessions[key] = s
			mu.Unlock()
			f.running.Go(func() {
				f.answer(p, from, s)
				mu.Lock()
				delete(sessions, key)
				mu.Unlock()
			})
		}
		s.last.Store(time.Now().UnixNano())
		if _, err := s.conn.Write(buf[:n]); err != nil {
			s.conn.Close() // its answerer ends and forgets it
		}
	}
}

// answer carries datagrams back to one visitor until none came in either direction for a while.
func (f *Forwarder) answer(p net.PacketConn, to net.Addr, s *session) {
	defer s.conn.Close()
	buf := make([]byte, 64<<10)
	for {
		idle := time.Unix(0, s.last.Load()).Add(udpIdle)
		if s.conn.SetReadDeadline(idle) != nil {
			return
		}
		n, err := s.conn.Read(buf)
		if errors.Is(err, os.ErrDeadlineExceeded) && time.Now().Before(time.Unix(0, s.last.Load()).Add(udpIdle)) {
			continue
		}
		if err != nil {
			return
		}
		s.last.Store(time.Now().UnixNano())
		if _, err := p.WriteTo(buf[:n], to); err != nil {
			return
		}
	}
}
