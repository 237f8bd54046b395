package config

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func valid() Config {
	c := Default()
	c.Chain.ID, c.Chain.Key, c.State.Home = "virtengine-1", "provider", "/var/lib/virtengine"
	return c
}

func TestTheDefaultLacksOnlyTheChainAndTheKey(t *testing.T) {
	require.NoError(t, valid().Validate())
	c := Default()
	c.State.Home = "/var/lib/virtengine"
	err := c.Validate()
	require.ErrorIs(t, err, ErrInvalid)
	require.ErrorContains(t, err, "chain.id")
	require.ErrorContains(t, err, "chain.key")
	require.Len(t, strings.Split(err.Error(), "\n"), 2, "all problems are told at once, and no other")
}

func TestWhatCannotBeUsedIsNamed(t *testing.T) {
	for key, change := range map[string]func(c *Config){
		"chain.rpc":             func(c *Config) { c.Chain.RPC = []string{"localhost"} },
		"chain.keyring_backend": func(c *Config) { c.Chain.KeyringBackend = "memory" },
		"chain.gas_price":       func(c *Config) { c.Chain.GasPrice = "cheap" },
		"backend.kind":          func(c *Config) { c.Backend.Kind = "fake" },
		"bid.total_deposit":     func(c *Config) { c.Bid.TotalDeposit = "-1" },
		"inventory":             func(c *Config) { c.Inventory.CPUPercent = 0 },
		"pricing":               func(c *Config) { c.Pricing.Kind = "script" },
		"lease.unstable_after":  func(c *Config) { c.Lease.UnstableAfter = 0 },
		"meter.window":          func(c *Config) { c.Meter.Window = c.Meter.Interval - 1 },
		"payout.blocks":         func(c *Config) { c.Payout.Blocks = 0 },
		"admin.listen":          func(c *Config) { c.Admin.Listen = "0.0.0.0:8444" },
		"gateway.cert_file":     func(c *Config) { c.Gateway.CertFile = "cert.pem" },
		"home":                  func(c *Config) { c.State.Home = "here" },
		"log.level":             func(c *Config) { c.Log.Level = "loud" },
	} {
		t.Run(key, func(t *testing.T) {
			c := valid()
			change(&c)
			err := c.Validate()
			require.ErrorIs(t, err, ErrInvalid)
			require.ErrorContains(t, err, key+":")
		})
	}
}

func TestEverySettingHasAnEnvironmentVariableOfItsOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range Keys(Default()) {
		require.Regexp(t, `^VE_PROVIDER(_[A-Z0-9]+)+$`, k.Env)
		require.False(t, seen[k.Env], k.Env)
		seen[k.Env] = true
	}
	require.True(t, seen["VE_PROVIDER_CHAIN_ID"])
	require.True(t, seen["VE_PROVIDER_PRICING_TABLE_METERED_CPU_CORE_HOUR"])
}
