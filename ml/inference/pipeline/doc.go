// Package pipeline turns one person's evidence into a score: a picture of an identity document, eight frames of a face, and
// what the person claims.
//
//	decode → document: regions, portrait, lines of text, machine readable zone → faces: detector, eyes, aligned crop,
//	embedding, cosine → liveness over eight frames → factors → score
//
// Guarantee:
//   - The same evidence, packs and parameters give the same Result, bit by bit, on every machine, at any time, beside any
//     other work. Everything outside the models is integer arithmetic; models are run by an Executor that gives the same
//     guarantee. No clock, height, randomness or order of goroutines is looked at.
//   - There is no default. Evidence that is missing, unreadable or shows nothing is a Result that is refused, with the reason;
//     a model that is missing or fails is an error, and there is no Result at all. Nobody may put a number in its place.
//   - The digest of the inputs covers scope ids, digests of ciphertexts and of contents, claims, the day of capture (which the
//     person's device signed), packs, and the pipeline's version with its parameters.
//   - Pictures, crops, inputs and outputs of models are overwritten before Run returns. What an engine computes inside of a
//     model, texts that were read, and copies that Go's runtime made when it moved a stack are not within reach.
//
// What it does not do: it finds no document within a photograph (the capture application sends the rectified front), reads no
// barcode, and knows nothing of history and risk, which are the chain's.
//
// For the inference service, and for whoever wants to know what a validator computes.
package pipeline
