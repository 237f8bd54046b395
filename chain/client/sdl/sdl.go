// Package sdl reads the deployment files that tenants write: Akash's SDL, version 2, as far as the market sells what it
// asks for, and our own settings below the key "virtengine".
//
//	virtengine:
//	  auction: open              # or fixed: pay exactly the price, the first bid wins
//	  window_blocks: 10          # how long bids are taken
//	  gate: {min_identity_score: 50, require_mfa: true, require_role: moderator}
//	  providers: [ve1...]        # only these may bid
//	  services:
//	    web: {restart: on-failure} # always (default), on-failure, never
//
// What a file asks for that the market does not sell is refused, never passed over: who asked for an address of its
// own must not get a shared one. All problems are told at once, each with its line.
package sdl

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"

	"cosmossdk.io/math"

	"github.com/virtengine/virtengine/chain/client/manifest"
	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
	providertypes "github.com/virtengine/virtengine/chain/x/provider/types"
)

// Deployment is what a file says. Groups are in canonical order. Orders[i] orders what Manifest.Groups[i] runs.
type Deployment struct {
	Manifest manifest.Manifest
	Orders   []markettypes.OrderSpec
}

// Parse reads a file. Each placement that is used becomes a group and its order, sorted by name; a group's price is the
// sum over its services of the placement's price times the replicas, in uve per block. Fails with an Error that lists
// every problem, with ErrInvalid where the file cannot be read at all, and with the reader's error.
func Parse(r io.Reader) (Deployment, error) {
	root, err := load(r)
	if err != nil {
		return Deployment{}, err
	}
	var problems []Problem
	var d document
	d.read(place{root, "", &problems})
	if len(problems) > 0 {
		return Deployment{}, failure(problems)
	}
	out := d.groups(&problems)
	return out, failure(problems)
}

// document is the file as it is written. Every part keeps its place, for problems found later.
type document struct {
	services   map[string]service
	compute    map[string]compute
	placements map[string]placement
	uses       []use
	settings   settings
}

// service is one entry of services.
type service struct {
	at place
	manifest.Service
	mounts map[string]mount
}

// mount is one entry of a service's params.storage.
type mount struct {
	at       place
	path     string
	readOnly bool
}

// compute is one entry of profiles.compute.
type compute struct {
	at        place
	resources manifest.Resources
	volumes   []manifest.Volume
}

// placement is one entry of profiles.placement.
type placement struct {
	at         place
	attributes []providertypes.Attribute
	prices     map[string]math.Int // of one replica, in uve per block, by compute profile
}

// use is one entry of deployment: how many of a service run in a placement.
type use struct {
	at                          place
	service, placement, profile string
	count                       uint32
}

// settings are below the key "virtengine".
type settings struct {
	at        place
	auction   markettypes.Auction
	window    uint32
	gate      markettypes.Gate
	providers []string
	restart   map[string]manifest.Restart
	services  map[string]place
}

func (d *document) read(p place) {
	d.services, d.compute, d.placements = map[string]service{}, map[string]compute{}, map[string]placement{}
	d.settings = settings{at: p, auction: markettypes.AuctionOpen, restart: map[string]manifest.Restart{}, services: map[string]place{}}
	there := p.fields(
		field{"version", func(p place) {
			if v := p.text(); v != "2.0" && v != "2.1" {
				p.addf("%q: 2.0 or 2.1 is expected", v)
			}
		}},
		field{"endpoints", refuse("addresses of one's own are not sold: expose ports to global, each gets an address and a port of the provider")},
		field{"services", func(p place) {
			p.each(func(name string, p place) { d.services[name] = readService(name, p) })
		}},
		field{"profiles", func(p place) {
			p.fields(
				field{"compute", func(p place) { p.each(func(name string, p place) { d.compute[name] = readCompute(p) }) }},
				field{"placement", func(p place) { p.each(func(name string, p place) { d.placements[name] = readPlacement(p) }) }},
			)
		}},
		field{"deployment", func(p place) {
			p.each(func(service string, p place) {
				p.each(func(placement string, p place) { d.uses = append(d.uses, readUse(service, placement, p)) })
			})
		}},
		field{"virtengine", func(p place) { d.settings.read(p) }},
	)
	for _, needed := range []string{"version", "services", "profiles", "deployment"} {
		if !there[needed] {
			place{nil, needed, p.all}.addf("missing")
		}
	}
}

// groups puts the parts together. What refers to nothing is reported, as is everything manifest and market refuse.
func (d *document) groups(problems *[]Problem) Deployment {
	d.checkReferences()
	if len(*problems) > 0 {
		return Deployment{}
	}
	slices.SortStableFunc(d.uses, func(a, b use) int {
		return cmp.Or(cmp.Compare(a.placement, b.placement), cmp.Compare(a.service, b.service))
	})
	var out Deployment
	for first := 0; first < len(d.uses); {
		end := first + 1
		for end < len(d.uses) && d.uses[end].placement == d.uses[first].placement {
			end++
		}
		group, order := d.group(d.uses[first:end])
		out.Manifest.Groups = append(out.Manifest.Groups, group.Sorted())
		out.Orders = append(out.Orders, order)
		first = end
	}
	if len(*problems) > 0 {
		return Deployment{}
	}
	return out
}

// group builds one placement's group and order.
func (d *document) group(uses []use) (manifest.Group, markettypes.OrderSpec) {
	where := d.placements[uses[0].placement]
	group := manifest.Group{Name: uses[0].placement}
	price := math.ZeroInt()
	for _, u := range uses {
		group.Services = append(group.Services, d.service(u))
		price = price.Add(where.prices[u.profile].MulRaw(int64(u.count)))
	}
	order := markettypes.OrderSpec{
		Units:        group.Units(),
		Placement:    markettypes.Placement{Attributes: where.attributes, Providers: d.settings.providers},
		Auction:      d.settings.auction,
		MaxPrice:     price,
		WindowBlocks: d.settings.window,
		Gate:         d.settings.gate,
		Name:         group.Name,
	}
	if !d.checkGroup(group, uses, where) {
		return group, order
	}
	hash, err := group.Hash()
	if err != nil {
		where.at.addf("%s", err)
		return group, order
	}
	order.ManifestHash = hash[:]
	if err := markettypes.CheckSpec(order, markettypes.MaxWindowBlocks); err != nil {
		where.at.addf("%s", err)
	}
	return group, order
}

// service is one service as it runs in one placement.
func (d *document) service(u use) manifest.Service {
	s, c := d.services[u.service], d.compute[u.profile]
	out := s.Service
	out.Count = u.count
	out.Resources = c.resources
	out.Restart = manifest.RestartAlways
	if policy, given := d.settings.restart[u.service]; given {
		out.Restart = policy
	}
	for _, v := range c.volumes {
		if m, mounted := s.mounts[v.Name]; mounted {
			v.Mount, v.ReadOnly = m.path, m.readOnly
		}
		out.Volumes = append(out.Volumes, v)
	}
	return out
}

// checkGroup reports what is wrong with the group at the lines of its services. Tells whether nothing was.
func (d *document) checkGroup(group manifest.Group, uses []use, where placement) bool {
	err := group.Validate()
	if err == nil {
		return true
	}
	var invalid *manifest.ValidationError
	if !errors.As(err, &invalid) {
		where.at.addf("%s", err)
		return false
	}
	for _, p := range invalid.Problems {
		at := where.at
		for i, u := range uses { // services stand in the order of their uses
			if rest, inside := cutPath(p.Path, fmt.Sprintf("services[%d]", i)); inside {
				at = d.services[u.service].at
				p.Path = rest
			}
		}
		at.down(p.Path, at.node).addf("%s", p.Message)
	}
	return false
}
