package manifest_test

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/chain/client/manifest"
)

func TestTheShopIsValid(t *testing.T) { require.NoError(t, shop().Validate()) }

func TestValidate(t *testing.T) {
	for name, tc := range map[string]struct {
		reason, path string
		change       func(g *manifest.Group, db, web *manifest.Service)
	}{
		"GroupName":  {"names become host names", "name", func(g *manifest.Group, _, _ *manifest.Service) { g.Name = "Any_where" }},
		"NoServices": {"a lease runs something", "services", func(g *manifest.Group, _, _ *manifest.Service) { g.Services = nil }},
		"SameName":   {"names tell services apart", "services[1].name", func(_ *manifest.Group, db, web *manifest.Service) { web.Name = "db"; db.Expose = nil }},
		"UpperName":  {"DNS knows no case", "services[1].name", func(_ *manifest.Group, db, web *manifest.Service) { web.Name = "Web"; db.Expose = nil }},
		"LongName": {"a label has 63 bytes", "services[1].name", func(_ *manifest.Group, db, web *manifest.Service) {
			web.Name = strings.Repeat("w", 64)
			db.Expose = nil
		}},
		"NoImage":         {"there is no default program", "services[1].image", func(_ *manifest.Group, _, web *manifest.Service) { web.Image = "" }},
		"PathAsImage":     {"tenants do not name the provider's files", "services[1].image", func(_ *manifest.Group, _, web *manifest.Service) { web.Image = "/etc" }},
		"ImageUp":         {"nor climb out of a folder", "services[1].image", func(_ *manifest.Group, _, web *manifest.Service) { web.Image = "a/../../b" }},
		"ImageFlag":       {"nor pass options", "services[1].image", func(_ *manifest.Group, _, web *manifest.Service) { web.Image = "--privileged" }},
		"ImageURL":        {"a reference is no URL", "services[1].image", func(_ *manifest.Group, _, web *manifest.Service) { web.Image = "https://a.b/c" }},
		"ShortDigest":     {"a digest that pins nothing", "services[1].image", func(_ *manifest.Group, _, web *manifest.Service) { web.Image = "nginx@sha256:abcd" }},
		"EmptyTag":        {"a tag was meant", "services[1].image", func(_ *manifest.Group, _, web *manifest.Service) { web.Image = "nginx:" }},
		"EmptyProgram":    {"the first word is the program", "services[0].command[0]", func(_ *manifest.Group, db, _ *manifest.Service) { db.Command = []string{""} }},
		"NULInArgs":       {"no program can be given it", "services[0].args[1]", func(_ *manifest.Group, db, _ *manifest.Service) { db.Args[1] = "a\x00b" }},
		"BrokenUTF8":      {"JSON would replace it, and two manifests had one hash", "services[0].args[1]", func(_ *manifest.Group, db, _ *manifest.Service) { db.Args[1] = "\xff" }},
		"EnvWithoutValue": {"it would be taken from the provider's own environment", "services[0].env[0]", func(_ *manifest.Group, db, _ *manifest.Service) { db.Env[0] = "HOME" }},
		"EnvName":         {"shells cannot read it", "services[0].env[0]", func(_ *manifest.Group, db, _ *manifest.Service) { db.Env[0] = "1A=x" }},
		"EnvTwice":        {"which of them wins is anybody's guess", "services[0].env[1]", func(_ *manifest.Group, db, _ *manifest.Service) { db.Env[1] = "A=2" }},
		"PortZero":        {"0 means any", "services[0].expose[0].port", func(_ *manifest.Group, db, _ *manifest.Service) { db.Expose[0].Port = 0 }},
		"AsZero":          {"0 means any", "services[0].expose[0].as", func(_ *manifest.Group, db, _ *manifest.Service) { db.Expose[0].As = 0 }},
		"Protocol":        {"sctp is not offered", "services[0].expose[0].protocol", func(_ *manifest.Group, db, _ *manifest.Service) { db.Expose[0].Protocol = "sctp" }},
		"ForNobody":       {"an exposed port is for somebody", "services[0].expose[0]", func(_ *manifest.Group, db, _ *manifest.Service) { db.Expose[0].Services = nil }},
		"ForAStranger":    {"services see only their own group", "services[0].expose[0].services[0]", func(_ *manifest.Group, db, _ *manifest.Service) { db.Expose[0].Services = []string{"cache"} }},
		"PortClash": {"one port leads to one place", "services[1].expose[1].as", func(_ *manifest.Group, _, web *manifest.Service) {
			web.Expose[1].As, web.Expose[1].Protocol = 80, manifest.TCP
		}},
		"HostOnUDP":       {"a datagram carries no host name", "services[1].expose[1].hosts", func(_ *manifest.Group, _, web *manifest.Service) { web.Expose[1].Hosts = []string{"a.example"} }},
		"HostWildcard":    {"names of others are not taken", "services[1].expose[0].hosts[0]", func(_ *manifest.Group, _, web *manifest.Service) { web.Expose[0].Hosts = []string{"*.example"} }},
		"HostTwice":       {"once is enough", "services[1].expose[0].hosts[1]", func(_ *manifest.Group, _, web *manifest.Service) { web.Expose[0].Hosts = []string{"a.b", "a.b"} }},
		"NoReplica":       {"nothing would run, and be paid for", "services[1].count", func(_ *manifest.Group, _, web *manifest.Service) { web.Count = 0 }},
		"TooManyReplicas": {"the chain's limit", "services[1].count", func(_ *manifest.Group, _, web *manifest.Service) { web.Count = manifest.MaxReplicas + 1 }},
		"NoCPU":           {"time is needed", "services[1].resources.cpu_milli", func(_ *manifest.Group, _, web *manifest.Service) { web.Resources.CPUMilli = 0 }},
		"LittleMemory":    {"no program starts in it", "services[1].resources.memory_bytes", func(_ *manifest.Group, _, web *manifest.Service) { web.Resources.MemoryBytes = mib - 1 }},
		"NoGPUs":          {"none is said by saying nothing", "services[0].resources.gpus[0].count", func(_ *manifest.Group, db, _ *manifest.Service) { db.Resources.GPUs[0].Count = 0 }},
		"ModelOfNobody":   {"models belong to vendors", "services[0].resources.gpus[1].vendor", func(_ *manifest.Group, db, _ *manifest.Service) { db.Resources.GPUs[1].Vendor = "" }},
		"GPUTwice":        {"counts are added up by who writes", "services[0].resources.gpus[1]", func(_ *manifest.Group, db, _ *manifest.Service) { db.Resources.GPUs[1] = db.Resources.GPUs[0] }},
		"VolumeName":      {"names become folders", "services[0].volumes[0].name", func(_ *manifest.Group, db, _ *manifest.Service) { db.Volumes[0].Name = "../x" }},
		"VolumeTwice":     {"names tell volumes apart", "services[0].volumes[1].name", func(_ *manifest.Group, db, _ *manifest.Service) { db.Volumes[1].Name = "data" }},
		"NoClass":         {"default is a word, too", "services[0].volumes[0].class", func(_ *manifest.Group, db, _ *manifest.Service) { db.Volumes[0].Class = "" }},
		"NoSize":          {"a disk has a size", "services[0].volumes[0].bytes", func(_ *manifest.Group, db, _ *manifest.Service) { db.Volumes[0].Bytes = 0 }},
		"PersistentHidden": {"data nobody can reach", "services[0].volumes[0].mount", func(_ *manifest.Group, db, _ *manifest.Service) {
			db.Volumes[0].Mount = ""
			db.Volumes = db.Volumes[:1]
		}},
		"RelativeMount": {"relative to what?", "services[0].volumes[0].mount", func(_ *manifest.Group, db, _ *manifest.Service) { db.Volumes[0].Mount = "data" }},
		"MountUp":       {"paths are written in their shortest form", "services[0].volumes[0].mount", func(_ *manifest.Group, db, _ *manifest.Service) { db.Volumes[0].Mount = "/data/../etc" }},
		"MountRoot":     {"the root is the image's", "services[0].volumes[0].mount", func(_ *manifest.Group, db, _ *manifest.Service) { db.Volumes[0].Mount = "/" }},
		"MountProc":     {"the kernel's files are no disk", "services[0].volumes[0].mount", func(_ *manifest.Group, db, _ *manifest.Service) { db.Volumes[0].Mount = "/proc/sys" }},
		"MountTwice":    {"one path, one disk", "services[0].volumes[1].mount", func(_ *manifest.Group, db, _ *manifest.Service) { db.Volumes[1].Mount = "/data" }},
		"TwoScratches": {"which of them is it?", "services[0].volumes[1].mount", func(_ *manifest.Group, db, _ *manifest.Service) {
			db.Volumes[0].Persistent, db.Volumes[0].Mount = false, ""
		}},
		"SizesWrap": {"a sum that wraps would be cheap", "services[0].volumes", func(_ *manifest.Group, db, _ *manifest.Service) {
			db.Volumes[0].Bytes, db.Volumes[1].Bytes = 1<<63, 1<<63
		}},
		"ReplicasWrap": {"so would a product", "services", func(_ *manifest.Group, db, _ *manifest.Service) {
			db.Resources.MemoryBytes, db.Count = math.MaxUint64, 2
		}},
		"Restart":        {"there is no default policy", "services[1].restart", func(_ *manifest.Group, _, web *manifest.Service) { web.Restart = "" }},
		"NoPassword":     {"half of a login", "services[0].credentials.password", func(_ *manifest.Group, db, _ *manifest.Service) { db.Credentials.Password = "" }},
		"UserOfTwoLines": {"it would end up in a header", "services[0].credentials.username", func(_ *manifest.Group, db, _ *manifest.Service) { db.Credentials.Username = "a\r\nb" }},
	} {
		t.Run(name, func(t *testing.T) {
			g := shop()
			tc.change(&g, &g.Services[0], &g.Services[1])
			err := g.Validate()
			require.ErrorIs(t, err, manifest.ErrInvalid, tc.reason)
			var problems *manifest.ValidationError
			require.ErrorAs(t, err, &problems)
			require.Len(t, problems.Problems, 1, "%s: %s", tc.reason, err)
			require.Equal(t, tc.path, problems.Problems[0].Path, tc.reason)
			_, err = g.Hash()
			require.ErrorIs(t, err, manifest.ErrInvalid, "what is not valid has no hash")
		})
	}
}

func TestAllProblemsAreToldAtOnce(t *testing.T) {
	g := shop()
	g.Name = ""
	g.Services[0].Image = "A"
	g.Services[1].Count = 0
	g.Services[1].Restart = "sometimes"
	var problems *manifest.ValidationError
	require.ErrorAs(t, g.Validate(), &problems)
	require.Len(t, problems.Problems, 4)
}

func TestASecretWithoutItsNameIsNotPrinted(t *testing.T) {
	g := shop()
	g.Services[0].Env = []string{"hunter2"}
	require.NotContains(t, g.Validate().Error(), "hunter2")
}

func TestReferencesThatPeopleWrite(t *testing.T) {
	for _, image := range []string{
		"nginx", "nginx:latest", "library/nginx:1.27-alpine", "local/workload", "ghcr.io/owner/repo/sub:v1.2.3_x",
		"localhost/x", "localhost:5000/x", "registry.example.com:5000/a/b__c/d--e.f:T", "10.0.0.1:80/x",
		"a@sha256:" + strings.Repeat("0", 64), "a:1@sha256:" + strings.Repeat("f", 64), "akashlytics/hello-akash-world:0.2.0",
	} {
		g := shop()
		g.Services[1].Image = image
		require.NoError(t, g.Validate(), image)
	}
}
