package local

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/virtengine/virtengine/chain/client/manifest"
	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/leasedir"
)

// label is a DNS label. Names become directories, groups and host names.
var label = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)

// taken are places inside that belong to the backend.
var taken = []string{"/", "/dev", "/proc", "/sys", "/etc", "/run", "/var/tmp"}

// runnable refuses what this backend never runs.
func runnable(g manifest.Group) error {
	refuse := func(format string, args ...any) error {
		return fmt.Errorf("%w: "+format, append([]any{backend.ErrRefused}, args...)...)
	}
	if len(g.Services) == 0 {
		return refuse("group %s has no service", g.Name)
	}
	seen := map[string]bool{}
	for _, s := range g.Services {
		switch {
		case !label.MatchString(s.Name):
			return refuse("service %q: the name is not a DNS label; hint: use a-z, 0-9 and -", s.Name)
		case seen[s.Name]:
			return refuse("service %s is there twice", s.Name)
		case s.Count == 0:
			return refuse("service %s: count is 0; hint: ask for one replica or more", s.Name)
		case s.Resources.CPUMilli == 0 || s.Resources.MemoryBytes == 0:
			return refuse("service %s: cpu and memory must be given; there is no lease without limits", s.Name)
		case len(s.Resources.GPUs) > 0:
			return refuse("service %s: this backend has no GPU; hint: choose a provider that offers one", s.Name)
		case !slices.Contains([]manifest.Restart{manifest.RestartAlways, manifest.RestartOnFailure, manifest.RestartNever}, s.Restart):
			return refuse("service %s: unknown restart policy %q", s.Name, s.Restart)
		}
		seen[s.Name] = true
		if err := ports(s); err != nil {
			return refuse("service %s: %w", s.Name, err)
		}
		if err := volumes(s); err != nil {
			return refuse("service %s: %w", s.Name, err)
		}
	}
	for _, s := range g.Services {
		for _, e := range s.Expose {
			for _, to := range e.Services {
				if !seen[to] {
					return refuse("service %s: port %d is exposed to %q, which is no service of the group", s.Name, e.Port, to)
				}
			}
		}
	}
	return nil
}

func ports(s manifest.Service) error {
	for _, e := range s.Expose {
		if e.Port == 0 {
			return fmt.Errorf("a port is 0")
		}
		if e.Protocol != manifest.TCP && e.Protocol != manifest.UDP {
			return fmt.Errorf("port %d: unknown protocol %q", e.Port, e.Protocol)
		}
	}
	return nil
}

func volumes(s manifest.Service) error {
	var mounts []string
	names := map[string]bool{}
	for _, v := range s.Volumes {
		at := path.Clean("/" + v.Mount)
		if v.Mount == "" {
			at = "/tmp" // scratch
		}
		switch {
		case !label.MatchString(v.Name):
			return fmt.Errorf("volume %q: the name is not a DNS label", v.Name)
		case names[v.Name]:
			return fmt.Errorf("volume %s is there twice", v.Name)
		case v.Bytes == 0:
			return fmt.Errorf("volume %s: its size is 0", v.Name)
		case v.Mount != "" && (!path.IsAbs(v.Mount) || at != v.Mount):
			return fmt.Errorf("volume %s: mount %q is not a clean absolute path", v.Name, v.Mount)
		case slices.Contains(taken, at) || strings.HasPrefix(at, "/proc/") || strings.HasPrefix(at, "/dev/") ||
			strings.HasPrefix(at, "/sys/"):
			return fmt.Errorf("volume %s: nothing can be mounted at %s", v.Name, at)
		case slices.Contains(mounts, at):
			return fmt.Errorf("volume %s: another one is mounted at %s", v.Name, at)
		}
		names[v.Name], mounts = true, append(mounts, at)
	}
	return nil
}

// environ is the image's environment with the manifest's over it.
func environ(image, wanted []string, service string) []string {
	vars := map[string]string{"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/tmp",
		"VIRTENGINE_SERVICE": service}
	for _, list := range [][]string{image, wanted} {
		for _, e := range list {
			if name, value, ok := strings.Cut(e, "="); ok {
				vars[name] = value
			}
		}
	}
	var out []string
	for name, value := range vars {
		out = append(out, name+"="+value)
	}
	slices.Sort(out)
	return out
}

// room is what leases hold together.
type room struct{ cpu, memory, storage uint64 }

func needs(p leasedir.Plan) room {
	r := room{storage: p.StorageBytes()}
	for _, s := range p.Services {
		r.cpu += s.Resources.CPUMilli * uint64(s.Count)
		r.memory += s.Resources.MemoryBytes * uint64(s.Count)
	}
	return r
}

func (r room) add(o room) room {
	return room{r.cpu + o.cpu, r.memory + o.memory, r.storage + o.storage}
}

func (r room) fit(n backend.Node) error {
	for _, c := range []struct {
		what       string
		need, have uint64
	}{{"milli-CPU", r.cpu, n.CPUMilli}, {"bytes of memory", r.memory, n.MemoryBytes}, {"bytes of storage", r.storage, n.StorageBytes}} {
		if c.need > c.have {
			return fmt.Errorf("%w: with this lease %d %s are needed, the machine has %d", backend.ErrCapacity, c.need, c.what, c.have)
		}
	}
	return nil
}
