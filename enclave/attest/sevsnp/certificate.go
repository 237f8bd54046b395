package sevsnp

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"

	"github.com/virtengine/virtengine/enclave/attest"
)

const arc = "1.3.6.1.4.1.3704.1." // AMD 57230, VCEK and VLEK certificate extensions

// ids are what a VCEK or VLEK says of chip and firmware.
type ids struct {
	hwid []byte // 64 bytes, 8 on Turin; empty in a VLEK
	csp  bool
	svn  [10]int // by the last number of 3.x; -1: absent
}

func idsOf(c *x509.Certificate) (ids, error) {
	var out ids
	for i := range out.svn {
		out.svn[i] = -1
	}
	for _, e := range c.Extensions {
		id := e.Id.String()
		switch {
		case id == arc+"4":
			out.hwid = bare(e.Value)
			if len(out.hwid) != 64 && len(out.hwid) != 8 {
				return ids{}, attest.Refuse(attest.ChainInvalid, "hardware id of %d bytes", len(out.hwid))
			}
		case id == arc+"5":
			out.csp = true
		case len(id) == len(arc)+3 && id[:len(arc)+2] == arc+"3.":
			var n int
			rest, err := asn1.Unmarshal(e.Value, &n)
			if err != nil || len(rest) > 0 || n < 0 || n > 255 {
				return ids{}, attest.Refuse(attest.ChainInvalid, "a TCB component of the certificate is no number of a byte")
			}
			if k := id[len(id)-1] - '0'; int(k) < len(out.svn) {
				out.svn[k] = n
			}
		}
	}
	return out, nil
}

// bare gives the octets of an OCTET STRING around an id, or the id as most certificates have it.
func bare(v []byte) []byte {
	if n := len(v); (n == 66 || n == 10) && v[0] == 4 && int(v[1]) == n-2 {
		return bytes.Clone(v[2:])
	}
	return bytes.Clone(v)
}

// component is a byte of a TCB_VERSION and the extension 3.x that a certificate has for it.
type component struct {
	name          string
	at, extension int
}

// components gives the layout of TCB_VERSION (ABI 56860, table TCB_VERSION): Turin begins with FMC.
func components(product string) []component {
	if product == turin {
		return []component{{"fmc", 0, 9}, {"bootloader", 1, 1}, {"tee", 2, 2}, {"snp", 3, 3}, {"microcode", 7, 8}}
	}
	return []component{{"bootloader", 0, 1}, {"tee", 1, 2}, {"snp", 6, 3}, {"microcode", 7, 8}}
}

func (i ids) fit(r *report, product string) error {
	if r.signer() == vcek {
		if len(i.hwid) == 0 || i.csp {
			return attest.Refuse(attest.ChainInvalid, "a VCEK has a hardware id and no provider's")
		}
		chip := r.chip() // zero where the host masks it: then the certificate alone names the chip
		if !allZero(chip) && (!bytes.Equal(chip[:len(i.hwid)], i.hwid) || !allZero(chip[len(i.hwid):])) {
			return attest.Refuse(attest.MismatchedKey, "the VCEK is of another chip than the report")
		}
	} else if !i.csp || len(i.hwid) > 0 {
		return attest.Refuse(attest.ChainInvalid, "a VLEK has a provider's id and no hardware id")
	}
	for _, c := range components(product) {
		if have := int(r.raw[0x180+c.at]); i.svn[c.extension] != have {
			return attest.Refuse(attest.MismatchedKey, "TCB component %s: report %d, certificate %d", c.name, have, i.svn[c.extension])
		}
	}
	return nil
}
