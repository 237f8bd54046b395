// Package sevsnp verifies attestation reports of AMD SEV-SNP, versions 2, 3 and 5 (AMD 56860, SEV-SNP Firmware ABI,
// table ATTESTATION_REPORT), for Milan, Genoa and Turin, signed by a VCEK or a VLEK.
//
// Guarantee: a report is accepted only if its VCEK or VLEK is signed by AMD's pinned ASK or ASVK of the same product,
// that one by the pinned ARK, all in force at the given time; the certificate is of the chip and the reported TCB that the
// report names; and debugging is off. It reads no clock and no network. Fields that the specification reserves are not
// compared with zero: newer firmware gives them a meaning; PLATFORM_INFO and POLICY are stated whole, for rules.
package sevsnp
