// Package mrz writes and reads the machine readable zone of identity cards: three lines of 30 characters, ICAO Doc 9303
// part 5 (TD1), with the check digits of part 3.
//
// Guarantee: what Lines writes ParseTD1 reads back. ParseTD1 takes any bytes, allocates no more than the fields, and tells what
// is wrong with an error that names the field; where only check digits are wrong it returns what it read as well, since a
// reader of images wants to know which field it misread, and a verifier which field was changed.
//
// For the inference pipeline, which reads zones from images, and for ml/models/data/document, which draws them.
//
// A zone whose digits are right proves nothing about who made it: anyone can compute them.
package mrz
