package intel

import (
	"encoding/asn1"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/enclave/attest"
)

// entry is a member as a test writes it.
type entry struct {
	ID    asn1.ObjectIdentifier
	Value any
}

func under(id asn1.ObjectIdentifier, n int) asn1.ObjectIdentifier { return append(slices.Clone(id), n) }

// written is an extension, after a test changed its members or those of its TCB.
func written(t testing.TB, change func(top, tcb []entry) ([]entry, []entry)) []byte {
	t.Helper()
	tcbID := under(sgxExtension, memberTCB)
	var tcb []entry
	for i := 1; i <= 16; i++ {
		tcb = append(tcb, entry{ID: under(tcbID, i), Value: i})
	}
	tcb = append(tcb, entry{ID: under(tcbID, tcbPCESVN), Value: 300}, entry{ID: under(tcbID, tcbCPUSVN), Value: make([]byte, 16)})
	top := []entry{
		{ID: under(sgxExtension, memberPPID), Value: make([]byte, 16)},
		{ID: under(sgxExtension, memberPCEID), Value: []byte{1, 2}},
		{ID: under(sgxExtension, memberFMSPC), Value: []byte{1, 2, 3, 4, 5, 6}},
		{ID: under(sgxExtension, 5), Value: asn1.Enumerated(1)},
	}
	if change != nil {
		top, tcb = change(top, tcb)
	}
	top = append(top, entry{ID: tcbID, Value: tcb})
	der, err := asn1.Marshal(top)
	require.NoError(t, err)
	return der
}

func TestSGXExtension(t *testing.T) {
	p, err := readExtension(written(t, nil))
	require.NoError(t, err)
	require.Equal(t, [6]byte{1, 2, 3, 4, 5, 6}, p.FMSPC)
	require.EqualValues(t, 300, p.PCESVN)
	require.EqualValues(t, 16, p.Components[15])

	for name, tc := range map[string]struct {
		reason string
		change func(top, tcb []entry) ([]entry, []entry)
	}{
		"NoFMSPC":      {"what is matched must be there", func(top, tcb []entry) ([]entry, []entry) { return slices.Delete(top, 2, 3), tcb }},
		"ShortFMSPC":   {"and have its length", func(top, tcb []entry) ([]entry, []entry) { top[2].Value = []byte{1}; return top, tcb }},
		"Number":       {"and its type", func(top, tcb []entry) ([]entry, []entry) { top[2].Value = 5; return top, tcb }},
		"Twice":        {"and stand once", func(top, tcb []entry) ([]entry, []entry) { return append(top, top[2]), tcb }},
		"StrangeID":    {"ids are below the extension's", func(top, tcb []entry) ([]entry, []entry) { top[3].ID = asn1.ObjectIdentifier{1, 2, 3}; return top, tcb }},
		"Component256": {"a component is one byte", func(top, tcb []entry) ([]entry, []entry) { tcb[3].Value = 256; return top, tcb }},
		"Negative":     {"and not negative", func(top, tcb []entry) ([]entry, []entry) { tcb[3].Value = -1; return top, tcb }},
		"Bytes":        {"and a number", func(top, tcb []entry) ([]entry, []entry) { tcb[3].Value = []byte{3}; return top, tcb }},
		"LargePCESVN":  {"PCESVN has two bytes", func(top, tcb []entry) ([]entry, []entry) { tcb[16].Value = 65536; return top, tcb }},
		"Fifteen":      {"there are sixteen components", func(top, tcb []entry) ([]entry, []entry) { return top, slices.Delete(tcb, 4, 5) }},
		"ComponentTwo": {"each once", func(top, tcb []entry) ([]entry, []entry) { tcb[4].ID = tcb[5].ID; return top, tcb }},
		"Component19": {"and no other", func(top, tcb []entry) ([]entry, []entry) {
			tcb[4].ID = under(under(sgxExtension, 2), 19)
			return top, tcb
		}},
		"ShortCPUSVN": {"CPUSVN has sixteen bytes", func(top, tcb []entry) ([]entry, []entry) { tcb[17].Value = []byte{1}; return top, tcb }},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readExtension(written(t, tc.change))
			require.Equal(t, attest.ChainInvalid, attest.CodeOf(err), "%s: %v", tc.reason, err)
		})
	}
	_, err = readExtension(append(written(t, nil), 0))
	require.Equal(t, attest.ChainInvalid, attest.CodeOf(err), "nothing stands behind it")
}

func FuzzSGXExtension(f *testing.F) {
	f.Add(written(f, nil))
	f.Add(written(f, func(top, tcb []entry) ([]entry, []entry) { return append(top, top[0]), tcb }))
	f.Fuzz(func(t *testing.T, der []byte) {
		if _, err := readExtension(der); err != nil && attest.CodeOf(err) != attest.ChainInvalid {
			t.Fatalf("%x: %v", der, err)
		}
	})
}
