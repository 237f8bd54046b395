// Package service answers questions about models: raw inference, one person's score, and what is loaded.
//
// Guarantee:
//   - It computes with verified models only, or not at all. There is no default model, no default score and no second way: a model
//     that is missing is an error that names it, and a caller that gets an error has no number.
//   - Equal requests get equal answers, bit by bit, over gRPC and over HTTP, alone and under load.
//   - Work is bounded before it begins: bytes of a request, multiplications, requests at a time, requests that wait, time. What is
//     refused is refused at once, with a reason that programs can read and, when it is only a matter of time, with when to return.
//   - The deadline of a caller, his going away, and the service's own limit are looked at between the nodes of a model.
//   - Pictures, tensors and, over gRPC, the buffers that they arrived in are overwritten when a request ends. It writes none of it to
//     a log: logs and metrics hold names of models, reasons, durations and numbers of requests.
//   - It listens on unix sockets of its own user, where the kernel says who connects, or over TLS 1.3 with certificates on both sides.
//     Nobody else is talked to, health and metrics included.
//   - Stopping lets requests that run end, within a limit, and takes no new ones meanwhile.
//
// Threats: a host that sends garbage or floods, a caller that waits for ever, a picture that is left in memory, a model that was
// exchanged, an answer that somebody takes for a score.
//
// It does not protect from root, from who can read the process's memory while a request runs, from what an engine computed between a
// model's input and output (which stays until its memory is used again), or from the copies that Go's runtime
// and the kernel's socket buffers make; over HTTP, the decoder of JSON makes one more, which stays until its memory is used again. That is
// what enclaves are for.
//
// For validators' machines; the command inference-service runs it.
package service
