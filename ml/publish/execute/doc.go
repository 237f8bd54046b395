// Package execute runs the models of packs on our engines: the adapter between package pack and ml/engine.
//
// Guarantee: a model runs under the contract that its pack names, or not at all. There is no fallback from one contract to another.
package execute
