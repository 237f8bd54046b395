package sdl

import (
	"maps"
	"slices"
	"strings"

	"github.com/virtengine/virtengine/chain/client/manifest"
)

// checkReferences reports names that lead nowhere and parts that nothing leads to.
func (d *document) checkReferences() {
	used := map[string]bool{}
	for _, u := range d.uses {
		s, known := d.services[u.service]
		if !known {
			u.at.addf("there is no service %q", u.service)
		}
		used[u.service] = true
		where, placed := d.placements[u.placement]
		if !placed {
			u.at.addf("there is no placement profile %q", u.placement)
		}
		c, sized := d.compute[u.profile]
		if !sized {
			u.at.addf("there is no compute profile %q", u.profile)
		}
		if placed && sized {
			if _, priced := where.prices[u.profile]; !priced {
				where.at.addf("pricing has no amount for profile %q, which service %q uses", u.profile, u.service)
			}
		}
		if known && sized {
			checkMounts(s, c)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.services)) {
		if !used[name] {
			d.services[name].at.addf("deployment does not say where it runs")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.settings.services)) {
		if _, known := d.services[name]; !known {
			d.settings.services[name].addf("there is no service %q", name)
		}
	}
}

// checkMounts reports mounts of storage that the profile does not have.
func checkMounts(s service, c compute) {
	for _, name := range slices.Sorted(maps.Keys(s.mounts)) {
		if !slices.ContainsFunc(c.volumes, func(v manifest.Volume) bool { return v.Name == name }) {
			s.mounts[name].at.addf("the compute profile has no storage %q", name)
		}
	}
}

// cutPath returns what follows the prefix in a path.
func cutPath(path, prefix string) (string, bool) {
	rest, found := strings.CutPrefix(path, prefix)
	return strings.TrimPrefix(rest, "."), found
}
