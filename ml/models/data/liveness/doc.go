// Package liveness draws short sequences of a face as a selfie camera sees it: a person, or one of three ways to pretend one.
// It is the data from which the liveness network learns.
//
// This is generated data. What varies: who it is, pose, light, expression, camera, and how well an attack is made. Live:
// the head turns and shows its depth, the background moves apart from it, expression and gaze change, three of five
// sequences blink. Print: a still that moves as a plane, with paper, halftone and gloss, bent or not. Replay: a recorded
// sequence (or a still) on a screen, with moiré, bands, flicker and a frame, each from nothing to strong. Mask: depth and
// gaze are real, the skin is one colour and shines, nothing in it moves and no lid closes.
//
// Looks overlap on purpose: some live persons hardly move and do not blink, some attacks leave no artefact but the missing
// movement. Nobody can be right about all of it, and a model that reports so has been measured wrongly.
//
// What does not vary: there is one distance, no hand, no cut-out photograph worn as a mask, no projected or injected
// stream, no depth or infrared camera. A model that learns from this package alone does not protect real persons.
//
// Guarantee: the same person, kind and stream give the same pixels on every architecture.
package liveness
