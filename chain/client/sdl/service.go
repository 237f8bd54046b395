package sdl

import (
	"slices"
	"strings"

	"github.com/virtengine/virtengine/chain/client/manifest"
)

func readService(name string, p place) service {
	s := service{at: p, mounts: map[string]mount{}}
	s.Name = name
	p.fields(
		field{"image", func(p place) { s.Image = p.text() }},
		field{"command", func(p place) { s.Command = p.texts() }},
		field{"args", func(p place) { s.Args = p.texts() }},
		field{"env", func(p place) { s.Env = p.texts() }},
		field{"expose", func(p place) { p.list(func(p place) { s.Expose = append(s.Expose, readExpose(p)) }) }},
		field{"params", func(p place) {
			p.fields(
				field{"storage", func(p place) { p.each(func(name string, p place) { s.mounts[name] = readMount(p) }) }},
				field{"permissions", refuse("workloads get no permissions on the provider's platform")},
			)
		}},
		field{"credentials", func(p place) { s.Credentials = readCredentials(p) }},
		field{"dependencies", refuse("services start together: let the program wait for what it needs")},
	)
	return s
}

func readExpose(p place) manifest.Expose {
	e := manifest.Expose{Protocol: manifest.TCP}
	there := p.fields(
		field{"port", func(p place) { e.Port = number[uint16](p, 1, 65535) }},
		field{"as", func(p place) { e.As = number[uint16](p, 1, 65535) }},
		field{"proto", func(p place) {
			s, ok := p.scalar()
			if !ok {
				return
			}
			e.Protocol = manifest.Protocol(strings.ToLower(s))
			if e.Protocol != manifest.TCP && e.Protocol != manifest.UDP {
				p.addf("%q: tcp or udp is expected", s)
			}
		}},
		field{"accept", func(p place) { e.Hosts = p.texts() }},
		field{"to", func(p place) { p.list(func(p place) { readTo(p, &e) }) }},
		field{"http_options", refuse("there is no HTTP proxy between the internet and the workload that could have options")},
	)
	if !there["port"] {
		p.addf("port is missing")
	}
	if !there["to"] {
		p.addf("to is missing: say `global: true` or name a service")
	}
	if !there["as"] {
		e.As = e.Port
	}
	return e
}

// readTo reads one receiver of a port. One that is neither a service nor global would be nobody.
func readTo(p place, e *manifest.Expose) {
	var service string
	var global bool
	p.fields(
		field{"service", func(p place) { service = p.text() }},
		field{"global", func(p place) { global = p.boolean() }},
		field{"ip", refuse("addresses of one's own are not sold: without ip, the port gets an address and a port of the provider")},
		field{"http_options", refuse("there is no HTTP proxy between the internet and the workload that could have options")},
	)
	e.Global = e.Global || global
	if service != "" && !slices.Contains(e.Services, service) {
		e.Services = append(e.Services, service)
	}
	if service == "" && !global {
		p.addf("nobody: say `global: true` or name a service")
	}
}

func readMount(p place) mount {
	m := mount{at: p}
	there := p.fields(
		field{"mount", func(p place) { m.path = p.text() }},
		field{"readOnly", func(p place) { m.readOnly = p.boolean() }},
	)
	if !there["mount"] {
		p.addf("mount is missing")
	}
	return m
}

func readCredentials(p place) *manifest.Credentials {
	var c manifest.Credentials
	there := p.fields(
		field{"host", func(p place) { c.Host = p.text() }},
		field{"username", func(p place) { c.Username = p.text() }},
		field{"password", func(p place) { c.Password = p.text() }},
		// Registries ignore the e-mail address; it would only be one more thing to keep secret.
		field{"email", refuse("registries do not ask for it: leave it out")},
	)
	for _, needed := range []string{"host", "username", "password"} {
		if !there[needed] {
			p.addf("%s is missing", needed)
		}
	}
	return &c
}
