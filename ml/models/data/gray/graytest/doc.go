// Package graytest holds what tests of generators share: the list of digests that fixes their bytes.
//
// For tests only. A digest that changes means that every model trained before learned from other data than the
// generator now makes; then the list is renewed on purpose, with go test -update, and the models are trained again.
package graytest
