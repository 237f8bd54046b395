package manifest_test

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/chain/client/manifest"
)

const mib = 1 << 20

// shop is a valid group that uses every field.
func shop() manifest.Group {
	return manifest.Group{Name: "anywhere", Services: []manifest.Service{
		{
			Name: "db", Image: "registry.example.com:5000/shop/db@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
			Command: []string{"serve"}, Args: []string{"-v", ""}, Env: []string{"A=1", "B="},
			Expose: []manifest.Expose{{Port: 5432, As: 5432, Protocol: manifest.TCP, Services: []string{"web"}}},
			Count:  1,
			Resources: manifest.Resources{CPUMilli: 500, MemoryBytes: 64 * mib, GPUs: []manifest.GPU{
				{Vendor: "amd", Count: 1}, {Vendor: "nvidia", Model: "a100", Count: 2},
			}},
			Volumes: []manifest.Volume{
				{Name: "data", Class: "default", Bytes: 32 * mib, Persistent: true, Mount: "/data"},
				{Name: "tmp", Class: "default", Bytes: 16 * mib},
			},
			Restart:     manifest.RestartAlways,
			Credentials: &manifest.Credentials{Host: "registry.example.com:5000", Username: "u", Password: "p<w>"},
		},
		{
			Name: "web", Image: "nginx:1.27",
			Expose: []manifest.Expose{
				{Port: 8080, As: 80, Protocol: manifest.TCP, Global: true, Hosts: []string{"shop.example.com"}},
				{Port: 8080, As: 81, Protocol: manifest.UDP, Global: true},
			},
			Count: 2, Resources: manifest.Resources{CPUMilli: 100, MemoryBytes: mib}, Restart: manifest.RestartOnFailure,
		},
	}}
}

// validGroup draws groups in canonical order.
func validGroup(t *rapid.T) manifest.Group {
	label := rapid.StringMatching(`[a-z]([a-z0-9-]{0,8}[a-z0-9])?`)
	text := rapid.StringMatching(`[ -~äß€]{0,12}`)
	names := rapid.SliceOfNDistinct(label, 1, 5, rapid.ID).Draw(t, "services")
	slices.Sort(names)
	g := manifest.Group{Name: label.Draw(t, "group")}
	for _, name := range names {
		s := manifest.Service{
			Name:  name,
			Image: rapid.SampledFrom([]string{"nginx", "local/workload", "ghcr.io/a/b:v1", "localhost:5000/x-y__z"}).Draw(t, "image"),
			Count: rapid.Uint32Range(1, manifest.MaxReplicas).Draw(t, "count"),
			Resources: manifest.Resources{
				CPUMilli:    rapid.Uint64Range(1, 1<<40).Draw(t, "cpu"),
				MemoryBytes: rapid.Uint64Range(manifest.MinMemoryBytes, 1<<45).Draw(t, "memory"),
			},
			Restart: rapid.SampledFrom([]manifest.Restart{manifest.RestartAlways, manifest.RestartOnFailure, manifest.RestartNever}).Draw(t, "restart"),
		}
		for range rapid.IntRange(0, 3).Draw(t, "args") {
			s.Args = append(s.Args, text.Draw(t, "arg"))
		}
		for i := range rapid.IntRange(0, 4).Draw(t, "env") {
			s.Env = append(s.Env, fmt.Sprintf("N%d=%s", i, text.Draw(t, "value")))
		}
		for i := range rapid.IntRange(0, 3).Draw(t, "ports") {
			s.Expose = append(s.Expose, manifest.Expose{
				Port: rapid.Uint16Min(1).Draw(t, "port"), As: uint16(1000 + i), Protocol: manifest.TCP,
				Global: rapid.Bool().Draw(t, "global"), Services: rapid.Permutation(names).Draw(t, "to")[:1],
			})
		}
		for i := range rapid.IntRange(0, 3).Draw(t, "gpus") {
			s.Resources.GPUs = append(s.Resources.GPUs, manifest.GPU{Vendor: "nvidia", Model: fmt.Sprint("m", i), Count: rapid.Uint32Range(1, 8).Draw(t, "gpu")})
		}
		for i := range rapid.IntRange(0, 3).Draw(t, "volumes") {
			s.Volumes = append(s.Volumes, manifest.Volume{
				Name: fmt.Sprint("v", i), Class: "default", Bytes: rapid.Uint64Range(1, 1<<45).Draw(t, "bytes"),
				Mount: fmt.Sprint("/mnt/", i), Persistent: rapid.Bool().Draw(t, "persistent"),
			})
		}
		g.Services = append(g.Services, s)
	}
	return g
}

// shuffled is a group with the same meaning: every set in another order.
func shuffled(t *rapid.T, g manifest.Group) manifest.Group {
	g.Services = permuted(t, g.Services)
	for i := range g.Services {
		s := &g.Services[i]
		s.Env, s.Expose, s.Volumes, s.Resources.GPUs = permuted(t, s.Env), permuted(t, s.Expose), permuted(t, s.Volumes), permuted(t, s.Resources.GPUs)
	}
	return g
}

func permuted[T any](t *rapid.T, in []T) []T {
	if len(in) == 0 {
		return []T{} // not nil: an empty set may be either
	}
	return rapid.Permutation(slices.Clone(in)).Draw(t, "order")
}
