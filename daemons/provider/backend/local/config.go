package local

import (
	"errors"
	"fmt"
	"math"
	"net"
	"path/filepath"
	"time"
)

// Config is what the operator decides. Default fills what is left out.
type Config struct {
	// StateDir holds everything the backend must remember, and the tenants' volumes. Required; one daemon at a time.
	StateDir string `yaml:"state_dir" mapstructure:"state_dir"`
	// ImagesDir is where local/NAME images are: OCI layouts, root directories and tars. Empty: there are none.
	ImagesDir string `yaml:"images_dir" mapstructure:"images_dir"`
	// Registries are the host names images may be pulled from. Empty: none.
	Registries []string `yaml:"registries" mapstructure:"registries"`
	// InsecureRegistries are those of Registries that speak plain HTTP.
	InsecureRegistries []string `yaml:"insecure_registries" mapstructure:"insecure_registries"`
	// MaxImageBytes and MaxImageFiles bound one unpacked image.
	MaxImageBytes uint64 `yaml:"max_image_bytes" mapstructure:"max_image_bytes"`
	MaxImageFiles uint64 `yaml:"max_image_files" mapstructure:"max_image_files"`
	// AllowHost lets tenants run the host's own programs with the image "host".
	AllowHost bool `yaml:"allow_host" mapstructure:"allow_host"`

	// RequireCgroups refuses leases when the kernel cannot limit and count them. False accepts weaker limits: see README.
	RequireCgroups *bool `yaml:"require_cgroups" mapstructure:"require_cgroups"`
	// CgroupParent is the group, below each hierarchy's mount point, that leases' groups are made in.
	CgroupParent string `yaml:"cgroup_parent" mapstructure:"cgroup_parent"`
	// FirstID is the first of IDs user and group ids on the host that leases run as, one each. They must belong to
	// nobody. Only root uses them: an ordinary user's leases run as that user.
	FirstID uint32 `yaml:"first_id" mapstructure:"first_id"`
	IDs     uint32 `yaml:"ids" mapstructure:"ids"`

	// ListenAddress is the address of the host that published ports are opened on; AdvertiseAddress is what tenants are
	// told, an address or a name.
	ListenAddress    string `yaml:"listen_address" mapstructure:"listen_address"`
	AdvertiseAddress string `yaml:"advertise_address" mapstructure:"advertise_address"`
	// FirstPort and LastPort are the ports of the host that may be published.
	FirstPort uint16 `yaml:"first_port" mapstructure:"first_port"`
	LastPort  uint16 `yaml:"last_port" mapstructure:"last_port"`

	// ReserveCPUMilli, ReserveMemoryBytes and ReserveStorageBytes stay with the host.
	ReserveCPUMilli     uint64 `yaml:"reserve_cpu_milli" mapstructure:"reserve_cpu_milli"`
	ReserveMemoryBytes  uint64 `yaml:"reserve_memory_bytes" mapstructure:"reserve_memory_bytes"`
	ReserveStorageBytes uint64 `yaml:"reserve_storage_bytes" mapstructure:"reserve_storage_bytes"`

	// TmpBytes bounds /tmp of a replica, which is memory; LogBytes what is kept of its output; PIDs its processes.
	TmpBytes uint64 `yaml:"tmp_bytes" mapstructure:"tmp_bytes"`
	LogBytes uint64 `yaml:"log_bytes" mapstructure:"log_bytes"`
	PIDs     uint64 `yaml:"pids" mapstructure:"pids"`
	// StopGrace is how long a program may take to end when asked, on an update of its manifest.
	StopGrace time.Duration `yaml:"stop_grace" mapstructure:"stop_grace"`
	// RestartDelay doubles with each restart up to RestartDelayMax. Retries bounds those of on-failure.
	RestartDelay    time.Duration `yaml:"restart_delay" mapstructure:"restart_delay"`
	RestartDelayMax time.Duration `yaml:"restart_delay_max" mapstructure:"restart_delay_max"`
	Retries         uint32        `yaml:"retries" mapstructure:"retries"`
	// CheckEvery is how often sizes of volumes are looked at.
	CheckEvery time.Duration `yaml:"check_every" mapstructure:"check_every"`
}

// Default is a configuration that needs only its StateDir.
func Default() Config {
	yes := true
	return Config{
		MaxImageBytes: 8 << 30, MaxImageFiles: 500_000,
		RequireCgroups: &yes, CgroupParent: "virtengine", FirstID: 1_700_000_000, IDs: 65_536,
		ListenAddress: "127.0.0.1", FirstPort: 30_000, LastPort: 32_767,
		ReserveMemoryBytes: 512 << 20, ReserveStorageBytes: 1 << 30,
		TmpBytes: 64 << 20, LogBytes: 16 << 20, PIDs: 1024,
		StopGrace: 10 * time.Second, RestartDelay: time.Second, RestartDelayMax: time.Minute, Retries: 5,
		CheckEvery: 2 * time.Second,
	}
}

// ErrConfig says that the operator's configuration cannot be used.
var ErrConfig = errors.New("local backend: configuration")

// complete fills defaults and checks.
func (c Config) complete() (Config, error) {
	d := Default()
	fill(&c.MaxImageBytes, d.MaxImageBytes)
	fill(&c.MaxImageFiles, d.MaxImageFiles)
	fill(&c.RequireCgroups, d.RequireCgroups)
	fill(&c.CgroupParent, d.CgroupParent)
	fill(&c.FirstID, d.FirstID)
	fill(&c.IDs, d.IDs)
	fill(&c.ListenAddress, d.ListenAddress)
	fill(&c.FirstPort, d.FirstPort)
	fill(&c.LastPort, d.LastPort)
	fill(&c.TmpBytes, d.TmpBytes)
	fill(&c.LogBytes, d.LogBytes)
	fill(&c.PIDs, d.PIDs)
	fill(&c.StopGrace, d.StopGrace)
	fill(&c.RestartDelay, d.RestartDelay)
	fill(&c.RestartDelayMax, d.RestartDelayMax)
	fill(&c.Retries, d.Retries)
	fill(&c.CheckEvery, d.CheckEvery)
	if c.AdvertiseAddress == "" {
		c.AdvertiseAddress = c.ListenAddress
	}
	return c, c.check()
}

func fill[T comparable](v *T, def T) {
	var zero T
	if *v == zero {
		*v = def
	}
}

func (c Config) check() error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("%w: "+format, append([]any{ErrConfig}, args...)...)
	}
	for name, p := range map[string]string{"state_dir": c.StateDir, "images_dir": c.ImagesDir} {
		if p == "" && name == "images_dir" {
			continue
		}
		if !filepath.IsAbs(p) {
			return bad("%s: %q is not an absolute path", name, p)
		}
	}
	if !filepath.IsLocal(c.CgroupParent) {
		return bad("cgroup_parent: %q must be a path below the hierarchies' mount points", c.CgroupParent)
	}
	ip := net.ParseIP(c.ListenAddress)
	if ip == nil {
		return bad("listen_address: %q is not an address", c.ListenAddress)
	}
	if ip := net.ParseIP(c.AdvertiseAddress); ip != nil && ip.IsUnspecified() {
		return bad("advertise_address: %s leads nowhere; hint: name the address or host name that tenants reach", ip)
	}
	if c.FirstPort > c.LastPort {
		return bad("first_port %d is above last_port %d", c.FirstPort, c.LastPort)
	}
	if uint64(c.FirstID)+uint64(c.IDs) > math.MaxInt32 {
		return bad("first_id %d and ids %d go past the last id", c.FirstID, c.IDs)
	}
	if c.RestartDelay > c.RestartDelayMax {
		return bad("restart_delay %s is above restart_delay_max %s", c.RestartDelay, c.RestartDelayMax)
	}
	return nil
}
