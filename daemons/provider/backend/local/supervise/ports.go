package supervise

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"

	"github.com/virtengine/virtengine/chain/client/manifest"
	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/forward"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/leasedir"
)

// publish opens the ports that lead to the service: the host's, and those on the hub. A port that cannot be opened is told
// in the status; the service runs without it.
func (svc *service) publish() {
	for _, e := range svc.plan.Expose {
		if len(e.Services) > 0 {
			f, err := svc.offer(e)
			svc.opened(f, nil, err, "port %d/%s is not offered to other services: %v", e)
		}
		if e.Global {
			f, at, err := svc.open(e)
			svc.opened(f, &backend.Endpoint{Port: e.Port, Protocol: e.Protocol,
				Address: net.JoinHostPort(svc.settings.AdvertiseAddress, strconv.Itoa(at))}, err, "port %d/%s is not published: %v", e)
		}
	}
}

// opened records a port that was opened, or why it was not. Ports are opened without the service's lock, since that
// takes the supervisor's, and a status is made the other way round.
func (svc *service) opened(f *forward.Forwarder, at *backend.Endpoint, err error, complaint string, e manifest.Expose) {
	svc.mu.Lock()
	defer svc.mu.Unlock()
	if err != nil {
		svc.message = fmt.Sprintf(complaint, e.Port, e.Protocol, err)
		svc.s.event(svc.plan.Name, "error", svc.message)
		return
	}
	svc.published = append(svc.published, f)
	if at != nil {
		svc.endpoints = append(svc.endpoints, *at)
	}
}

// open listens where the port was before, else where the manifest asks, else at the next free port.
func (svc *service) open(e manifest.Expose) (*forward.Forwarder, int, error) {
	set := svc.settings
	var last error
	for _, port := range svc.candidates(e) {
		at := net.JoinHostPort(set.ListenAddress, strconv.Itoa(port))
		if e.Protocol == manifest.UDP {
			p, err := net.ListenPacket("udp", at)
			if err == nil {
				return forward.Packets(p, e.Port, svc.targets), port, nil
			}
			last = err
			continue
		}
		l, err := net.Listen("tcp", at)
		if err == nil {
			return forward.Stream(l, e.Port, svc.targets), port, nil
		}
		last = err
	}
	return nil, 0, errors.Join(errors.New("no port of the range is free"), last)
}

func (svc *service) candidates(e manifest.Expose) []int {
	first, last := int(svc.settings.FirstPort), int(svc.settings.LastPort)
	var out []int
	want := func(p int) {
		if p >= first && p <= last {
			out = append(out, p)
		}
	}
	for _, old := range svc.past.Endpoints {
		if old.Port == e.Port && old.Protocol == e.Protocol {
			if _, port, err := net.SplitHostPort(old.Address); err == nil {
				if p, err := strconv.Atoi(port); err == nil {
					want(p)
				}
			}
		}
	}
	want(int(e.As))
	// Leases begin at different places, so that they rarely meet.
	span := last - first + 1
	start := int(svc.s.current().Lease.ID%1024*7) % span
	for i := range span {
		out = append(out, first+(start+i)%span)
	}
	return out
}

// offer opens a port of the service on the lease's hub, for the services it is for.
func (svc *service) offer(e manifest.Expose) (*forward.Forwarder, error) {
	at, err := svc.s.hubAddress(svc.plan.Name)
	if err != nil {
		return nil, err
	}
	port := e.As
	if port == 0 {
		port = e.Port
	}
	ns, place := svc.s.hub.Namespace(), netip.AddrPortFrom(at, port)
	if e.Protocol == manifest.UDP {
		p, err := forward.ListenPacket(ns, place)
		if err != nil {
			return nil, err
		}
		return forward.Packets(p, e.Port, svc.targets), nil
	}
	l, err := forward.Listen(ns, place)
	if err != nil {
		return nil, err
	}
	return forward.Stream(l, e.Port, svc.targets), nil
}

// hubAddress is a service's address on the hub. It stays as long as the supervisor lives.
func (s *supervisor) hubAddress(name string) (netip.Addr, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.numbers[name]
	if n == 0 {
		if len(s.numbers) >= 250 {
			return netip.Addr{}, errors.New("the lease has had 250 services that others reach")
		}
		n = uint8(len(s.numbers) + 1)
		s.numbers[name] = n
	}
	return s.hub.Service(n)
}

// peersOf are the services that say they are for service name, sorted as in the plan.
func peersOf(p leasedir.Plan, name string) []string {
	var out []string
	for _, s := range p.Services {
		if slices.ContainsFunc(s.Expose, func(e manifest.Expose) bool { return slices.Contains(e.Services, name) }) {
			out = append(out, s.Name)
		}
	}
	return out
}
