package sevsnp

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/evidence"
	"github.com/virtengine/virtengine/security/safemath"
)

const (
	entryBytes = 24 // GUID of 16, offset of 4, length of 4
	maxEntries = 32
	maxTable   = 64 << 10
)

// The GUIDs of certificates in an extended report (AMD 56421, GHCB, section 4.1.8.1), as they stand in memory.
var certificateGUIDs = [...]string{
	"63da758de6644564adc5f4b93be8accd", // VCEK
	"a8074bc2a25a483eaae639c045a0b8a1", // VLEK
	"4ab7b379bbac4fe4a02f05aef327c782", // ASK
	"c0b406a4a803495297433fb6014cd0ae", // ARK
}

// CertificateTable gives the certificates in the table of an extended report, which configfs-tsm calls auxblob, in the
// table's order. Entries of other kinds are left out.
//
// Errors: TooLarge above 64 KiB, 32 entries or the caps of endorsements; Malformed where the table does not end or an
// entry points into the table or past its end.
func CertificateTable(aux []byte) ([][]byte, error) {
	if len(aux) > maxTable {
		return nil, attest.Refuse(attest.TooLarge, "certificate table of %d bytes, at most %d", len(aux), maxTable)
	}
	entries, err := countEntries(aux)
	if err != nil {
		return nil, err
	}
	var out [][]byte
	for i := range entries {
		e := aux[i*entryBytes : (i+1)*entryBytes]
		at, n := uint64(binary.LittleEndian.Uint32(e[16:])), uint64(binary.LittleEndian.Uint32(e[20:]))
		if first := safemath.Clamp[uint64]((entries + 1) * entryBytes); at < first || at+n > uint64(len(aux)) {
			return nil, attest.Refuse(attest.Malformed, "entry %d of the certificate table points outside of its data", i)
		}
		if !isCertificate(hex.EncodeToString(e[:16])) {
			continue
		}
		if n > evidence.MaxEndorsement || len(out) == evidence.MaxEndorsements {
			return nil, attest.Refuse(attest.TooLarge, "entry %d of the certificate table is too long or one too many", i)
		}
		out = append(out, bytes.Clone(aux[at:at+n]))
	}
	return out, nil
}

// countEntries counts the entries before the one that is all zero.
func countEntries(aux []byte) (int, error) {
	for i := 0; (i+1)*entryBytes <= len(aux); i++ {
		if allZero(aux[i*entryBytes : (i+1)*entryBytes]) {
			return i, nil
		}
		if i == maxEntries {
			return 0, attest.Refuse(attest.TooLarge, "more than %d entries in the certificate table", maxEntries)
		}
	}
	return 0, attest.Refuse(attest.Malformed, "the certificate table has no end")
}

func isCertificate(guid string) bool {
	for _, g := range certificateGUIDs {
		if g == guid {
			return true
		}
	}
	return false
}
