package forward

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"runtime"
	"sync/atomic"

	"golang.org/x/sys/unix"

	"github.com/virtengine/virtengine/security/paths"
)

// Addresses inside a lease. Services have one each on the hub; every life of a replica gets the next of its range.
const (
	network     = "10.76.0.0"
	networkBits = 16
	firstLife   = 64 << 8 // 10.76.64.0 and on
	lives       = 64 << 8
)

// Hub is the place in the middle of a lease's replicas: a network namespace to which each has a line of its own.
// It passes nothing on by itself, so that a replica reaches what forwarders on the hub offer, and no other replica.
type Hub struct {
	ns   *os.File
	life atomic.Uint32
}

// NewHub makes a hub. It goes away with the process.
func NewHub() (*Hub, error) {
	h := &Hub{}
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with this goroutine
		done <- h.make()
	}()
	return h, <-done
}

func (h *Hub) make() error {
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("network of the lease: %w", err)
	}
	var err error
	if h.ns, err = paths.OpenNamespace(0, "net"); err != nil {
		return err
	}
	// A new network takes the machine's setting over, and a machine that runs other containers often passes on.
	if err := paths.WriteKernel("/proc/sys/net/ipv4/ip_forward", "0"); err != nil {
		return errors.Join(fmt.Errorf("network of the lease: %w", err), h.ns.Close())
	}
	return up("lo")
}

// Service is the address of a service, by a number of its own from 1.
func (h *Hub) Service(n uint8) (netip.Addr, error) {
	at := number(uint32(n))
	err := within(h.ns, func() error { return address("lo", at, at, 32) })
	if errors.Is(err, unix.EEXIST) {
		err = nil
	}
	return at, err
}

// Namespace is where services' addresses are.
func (h *Hub) Namespace() *os.File { return h.ns }

// Join gives a replica its line to the hub.
func (h *Hub) Join(replica *os.File) error {
	n := h.life.Add(1) % lives
	far, name := number(firstLife+n), fmt.Sprintf("r%d", n)
	err := within(h.ns, func() error {
		if err := pair(name, "eth0", replica); err != nil {
			return err
		}
		return errors.Join(address(name, number(1<<16-2), far, 32), up(name))
	})
	if err != nil {
		return err
	}
	return within(replica, func() error { return errors.Join(address("eth0", far, far, networkBits), up("eth0")) })
}

// number is the n-th address of the network.
func number(n uint32) netip.Addr {
	a := netip.MustParseAddr(network).As4()
	a[2], a[3] = byte(n>>8&0xff), byte(n&0xff)
	return netip.AddrFrom4(a)
}
