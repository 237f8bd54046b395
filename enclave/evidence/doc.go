// Package evidence is what a trusted platform says of itself, in one envelope for all platforms.
//
// Guarantee: an envelope that was read is complete, within its caps and written in the one way there is, so the bytes of
// two equal envelopes are equal. Nothing here is believed: package attest decides what a piece of evidence proves.
package evidence
