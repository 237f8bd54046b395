package httpx

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// misdirected refuses what a web page in a browser could send: a change asked for by another site (by Sec-Fetch-Site and
// Origin, as http.CrossOriginProtection does), and a name that somebody made point to this machine (DNS rebinding).
func (s *Server) misdirected(r *http.Request) (*Problem, int) {
	if err := http.NewCrossOriginProtection().Check(r); err != nil {
		return &Problem{Code: "cross-origin", Message: "another site asks for a change"}, http.StatusForbidden
	}
	if !s.named(r.Host) {
		return &Problem{Code: "misdirected", Message: "this server is not known by that name"}, http.StatusMisdirectedRequest
	}
	return nil, 0
}

// named says whether requests may come under a name.
func (s *Server) named(host string) bool {
	if !s.browser && len(s.cfg.Hosts) == 0 {
		return true
	}
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	if slices.Contains(s.cfg.Hosts, host) {
		return true
	}
	return s.browser && onThisMachine(host)
}

// onThisMachine says whether a name, without port or brackets, is of this machine whoever answers for names (RFC 6761
// section 6.3). Names below localhost are left out: some systems look them up.
func onThisMachine(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Zone() == "" && a.Unmap().IsLoopback()
}
