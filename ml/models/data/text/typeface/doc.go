// Package typeface holds letters as polygons: the 39 characters that the text net reads, in several faces.
//
// A letter is a skeleton of lines and curves on a grid of 100 units; a face is how it becomes an outline: weight, contrast,
// width, slant, serifs, corners, fixed or own pitch. All are ours, and drawn by integers, so the same text gives the same
// pixels on every architecture.
//
// What does not vary: there are no small letters, no accents, no ligatures and no kerning, and no face is one that an issuer
// prints with. A net that learns from these faces alone does not read every document.
package typeface
