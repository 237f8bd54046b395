package manifest

import (
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/virtengine/virtengine/chain/x/resources/amount"
)

// Limits of a group. What is limited on chain as well has the chain's number.
const (
	MinMemoryBytes = 1 << 20 // less starts no program
	MaxServices    = amount.MaxUnits
	MaxReplicas    = amount.MaxReplicas
	MaxVolumes     = amount.MaxVolumes
	MaxEnv         = 512 // entries of one service
	MaxArgs        = 512 // words of a command, and of its arguments
	MaxExposed     = 64  // ports of one service
	MaxHosts       = 16  // host names of one port
)

// Validate finds everything that is wrong with the group: nil, or a ValidationError that lists it all. What passes is
// also accepted by the chain as the units of an order.
func (g Group) Validate() error {
	r := newReport()
	if !isLabel(g.Name) {
		r.at("name").addf("%q: %s", g.Name, labelRule)
	}
	if len(g.Services) == 0 || len(g.Services) > MaxServices {
		r.at("services").addf("%d services, 1 to %d are allowed", len(g.Services), MaxServices)
	}
	names := map[string]bool{}
	for i, s := range g.Services {
		at := r.index("services", i)
		if names[s.Name] {
			at.at("name").addf("%q is the name of an earlier service too", s.Name)
		}
		names[s.Name] = true
		s.check(at)
	}
	for i, s := range g.Services {
		for j, e := range s.Expose {
			at := r.index("services", i).index("expose", j)
			for k, to := range e.Services {
				if !names[to] {
					at.index("services", k).addf("%q is no service of this group", to)
				}
			}
		}
	}
	if len(*r.problems) == 0 {
		// The sums over all replicas are the chain's to judge.
		if err := amount.CheckUnits(g.Units()); err != nil {
			r.at("services").addf("%s", err)
		}
	}
	return r.err()
}

func (s Service) check(r report) {
	if !isLabel(s.Name) {
		r.at("name").addf("%q: %s", s.Name, labelRule)
	}
	if err := checkImage(s.Image); err != nil {
		r.at("image").addf("%q: %s", s.Image, err)
	}
	checkWords(r, "command", s.Command)
	checkWords(r, "args", s.Args)
	if len(s.Command) > 0 && s.Command[0] == "" {
		r.index("command", 0).addf("empty: the first word names the program")
	}
	s.checkEnv(r)
	s.checkExpose(r)
	if s.Count == 0 || s.Count > MaxReplicas {
		r.at("count").addf("%d replicas, 1 to %d are allowed", s.Count, MaxReplicas)
	}
	s.Resources.check(r.at("resources"))
	s.checkVolumes(r)
	switch s.Restart {
	case RestartAlways, RestartOnFailure, RestartNever:
	default:
		r.at("restart").addf("%q: %s, %s or %s is expected", s.Restart, RestartAlways, RestartOnFailure, RestartNever)
	}
	if s.Credentials != nil {
		s.Credentials.check(r.at("credentials"))
	}
}

func (s Service) checkEnv(r report) {
	if len(s.Env) > MaxEnv {
		r.at("env").addf("%d entries, at most %d are allowed", len(s.Env), MaxEnv)
	}
	seen := map[string]bool{}
	for i, entry := range s.Env {
		at := r.index("env", i)
		name := envName(entry)
		if name == entry {
			// The entry may be a secret without its name: it is not printed.
			at.addf("NAME=value is expected, the equals sign is missing")
			continue
		}
		if !isEnvName(name) {
			at.addf("name %q: letters, digits and _ - . are allowed, the first no digit", name)
		}
		if seen[name] {
			at.addf("%s is set twice", name)
		}
		seen[name] = true
		if !isText(entry) {
			at.addf("the value of %s is no text: UTF-8 without NUL is expected", name)
		}
	}
}

func (s Service) checkExpose(r report) {
	if len(s.Expose) > MaxExposed {
		r.at("expose").addf("%d ports, at most %d are allowed", len(s.Expose), MaxExposed)
	}
	type outside struct {
		as       uint16
		protocol Protocol
	}
	taken := map[outside]bool{}
	for i, e := range s.Expose {
		at := r.index("expose", i)
		e.check(at)
		o := outside{e.As, e.Protocol}
		if taken[o] {
			at.at("as").addf("%d/%s is taken by an earlier port of this service", e.As, e.Protocol)
		}
		taken[o] = true
	}
}

func (e Expose) check(r report) {
	if e.Port == 0 {
		r.at("port").addf("0 is no port")
	}
	if e.As == 0 {
		r.at("as").addf("0 is no port")
	}
	if e.Protocol != TCP && e.Protocol != UDP {
		r.at("protocol").addf("%q: %s or %s is expected", e.Protocol, TCP, UDP)
	}
	if !e.Global && len(e.Services) == 0 {
		r.addf("nobody may reach the port: neither the internet nor a service is named")
	}
	for i, to := range e.Services {
		if slices.Contains(e.Services[:i], to) {
			r.index("services", i).addf("%q is listed twice", to)
		}
	}
	if len(e.Hosts) > MaxHosts {
		r.at("hosts").addf("%d names, at most %d are allowed", len(e.Hosts), MaxHosts)
	}
	if len(e.Hosts) > 0 && (!e.Global || e.Protocol != TCP) {
		r.at("hosts").addf("host names lead only to a %s port that is open to the internet", TCP)
	}
	for i, h := range e.Hosts {
		if !isHost(h) {
			r.index("hosts", i).addf("%q: a host name like shop.example.com is expected, in lower case", h)
		}
		if slices.Contains(e.Hosts[:i], h) {
			r.index("hosts", i).addf("%q is listed twice", h)
		}
	}
}

func (x Resources) check(r report) {
	if x.CPUMilli == 0 {
		r.at("cpu_milli").addf("0: at least 1, a thousandth of a core, is needed")
	}
	if x.MemoryBytes < MinMemoryBytes {
		r.at("memory_bytes").addf("%d: at least %d are needed", x.MemoryBytes, MinMemoryBytes)
	}
	if len(x.GPUs) > amount.MaxGPUKinds {
		r.at("gpus").addf("%d kinds, at most %d are allowed", len(x.GPUs), amount.MaxGPUKinds)
	}
	for i, g := range x.GPUs {
		at := r.index("gpus", i)
		if g.Count == 0 || g.Count > amount.MaxGPUPerKind {
			at.at("count").addf("%d, 1 to %d are allowed", g.Count, amount.MaxGPUPerKind)
		}
		if g.Vendor == "" && g.Model != "" {
			at.at("vendor").addf("missing: model %q needs its vendor", g.Model)
		}
		if g.Vendor != "" && !isWord(g.Vendor) {
			at.at("vendor").addf("%q: %s", g.Vendor, wordRule)
		}
		if g.Model != "" && !isWord(g.Model) {
			at.at("model").addf("%q: %s", g.Model, wordRule)
		}
		if slices.ContainsFunc(x.GPUs[:i], func(o GPU) bool { return o.Vendor == g.Vendor && o.Model == g.Model }) {
			at.addf("vendor and model are those of an earlier entry")
		}
	}
}

func (s Service) checkVolumes(r report) {
	if len(s.Volumes) > MaxVolumes {
		r.at("volumes").addf("%d volumes, at most %d are allowed", len(s.Volumes), MaxVolumes)
	}
	var sum uint64
	var wrapped bool
	for i, v := range s.Volumes {
		at := r.index("volumes", i)
		v.check(at)
		for _, earlier := range s.Volumes[:i] {
			if earlier.Name == v.Name {
				at.at("name").addf("%q is the name of an earlier volume too", v.Name)
			}
			if earlier.Mount == v.Mount && v.Mount == "" {
				at.at("mount").addf("missing: a service has one scratch space")
			} else if earlier.Mount == v.Mount {
				at.at("mount").addf("%q is taken by an earlier volume", v.Mount)
			}
		}
		var carry uint64
		sum, carry = bits.Add64(sum, v.Bytes, 0)
		wrapped = wrapped || carry != 0
	}
	if wrapped {
		r.at("volumes").addf("their sizes together cannot be counted")
	}
}

func (v Volume) check(r report) {
	if !isLabel(v.Name) {
		r.at("name").addf("%q: %s", v.Name, labelRule)
	}
	if !isWord(v.Class) {
		r.at("class").addf("%q: %s", v.Class, wordRule)
	}
	if v.Bytes == 0 {
		r.at("bytes").addf("0: a volume has a size")
	}
	if v.Mount == "" {
		if v.Persistent {
			r.at("mount").addf("missing: a persistent volume is mounted somewhere")
		}
		if v.ReadOnly {
			r.at("read_only").addf("scratch space nobody can write to is of no use")
		}
		return
	}
	if err := checkMount(v.Mount); err != nil {
		r.at("mount").addf("%q: %s", v.Mount, err)
	}
}

func (c Credentials) check(r report) {
	for _, f := range []struct{ name, value string }{{"host", c.Host}, {"username", c.Username}, {"password", c.Password}} {
		if f.value == "" || !isText(f.value) || strings.ContainsAny(f.value, "\r\n") {
			r.at(f.name).addf("one line of text is expected")
		}
	}
	if c.Password == Redaction {
		r.at("password").addf("this is what the provider shows instead of it: send the password itself")
	}
}

func checkWords(r report, field string, words []string) {
	if len(words) > MaxArgs {
		r.at(field).addf("%d words, at most %d are allowed", len(words), MaxArgs)
	}
	for i, w := range words {
		if !isText(w) {
			r.index(field, i).addf("no text: UTF-8 without NUL is expected")
		}
	}
}

// isText is what can be an argument of a program and a string in JSON.
func isText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }
