package bid

import (
	"fmt"
	"slices"
	"strings"

	"cosmossdk.io/math"

	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
	provtypes "github.com/virtengine/virtengine/chain/x/provider/types"
	restypes "github.com/virtengine/virtengine/chain/x/resources/types"
	"github.com/virtengine/virtengine/daemons/provider/pricing"
)

// Limits bound what the provider risks. Zero in a limit means none.
type Limits struct {
	OpenBids       uint32   // bids at a time
	PerTenant      uint32   // bids at a time for one tenant
	TotalDeposit   math.Int // uve in open bids; zero or nil: no limit
	KeepBalance    math.Int // uve that must remain after the deposit, for gas; nil: none
	MinWindow      int64    // blocks that must be left to bid
	BlockedTenants []string
	AllowedTenants []string // empty: all
	StorageClasses []string // that volumes may ask for
	Gated          bool     // also bid on orders that ask something of the provider's account; the chain decides
}

// facts are what the chain said lately.
type facts struct {
	params  markettypes.Params
	profile provtypes.Provider
	balance math.Int
	height  int64
}

// subject is one order under scrutiny.
type subject struct {
	order  markettypes.Order
	held   restypes.Resources
	facts  facts
	limits Limits
	open   uint32   // live bids
	tenant uint32   // live bids for this tenant
	locked math.Int // deposits of live bids

	reserve func() error // capacity
	pricer  pricing.Pricer
	price   markettypes.Price // what the price check found
	full    math.Int
}

// check is one question. It returns a reason and its figures, or nothing.
type check struct {
	name string
	ask  func(s *subject) (Reason, string)
}

// checks in their fixed order: what the order says, what the operator allows, what there is room for, what it costs.
var checks = []check{
	{"order is open", func(s *subject) (Reason, string) {
		if s.order.State != markettypes.OrderOpen {
			return OrderNotOpen, fmt.Sprintf("it is %s", s.order.State)
		}
		return "", ""
	}},
	{"order is another's", func(s *subject) (Reason, string) {
		if s.order.Owner == s.facts.profile.Owner {
			return OwnOrder, "a tenant cannot serve its own order"
		}
		return "", ""
	}},
	{"window is left", func(s *subject) (Reason, string) {
		if left := s.order.ClosesHeight - s.facts.height; left < s.limits.MinWindow {
			return WindowShort, fmt.Sprintf("%d blocks are left at height %d, %d are needed", left, s.facts.height, s.limits.MinWindow)
		}
		return "", ""
	}},
	{"gate is passed", func(s *subject) (Reason, string) {
		if g := s.order.Spec.Gate; !s.limits.Gated && g != (markettypes.Gate{}) {
			return Gated, fmt.Sprintf("identity score %d, second factor %t, role %q are demanded; set bid.gated to try", g.MinIdentityScore, g.RequireMfa, g.RequireRole)
		}
		return "", ""
	}},
	{"placement names us or nobody", func(s *subject) (Reason, string) {
		if p := s.order.Spec.Placement.Providers; len(p) > 0 && !slices.Contains(p, s.facts.profile.Owner) {
			return NotListed, fmt.Sprintf("%d other providers are named", len(p))
		}
		return "", ""
	}},
	{"attributes match", func(s *subject) (Reason, string) {
		for _, want := range s.order.Spec.Placement.Attributes {
			if !slices.Contains(s.facts.profile.Attributes, want) {
				return Attributes, fmt.Sprintf("%s = %s is demanded and not in our profile", want.Key, want.Value)
			}
		}
		return "", ""
	}},
	{"kinds are offered", func(s *subject) (Reason, string) {
		for _, u := range s.order.Spec.Units {
			for _, v := range u.Volumes {
				if !slices.Contains(s.limits.StorageClasses, v.Class) {
					return KindMissing, fmt.Sprintf("unit %s wants storage of class %q, offered are %s", u.Name, v.Class, strings.Join(s.limits.StorageClasses, ", "))
				}
			}
		}
		return "", ""
	}},
	{"tenant is welcome", func(s *subject) (Reason, string) {
		if slices.Contains(s.limits.BlockedTenants, s.order.Owner) {
			return TenantRefused, s.order.Owner + " is blocked"
		}
		if a := s.limits.AllowedTenants; len(a) > 0 && !slices.Contains(a, s.order.Owner) {
			return TenantRefused, s.order.Owner + " is not on the list of allowed tenants"
		}
		return "", ""
	}},
	{"open bids are within the limit", func(s *subject) (Reason, string) {
		if l := s.limits.OpenBids; l > 0 && s.open >= l {
			return OpenLimit, fmt.Sprintf("%d bids are open, %d are allowed", s.open, l)
		}
		return "", ""
	}},
	{"tenant's bids are within the limit", func(s *subject) (Reason, string) {
		if l := s.limits.PerTenant; l > 0 && s.tenant >= l {
			return TenantLimit, fmt.Sprintf("%d bids are open for this tenant, %d are allowed", s.tenant, l)
		}
		return "", ""
	}},
	{"deposits are within the limit", func(s *subject) (Reason, string) {
		l := s.limits.TotalDeposit
		if after := s.locked.Add(s.facts.params.BidDeposit); !l.IsNil() && l.IsPositive() && after.GT(l) {
			return DepositLimit, fmt.Sprintf("%s uve would be locked in bids, %s are allowed", after, l)
		}
		return "", ""
	}},
	{"there is room", func(s *subject) (Reason, string) {
		if err := s.reserve(); err != nil {
			return NoCapacity, err.Error()
		}
		return "", ""
	}},
	{"price fits", func(s *subject) (Reason, string) {
		var err error
		s.price, s.full, err = pricing.Offer(s.pricer, pricing.Request{Order: s.order, Held: s.held, BlockMs: s.facts.params.NominalBlockMs})
		if isAbove(err) {
			return AboveCeiling, err.Error()
		} else if err != nil {
			return PriceFailed, err.Error()
		}
		return "", ""
	}},
	{"balance pays the deposit", func(s *subject) (Reason, string) {
		need := s.facts.params.BidDeposit
		if !s.limits.KeepBalance.IsNil() {
			need = need.Add(s.limits.KeepBalance)
		}
		if s.facts.balance.LT(need) {
			return NoFunds, fmt.Sprintf("the account has %s uve, %s are needed", s.facts.balance, need)
		}
		return "", ""
	}},
}
