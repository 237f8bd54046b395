package face

// Trait names one number of a person. Lengths are in thousandths of the half width of an average head, y grows downwards
// from the middle of the face, z towards the viewer. Levels are gray, shares are percent.
type Trait int

const (
	ForeheadWidth Trait = iota
	TempleWidth
	CheekWidth
	MidCheekWidth
	JawWidth
	ChinWidth
	ChinY
	SkullHeight
	CrownWidth
	EyeX
	EyeY
	EyeWidth
	EyeOpen
	EyeTilt
	EyePeak
	SocketDepth
	LidCrease
	IrisSize
	IrisLevel
	BrowGap
	BrowLength
	BrowThickness
	BrowArch
	BrowTilt
	BrowInner
	BrowDarkness
	NoseLength
	NoseWidth
	NoseBridge
	NoseTip
	NoseHump
	NostrilSize
	MouthGap
	MouthWidth
	UpperLip
	LowerLip
	MouthCorner
	CupidBow
	LipDarkness
	EarSize
	EarOut
	HairlineY
	HairVolume
	HairEnd
	HairLevel
	HairSweep
	TempleRecession
	Beard
	Moustache
	CheekRelief
	ChinRelief
	BrowRidge
	Wrinkles
	Freckles
	SkinShift
	Asymmetry
	FaceDepth
	TraitCount
)

// span is where a trait lies: mean ± spread.
type span struct{ mean, spread int }

// spans holds for every trait its mean over all groups and how far persons are from it.
var spans = [TraitCount]span{
	ForeheadWidth: {820, 100}, TempleWidth: {950, 70}, CheekWidth: {1000, 85}, MidCheekWidth: {910, 95}, JawWidth: {700, 140},
	ChinWidth: {350, 120}, ChinY: {1350, 130}, SkullHeight: {1560, 90}, CrownWidth: {500, 90},
	EyeX: {430, 62}, EyeY: {-150, 55}, EyeWidth: {195, 40}, EyeOpen: {84, 30}, EyeTilt: {0, 46}, EyePeak: {0, 60},
	SocketDepth: {90, 80}, LidCrease: {60, 40}, IrisSize: {92, 14}, IrisLevel: {75, 60},
	BrowGap: {265, 75}, BrowLength: {265, 60}, BrowThickness: {72, 46}, BrowArch: {45, 50}, BrowTilt: {0, 55}, BrowInner: {180, 65}, BrowDarkness: {75, 25},
	NoseLength: {530, 100}, NoseWidth: {190, 62}, NoseBridge: {90, 36}, NoseTip: {260, 100}, NoseHump: {0, 90}, NostrilSize: {46, 20},
	MouthGap: {335, 65}, MouthWidth: {330, 80}, UpperLip: {60, 34}, LowerLip: {86, 40}, MouthCorner: {0, 36}, CupidBow: {18, 18}, LipDarkness: {26, 16},
	EarSize: {320, 70}, EarOut: {80, 60},
	HairlineY: {-980, 170}, HairVolume: {130, 100}, HairEnd: {350, 1100}, HairLevel: {75, 70}, HairSweep: {0, 360}, TempleRecession: {60, 130},
	Beard: {-60, 100}, Moustache: {-60, 100},
	CheekRelief: {70, 80}, ChinRelief: {90, 70}, BrowRidge: {60, 55},
	Wrinkles: {10, 40}, Freckles: {-30, 80}, SkinShift: {0, 14}, Asymmetry: {0, 26}, FaceDepth: {900, 110},
}
