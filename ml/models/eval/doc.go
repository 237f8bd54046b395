// Package eval says how good a model is, in numbers that can be recomputed to the last digit.
//
// Guarantee: a figure depends on the scores, the labels and a seed, and on nothing else. Scores are integers, counts are
// integers, rates are fractions (math/big), and what is written down is rounded once, to millionths (ppm), half away from
// zero. No float takes part, so the same evaluation has the same digest on every machine. A rate always comes with the
// number of trials behind it and its 95 % interval by Wilson; a rate of nothing is an error and not a zero.
//
// Definitions are the field's: a score at or above a threshold accepts; FAR and FRR as in ISO/IEC 19795-1 (transactions of
// one attempt), APCER, BPCER and ACER as in ISO/IEC 30107-3, average precision with all points as PASCAL VOC since 2010,
// expected calibration error over bins of equal width, Levenshtein's distance over characters.
//
// It does not know models, images or files: commands bring scores and write what comes out. It does not judge: a figure of
// generated data says nothing about real persons, and Card prints that sentence whatever the figures are.
package eval
