package sdl

import (
	"cmp"
	"math"
	"slices"
	"strings"

	sdkmath "cosmossdk.io/math"
	"gopkg.in/yaml.v3"

	"github.com/virtengine/virtengine/chain/client/manifest"
	"github.com/virtengine/virtengine/chain/params"
	providertypes "github.com/virtengine/virtengine/chain/x/provider/types"
)

const (
	defaultVolume = "default" // the name of storage that has none, as in Akash's files
	defaultClass  = "default"
)

func readCompute(p place) compute {
	c := compute{at: p}
	p.fields(field{"resources", func(p place) {
		there := p.fields(
			field{"cpu", func(p place) { c.resources.CPUMilli = readCPU(p) }},
			field{"memory", func(p place) { c.resources.MemoryBytes = readMemory(p) }},
			field{"storage", func(p place) { c.volumes = readStorage(p) }},
			field{"gpu", func(p place) { c.resources.GPUs = readGPUs(p) }},
			field{"id", func(place) {}}, // a number for people; units have names
		)
		for _, needed := range []string{"cpu", "memory"} {
			if !there[needed] {
				p.addf("%s is missing", needed)
			}
		}
	}})
	return c
}

func readCPU(p place) (milli uint64) {
	there := p.fields(
		field{"units", func(p place) { milli = p.amount(parseMilliCPU) }},
		field{"attributes", refuse("kinds of processors are not sold: name them in the placement's attributes")},
	)
	if !there["units"] {
		p.addf("units is missing")
	}
	return milli
}

func readMemory(p place) (bytes uint64) {
	there := p.fields(
		field{"size", func(p place) { bytes = p.amount(parseBytes) }},
		field{"attributes", refuse("kinds of memory are not sold")},
	)
	if !there["size"] {
		p.addf("size is missing")
	}
	return bytes
}

// readStorage reads one disk or a list of them.
func readStorage(p place) []manifest.Volume {
	if p.node.Kind != yaml.SequenceNode {
		return []manifest.Volume{readVolume(p)}
	}
	var out []manifest.Volume
	p.list(func(e place) {
		v := readVolume(e)
		if slices.ContainsFunc(out, func(o manifest.Volume) bool { return o.Name == v.Name }) {
			e.addf("%q is the name of an earlier storage too", v.Name)
		}
		out = append(out, v)
	})
	return out
}

func readVolume(p place) manifest.Volume {
	v := manifest.Volume{Name: defaultVolume, Class: defaultClass}
	there := p.fields(
		field{"name", func(p place) { v.Name = p.text() }},
		field{"size", func(p place) { v.Bytes = p.amount(parseBytes) }},
		field{"attributes", func(p place) {
			p.fields(
				field{"persistent", func(p place) { v.Persistent = p.boolean() }},
				field{"class", func(p place) { v.Class = p.text() }},
			)
		}},
	)
	if !there["size"] {
		p.addf("size is missing")
	}
	return v
}

// readGPUs reads how many accelerators of which kind: one vendor and model, or any.
func readGPUs(p place) []manifest.GPU {
	var g manifest.GPU
	there := p.fields(
		field{"units", func(p place) { g.Count = number[uint32](p, 0, math.MaxUint32) }},
		field{"attributes", func(p place) {
			p.fields(field{"vendor", func(p place) {
				p.each(func(vendor string, p place) {
					if g.Vendor != "" {
						p.addf("alternatives are not sold: name one vendor")
						return
					}
					g.Vendor = strings.ToLower(vendor)
					p.list(func(p place) { readModel(p, &g) })
				})
			}})
		}},
	)
	if !there["units"] {
		p.addf("units is missing")
	}
	if g.Count == 0 {
		return nil
	}
	return []manifest.GPU{g}
}

func readModel(p place, g *manifest.GPU) {
	var model string
	p.fields(
		field{"model", func(p place) { model = strings.ToLower(p.text()) }},
		field{"ram", refuse("an accelerator's memory is not asked for: name the model, or say it in the placement's attributes")},
		field{"interface", refuse("an accelerator's interface is not asked for: name the model, or say it in the placement's attributes")},
	)
	switch {
	case g.Model != "":
		p.addf("alternatives are not sold: name one model, or none for any")
	case model == "*": // as in Akash's files
	default:
		g.Model = model
	}
}

func readPlacement(p place) placement {
	out := placement{at: p, prices: map[string]sdkmath.Int{}}
	there := p.fields(
		field{"attributes", func(p place) {
			p.each(func(key string, p place) {
				a := providertypes.Attribute{Key: key, Value: p.text()}
				if err := providertypes.CheckAttributes([]providertypes.Attribute{a}); a.Value != "" && err != nil {
					p.addf("%s", err)
				}
				out.attributes = append(out.attributes, a)
			})
		}},
		field{"signedBy", func(p place) {
			const why = "nobody signs attributes on this chain yet, so nobody's signature can be demanded"
			p.fields(field{"allOf", refuse(why)}, field{"anyOf", refuse(why)})
		}},
		field{"pricing", func(p place) {
			p.each(func(profile string, p place) { out.prices[profile] = readPrice(p) })
		}},
	)
	if !there["pricing"] {
		p.addf("pricing is missing")
	}
	slices.SortFunc(out.attributes, func(a, b providertypes.Attribute) int { return cmp.Compare(a.Key, b.Key) })
	return out
}

// readPrice reads what one replica may cost, in uve per block.
func readPrice(p place) sdkmath.Int {
	price := sdkmath.ZeroInt()
	there := p.fields(
		field{"denom", func(p place) {
			if d := p.text(); d != params.Denom {
				p.addf("%q: prices are in %s", d, params.Denom)
			}
		}},
		field{"amount", func(p place) {
			s, ok := p.scalar()
			if !ok {
				return
			}
			var err error
			if price, err = parsePrice(s); err != nil {
				p.addf("%s", err)
				price = sdkmath.ZeroInt()
			}
		}},
	)
	for _, needed := range []string{"denom", "amount"} {
		if !there[needed] {
			p.addf("%s is missing", needed)
		}
	}
	return price
}

// amount reads a quantity with its unit.
func (p place) amount(parse func(string) (uint64, error)) uint64 {
	s, ok := p.scalar()
	if !ok {
		return 0
	}
	n, err := parse(s)
	if err != nil {
		p.addf("%s", err)
	}
	return n
}
