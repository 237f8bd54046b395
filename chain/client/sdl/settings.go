package sdl

import (
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/client/manifest"
	"github.com/virtengine/virtengine/chain/params"
	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
)

func readUse(service, placement string, p place) use {
	u := use{at: p, service: service, placement: placement}
	there := p.fields(
		field{"profile", func(p place) { u.profile = p.text() }},
		field{"count", func(p place) { u.count = number[uint32](p, 1, manifest.MaxReplicas) }},
	)
	for _, needed := range []string{"profile", "count"} {
		if !there[needed] {
			p.addf("%s is missing", needed)
		}
	}
	return u
}

func (s *settings) read(p place) {
	s.at = p
	p.fields(
		field{"auction", func(p place) {
			switch a := p.text(); a {
			case "open":
				s.auction = markettypes.AuctionOpen
			case "fixed":
				s.auction = markettypes.AuctionFixed
			default:
				p.addf("%q: open or fixed is expected", a)
			}
		}},
		field{"window_blocks", func(p place) { s.window = number[uint32](p, 1, markettypes.MaxWindowBlocks) }},
		field{"gate", func(p place) {
			p.fields(
				field{"min_identity_score", func(p place) {
					s.gate.MinIdentityScore = number[uint32](p, 0, markettypes.MaxIdentityScore)
				}},
				field{"require_mfa", func(p place) { s.gate.RequireMfa = p.boolean() }},
				field{"require_role", func(p place) { s.gate.RequireRole = p.text() }},
			)
		}},
		field{"providers", func(p place) {
			p.list(func(p place) {
				addr := p.text()
				if _, err := sdk.GetFromBech32(addr, params.Bech32Prefix); err != nil {
					p.addf("%q is no address of this chain: %s", addr, err)
				}
				s.providers = append(s.providers, addr)
			})
		}},
		field{"services", func(p place) {
			p.each(func(name string, p place) {
				s.services[name] = p
				p.fields(field{"restart", func(p place) { s.restart[name] = readRestart(p) }})
			})
		}},
	)
}

func readRestart(p place) manifest.Restart {
	switch r := manifest.Restart(p.text()); r {
	case manifest.RestartAlways, manifest.RestartOnFailure, manifest.RestartNever:
		return r
	default:
		p.addf("%q: %s, %s or %s is expected", r, manifest.RestartAlways, manifest.RestartOnFailure, manifest.RestartNever)
		return ""
	}
}
