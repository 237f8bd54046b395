// Package canon writes and reads JSON in the one form that RFC 8785 (JCS) gives it, for what is signed and addressed by its digest.
//
// Guarantee: equal values give equal bytes, and Unmarshal takes no other bytes. It refuses white space, keys that repeat or stand
// out of order, escapes that are not the canonical ones, numbers written in a second way, unknown fields, missing fields, and
// anything behind the value. It reads bounded bytes to a bounded depth.
//
// The subset: objects, arrays, strings of valid UTF-8, and integers from -(2^53-1) to 2^53-1, which every reader of JSON reads
// alike (RFC 7493). No floats, since their text is where implementations differ; no null, true and false, which no format here has.
//
// It does not normalize Unicode: two spellings of one letter are two strings, as RFC 8785 says. It hides nothing and signs nothing.
package canon
