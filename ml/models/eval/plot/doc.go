// Package plot draws the few diagrams that a model card has, as PNG files with the same bytes everywhere.
//
// Guarantee: all drawing is of integers, letters come from a bitmap of this package, and the file is written by an encoder
// of this package, whose output does not change with the release of the standard library's. So a plot can be compared by
// its digest, and a changed plot is a changed figure.
//
// What is drawn was counted before (package eval). A value outside of a plot's axes is not drawn, and the axes cover all
// values wherever that can be.
package plot
