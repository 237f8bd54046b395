package pack

import "errors"

// Errors of this package; those of manifest, signature, onnx and the engine are passed on.
var (
	// ErrFormat says that bytes are no archive of a pack, or not in the one form that it has.
	ErrFormat = errors.New("malformed pack")
	// ErrFiles says that a pack holds other files than its manifest lists.
	ErrFiles = errors.New("other files than the manifest lists")
	// ErrDigest says that a file, a graph or a tensor is not the one that the manifest speaks of.
	ErrDigest = errors.New("digest differs")
	// ErrLimit says that a pack is larger than is allowed.
	ErrLimit = errors.New("pack is over a limit")
	// ErrOther says that this is another pack than the one that was asked for.
	ErrOther = errors.New("another pack than was asked for")
	// ErrSpec says that a pack cannot be built from a spec.
	ErrSpec = errors.New("spec of a pack")
	// ErrModel says that a model's file is not what its role or the manifest says.
	ErrModel = errors.New("model of a pack")
	// ErrConformance says that a triple came out otherwise than the manifest says. This machine must not vote with the pack.
	ErrConformance = errors.New("conformance")
	// ErrOutdated says that a pack is older than the rules allow, or would go back where that is not allowed.
	ErrOutdated = errors.New("older than is allowed")
	// ErrContract says that nothing here runs models of a contract.
	ErrContract = errors.New("contract is not supported")
	// ErrTensor says that a tensor has no digest or no score: it is missing, holds no numbers, or a NaN.
	ErrTensor = errors.New("tensor")
)
