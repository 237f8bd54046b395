package quote

import (
	"bytes"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/evidence"
)

// TEE is the kind of trusted environment, as quotes number it.
type TEE uint32

const (
	SGX TEE = 0
	TDX TEE = 0x81
)

const (
	headerSize    = 48
	keyECDSAP256  = 2 // attestation key type: ECDSA over P-256 with SHA-256
	bodyEnclave   = 1
	bodyDomain10  = 2
	bodyDomain15  = 3
	descriptor    = 6 // type and size before the body of version 5
	signatureSize = 64
)

// vendorIntel is the QE vendor id of Intel's quoting enclaves.
var vendorIntel = []byte{0x93, 0x9A, 0x72, 0x33, 0xF7, 0x9C, 0x4C, 0xA9, 0x94, 0x0A, 0x0D, 0xB3, 0x95, 0x7F, 0x06, 0x07}

// Quote is what a quote says. Its slices are parts of what was read.
type Quote struct {
	Version uint16
	TEE     TEE
	Signed  []byte  // header and body: what the attestation key signed, and what a statement is known by
	Enclave *Report // of SGX
	Domain  *Domain // of TDX

	Signature      []byte // 64 bytes, r and s, over Signed
	AttestationKey []byte // 64 bytes, x and y on P-256
	QE             Report // of the quoting enclave, whose REPORTDATA binds the attestation key
	QERaw          []byte
	QESignature    []byte // 64 bytes, r and s by the PCK, over QERaw
	QEAuth         []byte
	Chain          []byte // PEM: PCK leaf, its CA, the root
}

// Parse reads a quote of at most evidence.MaxBody bytes. With a refusal after the body it gives what was read so far.
//
// Errors: TooLarge, Malformed, TrailingBytes (zero bytes too, see Unpad), Unsupported for other versions, keys,
// vendors and certification data.
func Parse(raw []byte) (*Quote, error) {
	if len(raw) > evidence.MaxBody {
		return nil, attest.Refuse(attest.TooLarge, "quote of %d bytes, at most %d", len(raw), evidence.MaxBody)
	}
	q, size, err := readHeader(raw)
	if err != nil {
		return nil, err
	}
	if len(raw) < size {
		return nil, attest.Refuse(attest.Malformed, "quote is cut off in its body")
	}
	q.Signed = raw[:size:size]
	q.readBody()
	return q, q.readSignatures(raw[size:])
}

// readHeader gives the version and kind of a quote, and where its body ends.
func readHeader(raw []byte) (*Quote, int, error) {
	c := cursor{rest: raw}
	q := &Quote{Version: c.u16()}
	if !c.short && (q.Version < 3 || q.Version > 5) {
		return nil, 0, attest.Refuse(attest.Unsupported, "quote of version %d, read are 3, 4 and 5", q.Version)
	}
	key, tee := c.u16(), TEE(c.u32())
	c.take(4) // SVNs of QE and PCE, for information
	vendor := c.take(len(vendorIntel))
	c.take(20) // user data
	if c.short {
		return nil, 0, attest.Refuse(attest.Malformed, "quote of %d bytes is cut off in its header", len(raw))
	}
	if key != keyECDSAP256 {
		return nil, 0, attest.Refuse(attest.Unsupported, "attestation key of type %d, read is %d", key, keyECDSAP256)
	}
	if !bytes.Equal(vendor, vendorIntel) {
		return nil, 0, attest.Refuse(attest.Unsupported, "quoting enclave of vendor %x, read is Intel's", vendor)
	}
	if q.Version == 3 {
		return q, headerSize + ReportSize, nil // the field of later versions is reserved here
	}
	q.TEE = tee
	if tee != TDX {
		return nil, 0, attest.Refuse(attest.Unsupported, "quote of version %d for TEE %#x, read is TDX", q.Version, uint32(tee))
	}
	if q.Version == 4 {
		return q, headerSize + Domain10Size, nil
	}
	kind, size := c.u16(), c.u32()
	switch {
	case c.short:
		return nil, 0, attest.Refuse(attest.Malformed, "quote is cut off in its body's descriptor")
	case kind == bodyDomain10 && size == Domain10Size:
		return q, headerSize + descriptor + Domain10Size, nil
	case kind == bodyDomain15 && size == Domain15Size:
		return q, headerSize + descriptor + Domain15Size, nil
	case kind == bodyDomain10 || kind == bodyDomain15:
		return nil, 0, attest.Refuse(attest.Malformed, "TD report of type %d has %d bytes", kind, size)
	case kind == bodyEnclave:
		return nil, 0, attest.Refuse(attest.Malformed, "TDX quote with the body of an enclave")
	}
	return nil, 0, attest.Refuse(attest.Unsupported, "quote body of type %d", kind)
}

func (q *Quote) readBody() {
	switch q.Version {
	case 3:
		r := readReport(q.Signed[headerSize:])
		q.Enclave = &r
	case 4:
		d := readDomain(q.Signed[headerSize:])
		q.Domain = &d
	case 5:
		d := readDomain(q.Signed[headerSize+descriptor:])
		q.Domain = &d
	}
}

// Unpad cuts off the zero bytes that some quote generation services and kernels leave behind a quote, because they
// answer with a buffer of fixed size. Senders call it; verifiers do not, so a statement has one length. Bytes that are
// no quote, or have anything else behind the end, are given back as they are.
func Unpad(raw []byte) []byte {
	if len(raw) > evidence.MaxBody {
		return raw
	}
	_, size, err := readHeader(raw)
	if err != nil || size > len(raw) {
		return raw
	}
	c := cursor{rest: raw[size:]}
	c.sized(c.u32())
	if c.short || len(bytes.Trim(c.rest, "\x00")) > 0 {
		return raw
	}
	return raw[:len(raw)-len(c.rest)]
}
