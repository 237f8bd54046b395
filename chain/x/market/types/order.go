package types

import (
	"crypto/sha256"
	"unicode/utf8"

	errorsmod "cosmossdk.io/errors"

	provider "github.com/virtengine/virtengine/chain/x/provider/types"
	"github.com/virtengine/virtengine/chain/x/resources/amount"
)

// Limits of an order.
const (
	MaxPlacementProviders = 32
	MaxNameBytes          = 64
)

// CheckSpec accepts what a tenant may ask for. Addresses are the keeper's to decode. Fails with ErrInvalidOrder.
func CheckSpec(s OrderSpec, maxWindow uint32) error {
	if err := CheckManifestHash(s.ManifestHash); err != nil {
		return err
	}
	if err := amount.CheckUnits(s.Units); err != nil {
		return errorsmod.Wrap(ErrInvalidOrder, err.Error())
	}
	if err := checkPlacement(s.Placement); err != nil {
		return err
	}
	if s.Auction != AuctionOpen && s.Auction != AuctionFixed {
		return errorsmod.Wrapf(ErrInvalidOrder, "auction %s: open or fixed is expected", s.Auction)
	}
	if !provider.IsPrice(s.MaxPrice) || s.MaxPrice.IsZero() {
		return errorsmod.Wrapf(ErrInvalidOrder, "max_price must be 1 uve or more, below 2^%d", provider.MaxPriceBits)
	}
	if s.WindowBlocks > maxWindow {
		return errorsmod.Wrapf(ErrInvalidOrder, "window of %d blocks, at most %d are allowed", s.WindowBlocks, maxWindow)
	}
	if s.Gate.MinIdentityScore > MaxIdentityScore || len(s.Gate.RequireRole) > MaxRoleBytes {
		return errorsmod.Wrapf(ErrInvalidOrder, "gate: a score is at most %d, a role at most %d bytes", MaxIdentityScore, MaxRoleBytes)
	}
	if len(s.Name) > MaxNameBytes || !isPrintable(s.Name) {
		return errorsmod.Wrapf(ErrInvalidOrder, "name: at most %d bytes of text without control characters", MaxNameBytes)
	}
	return nil
}

// CheckManifestHash accepts a SHA-256. Fails with ErrInvalidOrder.
func CheckManifestHash(hash []byte) error {
	if len(hash) != sha256.Size {
		return errorsmod.Wrapf(ErrInvalidOrder, "manifest_hash has %d bytes, SHA-256 has %d", len(hash), sha256.Size)
	}
	return nil
}

// CheckPrice accepts a bid's price. Fails with ErrInvalidPrice.
func CheckPrice(p Price) error {
	if !provider.IsPrice(p.PerBlock) {
		return errorsmod.Wrapf(ErrInvalidPrice, "per_block must be 0 or more, below 2^%d", provider.MaxPriceBits)
	}
	if err := provider.CheckRates(p.Metered); err != nil {
		return errorsmod.Wrapf(ErrInvalidPrice, "metered: %s", err)
	}
	return nil
}

// Admits tells whether the placement lets a provider serve the order: it is listed, if any is, and states every attribute.
func (p Placement) Admits(candidate provider.Provider) bool {
	if !candidate.States(p.Attributes) {
		return false
	}
	for _, listed := range p.Providers {
		if listed == candidate.Owner {
			return true
		}
	}
	return len(p.Providers) == 0
}

func checkPlacement(p Placement) error {
	if err := provider.CheckAttributes(p.Attributes); err != nil {
		return errorsmod.Wrapf(ErrInvalidOrder, "placement: %s", err)
	}
	if len(p.Providers) > MaxPlacementProviders {
		return errorsmod.Wrapf(ErrInvalidOrder, "placement lists %d providers, at most %d are allowed", len(p.Providers), MaxPlacementProviders)
	}
	for i, addr := range p.Providers {
		for _, earlier := range p.Providers[:i] {
			if earlier == addr {
				return errorsmod.Wrapf(ErrInvalidOrder, "placement lists %s twice", addr)
			}
		}
	}
	return nil
}

// isPrintable refuses broken UTF-8 and control characters. It asks no table of Unicode: those change with the compiler.
func isPrintable(s string) bool {
	for _, c := range []byte(s) {
		if c < ' ' || c == 0x7f {
			return false
		}
	}
	return utf8.ValidString(s)
}
