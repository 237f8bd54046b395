// Package persons measures the whole way from pictures to a score, on generated persons: those who are who they say, and those
// who are not.
//
// Guarantee: the same networks, seed and count give the same result. Curves are fitted on persons of a training seed (Fit), and
// what they are worth is measured on persons of a held-out one (Measure); neither looks at the other's.
//
// Each person comes several times: with an own, genuine document and an own face; with another's face before the camera; with
// each kind of forged document; with a print, a screen and a mask of the own face.
//
// What it cannot show: frames of a selfie are those of ml/models/data/liveness, 32 pixels wide, enlarged, since nothing draws
// larger ones of attacks; faces are compared at that sharpness. No document is photographed at an angle. The score's two
// factors of the chain are unknown, so the most is 85 points.
package persons
