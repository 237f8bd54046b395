// Package document draws identity cards of a state that does not exist: the data from which the networks learn to find the
// fields of a document and to notice what does not belong on it.
//
// This is generated data. The design is invented; the country is Utopia, UTO, which ICAO Doc 9303 uses for specimens. A card has
// the shape of ID-1, one of three layouts, a portrait and its ghost, fields in capitals, a machine readable zone (TD1,
// ml/mrz) with right check digits, and a barcode (package matrix) that says the same.
//
// What varies: holder, layout, wear (scratches, stains, a fold), residual distortion of the rectified picture, perspective,
// light, exposure, blur, noise, codec, what lies behind, and four kinds of forgery: another portrait, an edited field,
// data whose check digits do not follow, and a picture of a screen. What does not: the artwork of a layout is
// the same on every card, as an issuer's is; there is no colour, no hologram, no laminate, no second side, no chip, no hand that
// holds the card, and no document of a real issuer.
//
// Models that learn from this package alone are not fit to verify the documents of real persons.
//
// Guarantee: the same holder and condition give the same pixels and the same truth on every architecture. Years lie between
// 1940 and 2040, and nothing depends on today.
package document
