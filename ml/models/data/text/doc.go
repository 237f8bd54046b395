// Package text draws lines of text as they are cut from identity documents: the data from which the text net learns to read.
//
// This is generated data. What varies: seven faces, size, width, slope, shear, tilt, place, contrast, background pattern,
// labels that reach into the line, wear, blur, noise and codec; what is written (names made of syllables, numbers, dates,
// lines of machine readable zones). What does not: there are no small letters and no accents, no handwriting, no embossing, no
// colour, and no typeface of a real issuer. A net that learns from this package alone is not fit to read the documents of
// real persons.
//
// Guarantee: the same stream gives the same pixels and the same text on every architecture.
package text
