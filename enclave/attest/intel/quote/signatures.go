package quote

import "github.com/virtengine/virtengine/enclave/attest"

// Types of certification data that quotes may carry.
const (
	certPCKChain = 5
	certQEReport = 6
)

// readSignatures reads what stands behind the body: a length and as many bytes, to the end of the quote.
func (q *Quote) readSignatures(raw []byte) error {
	c := cursor{rest: raw}
	data := c.sized(c.u32())
	if err := c.done("quote"); err != nil {
		return err
	}
	c = cursor{rest: data}
	q.Signature, q.AttestationKey = c.take(signatureSize), c.take(64)
	if q.Version == 3 {
		return q.readQE(c)
	}
	kind, inner := c.u16(), c.sized(c.u32())
	if !c.short && kind != certQEReport {
		return attest.Refuse(attest.Unsupported, "certification data of type %d, read is %d (QE report)", kind, certQEReport)
	}
	if err := c.done("signature data"); err != nil {
		return err
	}
	return q.readQE(cursor{rest: inner})
}

// readQE reads the quoting enclave's report and the certification data behind it, to the end.
func (q *Quote) readQE(c cursor) error {
	q.QERaw, q.QESignature = c.take(ReportSize), c.take(signatureSize)
	q.QEAuth = c.sized(uint32(c.u16()))
	kind, chain := c.u16(), c.sized(c.u32())
	if !c.short && kind != certPCKChain {
		return attest.Refuse(attest.Unsupported, "certification data of type %d, read is %d (PCK chain)", kind, certPCKChain)
	}
	if err := c.done("certification data"); err != nil {
		return err
	}
	q.QE, q.Chain = readReport(q.QERaw), chain
	return nil
}
