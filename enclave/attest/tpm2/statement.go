package tpm2

import (
	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/security/hashes"
)

// Values of TPM_GENERATED, TPM_ST and TPM_ALG_ID. Source: TPM 2.0 Library, Part 2, sections 6.2, 6.3 and 6.9.
const (
	generated   = 0xff544347
	attestQuote = 0x8018

	algRSA    = 0x0001
	algSHA256 = 0x000b
	algSHA384 = 0x000c
	algSHA512 = 0x000d
	algNull   = 0x0010
	algRSASSA = 0x0014
	algECDSA  = 0x0018
	algECC    = 0x0023
)

// Caps of a statement: PCRs are 24 in TPMs of PCs, and 32 is the most that four selection bytes hold.
const (
	MaxStatement = 2048
	maxBanks     = 4
	maxSelect    = 4
)

// PCR names one register of one bank.
type PCR struct {
	Bank  hashes.Algorithm
	Index int
}

// Statement is what a TPM signs: TPMS_ATTEST of type quote. Source: TPM 2.0 Library, Part 2, section 10.12.
type Statement struct {
	Signer    []byte // qualified name of the key that signed
	ExtraData []byte // the caller's qualifying data
	Clock     uint64 // milliseconds that the TPM was on
	Resets    uint32 // TPM resets since its owner was cleared; zero where the key may not tell
	Restarts  uint32 // restarts and resumes since the last reset
	Safe      bool   // Clock has not gone back
	Firmware  uint64 // as the maker counts
	Selection []PCR  // banks as listed, indexes ascending
	Digest    []byte // of the selected values
}

// ParseStatement reads a TPMS_ATTEST that is a quote, of at most MaxStatement bytes.
func ParseStatement(raw []byte) (*Statement, error) {
	if len(raw) > MaxStatement {
		return nil, attest.Refuse(attest.TooLarge, "statement of %d bytes, at most %d", len(raw), MaxStatement)
	}
	r := &reader{rest: raw}
	magic, kind := r.u32(), r.u16()
	if r.broken || magic != generated {
		return nil, attest.Refuse(attest.Malformed, "no statement of a TPM")
	}
	if kind != attestQuote {
		return nil, attest.Refuse(attest.Unsupported, "statement of type %#04x, a quote has %#04x", kind, attestQuote)
	}
	s := &Statement{Signer: r.sized(), ExtraData: r.sized(), Clock: r.u64(), Resets: r.u32(), Restarts: r.u32()}
	safe := r.u8()
	s.Safe, s.Firmware = safe == 1, r.u64()
	var err error
	if s.Selection, err = selection(r); err != nil {
		return nil, err
	}
	s.Digest = r.sized()
	if safe > 1 {
		return nil, attest.Refuse(attest.Malformed, "the clock's mark is %d, neither yes nor no", safe)
	}
	return s, r.end("the statement")
}

// selection reads a TPML_PCR_SELECTION.
func selection(r *reader) ([]PCR, error) {
	count := r.u32()
	if count > maxBanks {
		return nil, attest.Refuse(attest.TooLarge, "%d banks of PCRs, at most %d", count, maxBanks)
	}
	var out []PCR
	seen := make([]uint16, 0, maxBanks)
	for range count {
		id, size := r.u16(), int(r.u8())
		if size > maxSelect {
			return nil, attest.Refuse(attest.TooLarge, "selection of %d bytes, at most %d", size, maxSelect)
		}
		bits := r.take(size)
		bank, known := digestOf(id)
		if !r.broken && !known {
			return nil, attest.Refuse(attest.Unsupported, "PCR bank %#04x", id)
		}
		for _, s := range seen {
			if s == id {
				return nil, attest.Refuse(attest.Malformed, "PCR bank %#04x is listed twice", id)
			}
		}
		seen = append(seen, id)
		for i := range len(bits) * 8 {
			if bits[i/8]>>(i%8)&1 == 1 {
				out = append(out, PCR{Bank: bank, Index: i})
			}
		}
	}
	return out, nil
}

// digestOf names a TPM's hash algorithm.
func digestOf(id uint16) (hashes.Algorithm, bool) {
	switch id {
	case algSHA256:
		return hashes.SHA256, true
	case algSHA384:
		return hashes.SHA384, true
	case algSHA512:
		return hashes.SHA512, true
	}
	return "", false
}
