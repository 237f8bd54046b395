package clienttest

import (
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// proxy is a line to a node that can be cut.
type proxy struct {
	listener net.Listener
	node     string

	mu    sync.Mutex
	mode  mode
	conns map[net.Conn]struct{}
	done  sync.WaitGroup
}

type mode int

const (
	open    mode = iota
	refused      // connections are closed at once
	silent       // connections stand, nothing comes through
)

func newProxy(t *testing.T, node string) *proxy {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &proxy{listener: listener, node: strings.TrimPrefix(node, "tcp://"), conns: map[net.Conn]struct{}{}}
	p.done.Go(p.accept)
	t.Cleanup(func() {
		require.NoError(t, listener.Close())
		p.set(refused)
		p.done.Wait()
	})
	return p
}

func (p *proxy) address() string { return "http://" + p.listener.Addr().String() }
func (p *proxy) refuse()         { p.set(refused) }
func (p *proxy) swallow()        { p.set(silent) }

// restore ends the silent connections too: their other side gave them up.
func (p *proxy) restore() { p.set(refused); p.set(open) }

func (p *proxy) set(m mode) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mode = m
	if m == refused {
		for c := range p.conns {
			if err := c.Close(); err != nil {
				delete(p.conns, c) // it is closed already
			}
		}
	}
}

func (p *proxy) accept() {
	for {
		in, err := p.listener.Accept()
		if err != nil {
			return
		}
		if !p.keep(in) {
			continue
		}
		out, err := net.Dial("tcp", p.node)
		if err != nil || !p.keep(out) {
			p.drop(in)
			continue
		}
		p.done.Go(func() { p.carry(in, out) })
		p.done.Go(func() { p.carry(out, in) })
	}
}

// keep remembers a connection, or closes it where none are taken.
func (p *proxy) keep(c net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns[c] = struct{}{}
	return p.mode != refused || c.Close() != nil
}

func (p *proxy) drop(conns ...net.Conn) {
	for _, c := range conns {
		p.mu.Lock()
		if err := c.Close(); err == nil {
			delete(p.conns, c)
		}
		p.mu.Unlock()
	}
}

// carry moves bytes until either side ends; in silence it reads them and tells nobody.
func (p *proxy) carry(from, to net.Conn) {
	defer p.drop(from, to)
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		p.mu.Lock()
		swallow := p.mode == silent
		p.mu.Unlock()
		if swallow {
			continue
		}
		if _, err := to.Write(buf[:n]); err != nil {
			return
		}
	}
}
