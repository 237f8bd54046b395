// Package recipes says how each network is trained: its data (ml/models/data, all of it generated), loss, batch, rate, and number of
// steps. One file each.
//
// A sample is a function of its stream alone. Persons of training belong to populations below train.MaxSeed or are drawn from the
// stream; evaluations use others.
package recipes
