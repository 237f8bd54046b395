package gateway

import (
	"fmt"
	"net/http"
	"time"

	"cosmossdk.io/math"

	wire "github.com/virtengine/virtengine/chain/client/gateway"
	"github.com/virtengine/virtengine/chain/client/manifest"
	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/lease"
)

func (g *Gateway) version(w http.ResponseWriter, r *http.Request, _ uint64) error {
	return g.json(w, r, wire.Version{Version: g.deps.Version, Chain: g.deps.ChainID, Address: g.deps.Provider})
}

func (g *Gateway) address(w http.ResponseWriter, r *http.Request, _ uint64) error {
	return g.json(w, r, map[string]string{"address": g.deps.Provider})
}

func (g *Gateway) putManifest(w http.ResponseWriter, r *http.Request, id uint64) error {
	group, err := manifest.Decode(r.Body)
	if err != nil {
		return err
	}
	if err := g.deps.Tenants.PutManifest(r.Context(), id, group); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (g *Gateway) getManifest(w http.ResponseWriter, r *http.Request, id uint64) error {
	group, err := g.deps.Tenants.Manifest(r.Context(), id)
	if err != nil {
		return err
	}
	return g.json(w, r, group.Redacted())
}

func (g *Gateway) status(w http.ResponseWriter, r *http.Request, id uint64) error {
	s, err := g.deps.Tenants.Status(r.Context(), id)
	if err != nil {
		return err
	}
	return g.json(w, r, told(s))
}

func (g *Gateway) events(w http.ResponseWriter, r *http.Request, id uint64) error {
	eventer, ok := g.deps.Backend.(backend.Eventer)
	if !ok {
		return errNotOffered
	}
	var since time.Time
	if text := r.URL.Query().Get("since"); text != "" {
		var err error
		if since, err = time.Parse(time.RFC3339Nano, text); err != nil {
			return fmt.Errorf("%w: since: %w", errBadQuery, err)
		}
	}
	target, err := g.target(r, id)
	if err != nil {
		return err
	}
	happened, err := eventer.Events(r.Context(), target, since)
	if err != nil {
		return err
	}
	events := make([]wire.Event, len(happened))
	for i, e := range happened {
		events[i] = wire.Event(e)
	}
	return g.json(w, r, events)
}

// target names a lease as the backend knows it.
func (g *Gateway) target(r *http.Request, id uint64) (backend.Lease, error) {
	party, err := g.parties.party(r.Context(), id)
	if err != nil {
		return backend.Lease{}, err
	}
	return backend.Lease{ChainID: g.deps.ChainID, ID: id, Provider: party.Provider, Owner: party.Owner}, nil
}

// told turns the daemon's status into the protocol's words.
func told(s lease.Status) wire.Status {
	out := wire.Status{Lease: s.LeaseID, State: string(s.State), Generation: s.Generation, Usage: usage(s.Usage)}
	if s.Observed != nil {
		out.Workload, out.Message = string(s.Observed.State), s.Observed.Message
		for _, svc := range s.Observed.Services {
			endpoints := make([]wire.Endpoint, len(svc.Endpoints))
			for i, e := range svc.Endpoints {
				endpoints[i] = wire.Endpoint(e)
			}
			out.Services = append(out.Services, wire.Service{
				Name: svc.Name, Desired: svc.Desired, Ready: svc.Ready, Restarts: svc.Restarts, Endpoints: endpoints, Message: svc.Message,
			})
		}
	}
	if s.Escrow != nil {
		out.Escrow = wire.Escrow{Free: s.Escrow.Free.String(), DrainHeight: s.Escrow.DrainHeight, BlocksLeft: s.Escrow.BlocksLeft}
	}
	for _, q := range s.Queue {
		out.Queue = append(out.Queue, wire.Task{Kind: q.Kind, State: q.Status, Attempts: int(q.Attempts), Due: q.Due, LastError: q.Error})
	}
	return out
}

func usage(u lease.UsageStatus) wire.Usage {
	total := func(component string) string {
		if amount, ok := u.Total[component]; ok && !amount.IsNil() {
			return amount.String()
		}
		return math.ZeroInt().String()
	}
	out := wire.Usage{Until: u.Until, CPU: total("cpu"), Memory: total("memory"), Storage: total("storage"), GPU: total("gpu")}
	for _, gap := range u.Gaps {
		out.Gaps = append(out.Gaps, wire.Gap{Start: gap.From, End: gap.To})
	}
	return out
}
