// Package stream gives the numbers from which training data is generated.
//
// Guarantee: a Stream is a function of (seed, purpose, index) and of nothing else. The same three give the same numbers on
// every architecture and in every release; other three give a stream that shares nothing visible with it. So sample 4711 of
// the training set can be made alone, by any worker, in any order.
//
// For generators, trainers and evaluations. Anyone can predict a stream: nothing drawn here is a key, a token or a nonce;
// those come from security/entropy.
package stream
