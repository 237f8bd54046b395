package config

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func valid() Config {
	c := Default()
	c.Packs.Files, c.Packs.Keys = []string{"/packs/liveness.vepack"}, "/packs/keys.pem"
	return c
}

func TestTheDefaultLacksOnlyPacksAndKeys(t *testing.T) {
	require.NoError(t, valid().Validate())
	err := Default().Validate()
	require.ErrorIs(t, err, ErrInvalid)
	require.ErrorContains(t, err, "packs.files")
	require.ErrorContains(t, err, "packs.keys")
	require.Len(t, strings.Split(err.Error(), "\n"), 2, "all problems are told at once, and no other")
}

func TestWhatCannotBeUsedIsNamed(t *testing.T) {
	for name, tc := range map[string]struct {
		key    string
		change func(c *Config)
	}{
		"RelativePack": {"packs.files", func(c *Config) { c.Packs.Files = []string{"liveness.vepack"} }},
		"RelativeKeys": {"packs.keys", func(c *Config) { c.Packs.Keys = "keys.pem" }},
		"NoThreshold":  {"packs.threshold", func(c *Config) { c.Packs.Threshold = 0 }},
		"NoDigest":     {"packs.pinned", func(c *Config) { c.Packs.Pinned = []string{"abc"} }},
		"Nowhere":      {"listen.grpc", func(c *Config) { c.Listen.GRPC, c.Listen.HTTP = "", "" }},
		"SameAddress":  {"listen.http", func(c *Config) { c.Listen.HTTP = c.Listen.GRPC }},
		"RelativeSock": {"listen.http", func(c *Config) { c.Listen.HTTP = "unix:http.sock" }},
		"EmptySocket":  {"listen.http", func(c *Config) { c.Listen.HTTP = "unix:" }},
		"NoPort":       {"listen.grpc", func(c *Config) { c.Listen.GRPC = "localhost" }},
		"NoGrace":      {"listen.grace", func(c *Config) { c.Listen.Grace = 0 }},
		"UserByName":   {"listen.users", func(c *Config) { c.Listen.Users = []string{"validator"} }},
		"TCPNoCert":    {"tls.cert_file", func(c *Config) { c.Listen.GRPC, c.Listen.HTTP = "0.0.0.0:7001", "" }},
		"TCPNoClients": {"tls.client_roots", func(c *Config) {
			c.Listen.GRPC, c.Listen.HTTP, c.TLS.CertFile, c.TLS.KeyFile = "0.0.0.0:7001", "", "/c", "/k"
		}},
		"Mixed": {"listen.http", func(c *Config) {
			c.Listen.GRPC, c.TLS.CertFile, c.TLS.KeyFile, c.TLS.ClientRoots = "0.0.0.0:7001", "/c", "/k", "/r"
		}},
		"NoPin":     {"tls.client_pins", func(c *Config) { c.TLS.ClientPins = []string{"x"} }},
		"Limits":    {"limits", func(c *Config) { c.Limits.Parallel = -1 }},
		"Params":    {"pipeline.params_file", func(c *Config) { c.Pipeline.ParamsFile = "p.json" }},
		"LogFormat": {"log.format", func(c *Config) { c.Log.Format = "xml" }},
		"LogLevel":  {"log.level", func(c *Config) { c.Log.Level = "loud" }},
	} {
		t.Run(name, func(t *testing.T) {
			c := valid()
			tc.change(&c)
			err := c.Validate()
			require.ErrorIs(t, err, ErrInvalid)
			require.ErrorContains(t, err, tc.key)
		})
	}
}

func TestEverySettingHasANameAVariableAndAReason(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range Keys(Default()) {
		require.Regexp(t, `^[a-z]+\.[a-z_]+$`, k.Name)
		require.Regexp(t, `^VE_INFERENCE(_[A-Z]+)+$`, k.Env)
		require.NotEmpty(t, k.Help, k.Name)
		require.False(t, seen[k.Env])
		seen[k.Env] = true
		require.Contains(t, Commented(Default()), "# "+k.Help)
	}
	require.True(t, seen["VE_INFERENCE_LIMITS_REQUEST_BYTES"])
}
