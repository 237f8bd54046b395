package face

import "github.com/virtengine/virtengine/ml/models/data/stream"

// Numbers of groups by which reports compare.
const (
	Tones       = 6
	AgeGroups   = 3
	ShapeGroups = 2
)

// Person is what stays the same from one capture to the next.
type Person struct {
	ID         uint64
	Tone       int // 0 (lightest) to Tones-1
	AgeGroup   int // 0 (youngest) to AgeGroups-1
	ShapeGroup int // 0 or 1: two overlapping ranges of brows, jaws, lips and hair
	Traits     [TraitCount]int
	Marks      [4]Mark
}

// Mark is a mole or spot at a fixed place of the skin; a Size of 0 is no mark.
type Mark struct{ X, Y, Size, Darkness int }

// NewPerson returns the person of an id in the population that a seed names. Groups are drawn evenly and independently.
func NewPerson(seed, id uint64) Person {
	s := stream.New(seed, "face/person", id)
	p := Person{ID: id, Tone: s.IntN(Tones), AgeGroup: s.IntN(AgeGroups), ShapeGroup: s.IntN(ShapeGroups)}
	for t, sp := range spans {
		p.Traits[t] = sp.mean + sp.spread*s.Bell(-100, 100)/100
	}
	p.group(s)
	for i := range p.Marks {
		if s.Chance(30) {
			p.Marks[i] = Mark{X: s.Range(-700, 700), Y: s.Range(-700, 1000), Size: s.Range(22, 60), Darkness: s.Range(25, 75)}
		}
	}
	return p
}

// group moves traits to where the person's groups are. Ranges overlap: no trait tells the group for sure.
func (p *Person) group(s *stream.Stream) {
	t := &p.Traits
	side := 2*p.ShapeGroup - 1 // -1 or +1
	t[JawWidth] += 40 * side
	t[ChinWidth] += 35 * side
	t[BrowThickness] += 14 * side
	t[BrowGap] -= 25 * side
	t[BrowRidge] += 25 * side
	t[UpperLip] -= 9 * side
	t[LowerLip] -= 9 * side
	t[NoseWidth] += 10 * side
	t[HairEnd] -= 450 * side
	if p.ShapeGroup == 1 && s.Chance(55) {
		t[Beard] += s.Range(30, 130)
		t[Moustache] += s.Range(30, 130)
	} else {
		t[Beard], t[Moustache] = 0, 0
	}
	switch p.AgeGroup {
	case 0:
		t[Wrinkles] -= 30
	case 2:
		t[Wrinkles] += 50
		t[HairLevel] += s.Range(0, 110)
		t[HairlineY] -= s.Range(0, 160) * p.ShapeGroup
		t[UpperLip] -= 10
		t[LowerLip] -= 10
	}
	// Dark skin goes with dark hair and eyes more often than not.
	t[HairLevel] -= 8 * p.Tone
	t[IrisLevel] -= 8 * p.Tone
	t[HairLevel] = min(max(t[HairLevel], 18), 215)
	t[IrisLevel] = min(max(t[IrisLevel], 22), 150)
	t[Wrinkles] = min(max(t[Wrinkles], 0), 100)
	t[Beard], t[Moustache] = min(max(t[Beard], 0), 100), min(max(t[Moustache], 0), 100)
	t[Freckles] = max(t[Freckles], 0)
}

// Lookalike returns another person whose traits lie percent of the way from q's to p's: 0 is q itself with p's groups, 100
// has all of p's traits. Marks are q's. For pairs that are hard to tell apart.
func (p Person) Lookalike(q Person, percent int) Person {
	percent = min(max(percent, 0), 100)
	out := q
	out.Tone, out.AgeGroup, out.ShapeGroup = p.Tone, p.AgeGroup, p.ShapeGroup
	for t := range out.Traits {
		out.Traits[t] = q.Traits[t] + (p.Traits[t]-q.Traits[t])*percent/100
	}
	return out
}

// skin returns the albedo of the person's skin.
func (p Person) skin() int {
	return [Tones]int{222, 200, 176, 148, 116, 86}[min(max(p.Tone, 0), Tones-1)] + p.Traits[SkinShift]
}
