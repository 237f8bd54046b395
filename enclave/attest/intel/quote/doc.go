// Package quote reads the quotes of Intel's DCAP: SGX version 3, TDX versions 4 and 5.
//
// Guarantee: a quote that was read has every field its format has, nothing behind its end, and its one kind of
// certification data that is verified here, a PCK certificate chain (type 5; inside a QE report, type 6, from version 4
// on). Nothing is verified: package intel does that. No input makes it panic or allocate more than the quote is long.
//
// Sources: "Intel SGX ECDSA QuoteLibReference DCAP API" (appendix A.4, quote version 3), "Intel TDX DCAP Quoting Library
// API" (appendix A.3, versions 4 and 5), "Intel TDX Module ABI specification" (TDREPORT).
package quote
