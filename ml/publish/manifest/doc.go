// Package manifest is what a model pack says about itself.
//
// Guarantee: a manifest has one form in bytes (canonical JSON, RFC 8785, integers only), and Read takes no other. Its id is the
// SHA-256 of these bytes without the field "id": of the list of files with their digests, and of all that is said about them
// (contract, preprocessing, score table, conformance triples). So one id means one result for one input, and a file that changes,
// or a threshold, gives another pack. Signatures are outside of it: they come later, and more than one.
//
// Validate finds contradictions inside the manifest. That its files are what it says is package pack's to find out.
//
// Threats: a second reading of the same bytes (repeated keys, unknown fields, floats), a table of scores that falls where it
// should rise, preprocessing that does not fit the model, names that are paths.
//
// For those who write packs (ve-model pack), who check them, and who run them: validators and the inference service.
package manifest
