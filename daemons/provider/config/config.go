// Package config is everything an operator can set, once, in one typed struct. Main reads it from flags, environment and file;
// the parts get their own piece of it.
package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"slices"
	"time"

	"cosmossdk.io/math"

	"github.com/virtengine/virtengine/daemons/provider/backend/local"
	"github.com/virtengine/virtengine/daemons/provider/pricing"
)

// ErrInvalid says that a setting cannot be used. The error names the setting.
var ErrInvalid = errors.New("invalid configuration")

// Config is the whole configuration. Every setting can be given by file, by environment variable
// VE_PROVIDER_<SECTION>_<KEY>, and by flag --<section>.<key>.
type Config struct {
	Chain     Chain     `mapstructure:"chain" yaml:"chain"`
	Backend   Backend   `mapstructure:"backend" yaml:"backend"`
	Bid       Bid       `mapstructure:"bid" yaml:"bid"`
	Inventory Inventory `mapstructure:"inventory" yaml:"inventory"`
	Pricing   Pricing   `mapstructure:"pricing" yaml:"pricing"`
	Lease     Lease     `mapstructure:"lease" yaml:"lease"`
	Meter     Meter     `mapstructure:"meter" yaml:"meter"`
	Payout    Payout    `mapstructure:"payout" yaml:"payout"`
	Gateway   Gateway   `mapstructure:"gateway" yaml:"gateway"`
	Admin     Admin     `mapstructure:"admin" yaml:"admin"`
	State     State     `mapstructure:"state" yaml:"state"`
	Log       Log       `mapstructure:"log" yaml:"log"`
}

// Chain says which chain, and with which key.
type Chain struct {
	ID             string        `mapstructure:"id" yaml:"id" help:"chain id; a node of another chain is refused"`
	RPC            []string      `mapstructure:"rpc" yaml:"rpc" help:"CometBFT RPC addresses of nodes, tried in order"`
	KeyringBackend string        `mapstructure:"keyring_backend" yaml:"keyring_backend" help:"where the key is: file, os or test"`
	KeyringDir     string        `mapstructure:"keyring_dir" yaml:"keyring_dir" help:"folder of the keyring; empty: the state folder"`
	Key            string        `mapstructure:"key" yaml:"key" help:"name of the provider's key in the keyring"`
	GasPrice       string        `mapstructure:"gas_price" yaml:"gas_price" help:"uve per unit of gas, as a decimal number"`
	StallAfter     time.Duration `mapstructure:"stall_after" yaml:"stall_after" help:"without a new block for so long, the daemon is not ready"`
	CompareEvery   time.Duration `mapstructure:"compare_every" yaml:"compare_every" help:"how often the chain's state is compared with ours"`
}

// Backend says what leases run on.
type Backend struct {
	Kind  string       `mapstructure:"kind" yaml:"kind" help:"local: this Linux machine"`
	Local local.Config `mapstructure:"local" yaml:"local"`
}

// Bid bounds what is bid on.
type Bid struct {
	OpenBids       uint32   `mapstructure:"open_bids" yaml:"open_bids" help:"bids at a time; 0: any number"`
	PerTenant      uint32   `mapstructure:"per_tenant" yaml:"per_tenant" help:"bids at a time for one tenant; 0: any number"`
	TotalDeposit   string   `mapstructure:"total_deposit" yaml:"total_deposit" help:"uve locked in bids at a time; empty: any amount"`
	KeepBalance    string   `mapstructure:"keep_balance" yaml:"keep_balance" help:"uve that stay on the account for gas"`
	MinWindow      int64    `mapstructure:"min_window" yaml:"min_window" help:"blocks that must be left to bid"`
	BlockedTenants []string `mapstructure:"blocked_tenants" yaml:"blocked_tenants" help:"addresses that are not served"`
	AllowedTenants []string `mapstructure:"allowed_tenants" yaml:"allowed_tenants" help:"the only addresses that are served; empty: all"`
	StorageClasses []string `mapstructure:"storage_classes" yaml:"storage_classes" help:"classes of storage that volumes may ask for"`
	Gated          bool     `mapstructure:"gated" yaml:"gated" help:"bid also on orders that ask something of our account"`
}

// Inventory is what is promised.
type Inventory struct {
	CPUPercent     uint32        `mapstructure:"cpu_percent" yaml:"cpu_percent" help:"processors promised, in percent of what is there"`
	MemoryPercent  uint32        `mapstructure:"memory_percent" yaml:"memory_percent" help:"memory promised, in percent of what is there"`
	StoragePercent uint32        `mapstructure:"storage_percent" yaml:"storage_percent" help:"storage promised, in percent of what is there"`
	Endpoints      uint32        `mapstructure:"endpoints" yaml:"endpoints" help:"ports that can be published in all"`
	RefreshEvery   time.Duration `mapstructure:"refresh_every" yaml:"refresh_every" help:"how often the backend is asked what it has"`
	Publish        bool          `mapstructure:"publish" yaml:"publish" help:"state the capacity on chain whenever it changes; the chain refuses bids beyond it"`
}

// Pricing is what is asked.
type Pricing struct {
	Kind       string              `mapstructure:"kind" yaml:"kind" help:"table or expression"`
	Table      pricing.Table       `mapstructure:"table" yaml:"table"`
	Expression pricing.Expressions `mapstructure:"expression" yaml:"expression"`
}

// Lease is the patience with leases.
type Lease struct {
	ManifestTimeout time.Duration `mapstructure:"manifest_timeout" yaml:"manifest_timeout" help:"how long a tenant may take to send a manifest"`
	UnstableAfter   time.Duration `mapstructure:"unstable_after" yaml:"unstable_after" help:"a lease that was seen failed for so long is closed"`
	ObserveEvery    time.Duration `mapstructure:"observe_every" yaml:"observe_every" help:"how often a lease is looked at"`
	SweepGrace      time.Duration `mapstructure:"sweep_grace" yaml:"sweep_grace" help:"how long after its lease a workload that was left over is deleted"`
}

// Meter is how use is measured.
type Meter struct {
	Interval time.Duration `mapstructure:"interval" yaml:"interval" help:"between readings of the platform's counters"`
	Window   time.Duration `mapstructure:"window" yaml:"window" help:"length of a usage record"`
	MaxGap   time.Duration `mapstructure:"max_gap" yaml:"max_gap" help:"readings farther apart leave a gap that is not billed; 0: three intervals"`
}

// Payout is how rent is collected.
type Payout struct {
	Every     time.Duration `mapstructure:"every" yaml:"every" help:"how often the leases' accounts are looked at"`
	Blocks    int64         `mapstructure:"blocks" yaml:"blocks" help:"blocks between withdrawals of a lease without metered prices"`
	LowBlocks int64         `mapstructure:"low_blocks" yaml:"low_blocks" help:"a lease whose deposits last fewer blocks is reported"`
}

// Gateway is where tenants come in.
type Gateway struct {
	Listen   string `mapstructure:"listen" yaml:"listen" help:"address of the tenants' gateway; empty: no gateway"`
	CertFile string `mapstructure:"cert_file" yaml:"cert_file" help:"PEM file of the TLS certificate; empty: self-signed"`
	KeyFile  string `mapstructure:"key_file" yaml:"key_file" help:"PEM file of the TLS key"`
}

// Admin is where operators and monitors come in.
type Admin struct {
	Listen string `mapstructure:"listen" yaml:"listen" help:"loopback address of health and metrics; empty: only the socket in the state folder"`
}

// State is where everything durable is.
type State struct {
	Home         string `mapstructure:"-" yaml:"-"` // given by --home, since the file is in it
	MinFreeBytes uint64 `mapstructure:"min_free_bytes" yaml:"min_free_bytes" help:"new work is refused while the disk has less"`
	SyncWrites   bool   `mapstructure:"sync_writes" yaml:"sync_writes" help:"flush the disk with each write, for power failures; slower"`
}

// Log is how the daemon talks.
type Log struct {
	Format string `mapstructure:"format" yaml:"format" help:"text or json"`
	Level  string `mapstructure:"level" yaml:"level" help:"debug, info, warn or error"`
}

// Default is a configuration that lacks only the chain and the key.
func Default() Config {
	return Config{
		Chain:     Chain{RPC: []string{"http://127.0.0.1:26657"}, KeyringBackend: "file", GasPrice: "0.025", StallAfter: time.Minute, CompareEvery: 5 * time.Minute},
		Backend:   Backend{Kind: "local", Local: local.Default()},
		Bid:       Bid{OpenBids: 100, PerTenant: 20, KeepBalance: "1000000", MinWindow: 1, StorageClasses: []string{"default"}},
		Inventory: Inventory{CPUPercent: 100, MemoryPercent: 100, StoragePercent: 100, Endpoints: 1000, RefreshEvery: time.Minute, Publish: true},
		Pricing:   Pricing{Kind: "table", Table: pricing.Table{BasePerBlock: "1", Metered: pricing.Rates{CPUCoreHour: "20000", MemoryGiBHour: "3000", StorageGiBHour: "50", GPUHour: "500000"}}},
		Lease:     Lease{ManifestTimeout: 5 * time.Minute, UnstableAfter: 10 * time.Minute, ObserveEvery: 10 * time.Second, SweepGrace: 10 * time.Minute},
		Meter:     Meter{Interval: 15 * time.Second, Window: time.Hour},
		Payout:    Payout{Every: 5 * time.Minute, Blocks: 600, LowBlocks: 600},
		Gateway:   Gateway{Listen: "0.0.0.0:8443"},
		Admin:     Admin{Listen: "127.0.0.1:8444"},
		State:     State{MinFreeBytes: 256 << 20},
		Log:       Log{Format: "text", Level: "info"},
	}
}

// Validate checks what can be checked without asking anybody, and returns every problem at once.
func (c Config) Validate() error {
	var errs []error
	bad := func(key, format string, args ...any) {
		errs = append(errs, fmt.Errorf("%w: %s: %s", ErrInvalid, key, fmt.Sprintf(format, args...)))
	}
	positive := func(key string, d time.Duration) {
		if d <= 0 {
			bad(key, "is %s; it must be more than zero", d)
		}
	}
	if c.Chain.ID == "" {
		bad("chain.id", "is empty; name the chain, for example virtengine-1")
	}
	if c.Chain.Key == "" {
		bad("chain.key", "is empty; name the provider's key in the keyring")
	}
	if !slices.Contains([]string{"file", "os", "test"}, c.Chain.KeyringBackend) {
		bad("chain.keyring_backend", "is %q; use file, os or test", c.Chain.KeyringBackend)
	}
	if len(c.Chain.RPC) == 0 {
		bad("chain.rpc", "is empty; name at least one node")
	}
	for _, a := range c.Chain.RPC {
		if u, err := url.Parse(a); err != nil || u.Host == "" {
			bad("chain.rpc", "%q is no address such as http://127.0.0.1:26657", a)
		}
	}
	if d, err := math.LegacyNewDecFromStr(c.Chain.GasPrice); err != nil || d.IsNegative() {
		bad("chain.gas_price", "is %q; write a decimal number of uve", c.Chain.GasPrice)
	}
	if c.Backend.Kind != "local" {
		bad("backend.kind", "is %q; this build has local", c.Backend.Kind)
	}
	for key, v := range map[string]string{"bid.total_deposit": c.Bid.TotalDeposit, "bid.keep_balance": c.Bid.KeepBalance} {
		if _, err := Amount(v); err != nil {
			bad(key, "is %q; write a whole number of uve", v)
		}
	}
	if c.Inventory.CPUPercent == 0 || c.Inventory.MemoryPercent == 0 || c.Inventory.StoragePercent == 0 {
		bad("inventory", "a percentage is zero; 100 promises what is there")
	}
	if _, err := c.Pricer(); err != nil {
		errs = append(errs, fmt.Errorf("%w: pricing: %w", ErrInvalid, err))
	}
	for key, d := range map[string]time.Duration{"chain.stall_after": c.Chain.StallAfter, "chain.compare_every": c.Chain.CompareEvery,
		"inventory.refresh_every": c.Inventory.RefreshEvery, "lease.manifest_timeout": c.Lease.ManifestTimeout, "lease.unstable_after": c.Lease.UnstableAfter,
		"lease.observe_every": c.Lease.ObserveEvery, "lease.sweep_grace": c.Lease.SweepGrace, "meter.interval": c.Meter.Interval, "payout.every": c.Payout.Every} {
		positive(key, d)
	}
	if c.Meter.Window < c.Meter.Interval {
		bad("meter.window", "is %s; it must be at least meter.interval, %s", c.Meter.Window, c.Meter.Interval)
	}
	if c.Payout.Blocks <= 0 {
		bad("payout.blocks", "is %d; it must be more than zero", c.Payout.Blocks)
	}
	if c.Admin.Listen != "" && !loopback(c.Admin.Listen) {
		bad("admin.listen", "is %q; it must be a loopback address such as 127.0.0.1:8444, since whoever reaches it may look inside", c.Admin.Listen)
	}
	if (c.Gateway.CertFile == "") != (c.Gateway.KeyFile == "") {
		bad("gateway.cert_file", "and gateway.key_file go together")
	}
	if c.State.Home == "" || !filepath.IsAbs(c.State.Home) {
		bad("home", "is %q; write an absolute path", c.State.Home)
	}
	if !slices.Contains([]string{"text", "json"}, c.Log.Format) {
		bad("log.format", "is %q; use text or json", c.Log.Format)
	}
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, c.Log.Level) {
		bad("log.level", "is %q; use debug, info, warn or error", c.Log.Level)
	}
	slices.SortFunc(errs, func(a, b error) int { return compare(a.Error(), b.Error()) })
	return errors.Join(errs...)
}

// Pricer makes what asks the prices. Fails with pricing.ErrPriceList.
func (c Config) Pricer() (pricing.Pricer, error) {
	switch c.Pricing.Kind {
	case "table":
		return pricing.NewTable(c.Pricing.Table)
	case "expression":
		return pricing.NewExpressions(c.Pricing.Expression)
	}
	return nil, fmt.Errorf("%w: pricing.kind is %q; use table or expression", pricing.ErrPriceList, c.Pricing.Kind)
}

// Amount reads a whole number of uve; empty is zero.
func Amount(s string) (math.Int, error) {
	if s == "" {
		return math.ZeroInt(), nil
	}
	n, ok := math.NewIntFromString(s)
	if !ok || n.IsNegative() {
		return math.Int{}, fmt.Errorf("%w: %q is no whole number of uve", ErrInvalid, s)
	}
	return n, nil
}

func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || (err == nil && ip.IsLoopback())
}

func compare(a, b string) int {
	if a < b {
		return -1
	}
	return 1
}
