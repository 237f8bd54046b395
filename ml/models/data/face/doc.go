// Package face draws heads that nobody has: the data from which the face detector, the face embedder and the liveness
// network learn, and against which they are measured.
//
// This is generated data. A person is some sixty numbers (outline, eyes, brows, nose, mouth, ears, hair, skin, marks), a
// capture is how one picture of that person came about (pose, light, expression, glasses, sensor). Faces are drawn in gray
// by integers, as shaded features on an ellipsoid that are displaced with their depth.
//
// What varies: all of the above, without steps, so that look-alikes occur; six tones, three age groups and two shape
// groups, by which a report can ask whether one group is served worse. What does not: nobody wears a hat or a mask here, hair
// does not cover eyes, hands are not in the way, skin has no scars, nobody ages, there is no colour and no real camera. The
// groups are names for ranges of parameters; they are not ethnicities or sexes, and equal figures over them say nothing
// about people.
//
// Models that learn from this package alone are not fit to recognise, verify or judge real persons.
//
// Guarantee: the same arguments give the same pixels on every architecture; no argument makes it panic.
package face
