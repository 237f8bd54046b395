// Package collateral reads what Intel says of its platforms: TCB info (version 3, SGX and TDX) and the identity of the
// quoting enclave (version 2, QE and TD_QE), and matches a platform against them.
//
// Guarantee: a signature is checked over the very bytes that were received, never over something written anew. Documents
// are bounded, known by id and version, and read by one strict reader: names exactly as Intel writes them, none twice,
// nothing missing, no number that does not fit. Levels are tried in the order in which Intel signed them.
//
// Sources: "Intel SGX and Intel TDX Provisioning Certification Service API" (Get TCB Info V4, Get QE Identity V4) and the
// statuses that Intel's Quote Verification Library gives.
package collateral
