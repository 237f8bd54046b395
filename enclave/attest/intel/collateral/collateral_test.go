package collateral_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/intel/collateral"
	"github.com/virtengine/virtengine/enclave/attest/intel/inteltest"
	"github.com/virtengine/virtengine/enclave/attest/intel/quote"
)

var issued = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

type made struct {
	vendor        *inteltest.Vendor
	sgx, tdx      collateral.TCBInfo
	sgxQE, tdxQE  collateral.QEIdentity
	sgxDoc, tdDoc []byte
	qeDoc, tdQE   []byte
}

func documents(t testing.TB) made {
	t.Helper()
	vendor, err := inteltest.New(issued)
	require.NoError(t, err)
	machine, err := vendor.Machine(inteltest.Spec{FMSPC: [6]byte{0xAB, 1}, Components: [16]byte{9, 8, 7}, PCESVN: 300})
	require.NoError(t, err)
	m := made{
		vendor: vendor, sgx: machine.UsualInfo(quote.SGX, issued), tdx: machine.UsualInfo(quote.TDX, issued),
		sgxQE: inteltest.UsualIdentity(quote.SGX, issued), tdxQE: inteltest.UsualIdentity(quote.TDX, issued),
	}
	for _, d := range []struct {
		into *[]byte
		info *collateral.TCBInfo
		qe   *collateral.QEIdentity
	}{{into: &m.sgxDoc, info: &m.sgx}, {into: &m.tdDoc, info: &m.tdx}, {into: &m.qeDoc, qe: &m.sgxQE}, {into: &m.tdQE, qe: &m.tdxQE}} {
		if d.info != nil {
			*d.into, err = vendor.TCBInfo(*d.info)
		} else {
			*d.into, err = vendor.QEIdentity(*d.qe)
		}
		require.NoError(t, err)
	}
	return m
}

func TestDocumentsAreReadAsTheyWereWritten(t *testing.T) {
	m := documents(t)
	for want, doc := range map[*collateral.TCBInfo][]byte{&m.sgx: m.sgxDoc, &m.tdx: m.tdDoc} {
		got, err := collateral.ParseTCBInfo(doc)
		require.NoError(t, err)
		require.Equal(t, want.Levels, got.Levels)
		require.Equal(t, want.Modules, got.Modules)
		require.Equal(t, want.Module, got.Module)
		require.Equal(t, want.FMSPC, got.FMSPC)
		require.Equal(t, want.EvaluationNumber, got.EvaluationNumber)
		require.Equal(t, want.Issued, got.Issued)
		require.Equal(t, want.Next, got.Next)
		require.Contains(t, string(doc), string(got.Raw), "the signed bytes are those that came")
	}
	for want, doc := range map[*collateral.QEIdentity][]byte{&m.sgxQE: m.qeDoc, &m.tdxQE: m.tdQE} {
		got, err := collateral.ParseQEIdentity(doc)
		require.NoError(t, err)
		got.Signed = want.Signed
		require.Equal(t, want, got)
	}
}

func TestDocumentsThatAreRefused(t *testing.T) {
	m := documents(t)
	doc := string(m.tdDoc)
	swap := func(from, to string) string {
		require.Contains(t, doc, from)
		return strings.Replace(doc, from, to, 1)
	}
	for name, tc := range map[string]struct {
		reason string
		doc    string
		want   attest.Code
	}{
		"AsMade":        {"the document itself", doc, attest.Accepted},
		"WhiteSpace":    {"white space around it is no content", "\n " + doc + "\r\n", attest.Accepted},
		"UnknownMember": {"Intel may add what we do not need", swap(`"id":"TDX"`, `"new":[{"x":-1.5e+3,"A":[null,true,"\u00e9\n"]}],"id":"TDX"`), attest.Accepted},
		"Empty":         {"nothing", "", attest.Malformed},
		"Trailing":      {"something behind it", doc + "{}", attest.TrailingBytes},
		"OuterMember":   {"an unsigned member", strings.Replace(doc, `,"signature"`, `,"more":1,"signature"`, 1), attest.Malformed},
		"OuterTwice":    {"the signed object twice", `{"tcbInfo":{},` + doc[1:], attest.Malformed},
		"NoSignature":   {"an unsigned document", doc[:strings.Index(doc, `,"signature"`)] + "}", attest.Malformed},
		"ShortSign":     {"a signature of another length", doc[:len(doc)-4] + `"}`, attest.Malformed},
		"Version2":      {"an older version", swap(`"version":3`, `"version":2`), attest.Unsupported},
		"Version4":      {"a newer version", swap(`"version":3`, `"version":4`), attest.Unsupported},
		"Version3.0":    {"a fraction", swap(`"version":3`, `"version":3.0`), attest.Malformed},
		"VersionText":   {"a text", swap(`"version":3`, `"version":"3"`), attest.Malformed},
		"Version03":     {"a leading zero", swap(`"version":3`, `"version":03`), attest.Malformed},
		"OtherType":     {"TCBs composed in another way", swap(`"tcbType":0`, `"tcbType":1`), attest.Unsupported},
		"OtherID":       {"another TEE", swap(`"id":"TDX"`, `"id":"TDZ"`), attest.Unsupported},
		"SGXWithTDX":    {"levels of the other TEE", swap(`"id":"TDX"`, `"id":"SGX"`), attest.Malformed},
		"Twice":         {"a name that stands twice", swap(`"id":"TDX"`, `"id":"TDX","id":"TDX"`), attest.Malformed},
		"Cased":         {"names have one case, so this one is missing", swap(`"id":"TDX"`, `"ID":"TDX"`), attest.Malformed},
		"Escaped":       {"names are not escaped", swap(`"id":"TDX"`, `"\u0069d":"TDX"`), attest.Malformed},
		"Svn256":        {"a component is one byte", swap(`{"svn":9}`, `{"svn":256}`), attest.Malformed},
		"SvnNegative":   {"and not negative", swap(`{"svn":9}`, `{"svn":-1}`), attest.Malformed},
		"SvnMissing":    {"and must be there", swap(`{"svn":9}`, `{}`), attest.Malformed},
		"Seventeen":     {"there are sixteen", swap(`{"svn":9}`, `{"svn":9},{"svn":9}`), attest.Malformed},
		"Fifteen":       {"and not fewer", swap(`{"svn":9},`, ``), attest.Malformed},
		"LongHex":       {"FMSPC has six bytes", swap(`"fmspc":"ab01`, `"fmspc":"00ab01`), attest.Malformed},
		"NoHex":         {"in hexadecimal", swap(`"fmspc":"ab`, `"fmspc":"zz`), attest.Malformed},
		"Time":          {"times are in UTC", swap(`2026-11-01T00:00:00Z`, `2026-11-01T00:00:00+01:00`), attest.Malformed},
		"Deep":          {"nesting is bounded", swap(`"id":"TDX"`, `"new":`+strings.Repeat("[", 50)+strings.Repeat("]", 50)+`,"id":"TDX"`), attest.TooLarge},
		"Long":          {"lists are bounded", swap(`"id":"TDX"`, `"new":[`+strings.Repeat("1,", 300)+`1],"id":"TDX"`), attest.TooLarge},
		"Control":       {"control characters are escaped in JSON", swap(`"id":"TDX"`, "\"new\":\"a\nb\",\"id\":\"TDX\""), attest.Malformed},
		"Comma":         {"no comma before the end", swap(`"id":"TDX"`, `"new":[1,],"id":"TDX"`), attest.Malformed},
		"UTF8":          {"UTF-8 throughout", swap(`"id":"TDX"`, "\"new\":\"\xff\",\"id\":\"TDX\""), attest.Malformed},
		"Huge":          {"bounded as a whole", strings.Repeat(" ", attest.MaxItem+1), attest.TooLarge},
		"QEIdentity":    {"another document", string(m.tdQE), attest.Malformed},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := collateral.ParseTCBInfo([]byte(tc.doc))
			require.Equal(t, tc.want, attest.CodeOf(err), "%s: %v", tc.reason, err)
		})
	}
	for _, name := range []string{"id", "version", "issueDate", "nextUpdate", "tcbEvaluationDataNumber", "miscselect", "miscselectMask", "attributes", "attributesMask", "mrsigner", "isvprodid", "tcbLevels"} {
		_, err := collateral.ParseQEIdentity(bytes.Replace(m.qeDoc, []byte(`"`+name+`"`), []byte(`"other"`), 1))
		require.Equal(t, attest.Malformed, attest.CodeOf(err), "an identity without %s", name)
	}
	_, err := collateral.ParseQEIdentity(bytes.Replace(m.qeDoc, []byte(`"id":"QE"`), []byte(`"id":"QVE"`), 1))
	require.Equal(t, attest.Unsupported, attest.CodeOf(err), "an enclave that signs no quotes")
}

func TestStatusesCombineAsIntelCombinesThem(t *testing.T) {
	const unknown collateral.Status = "Unknown"
	for platform, want := range map[collateral.Status]map[collateral.Status]collateral.Status{
		collateral.UpToDate:                             {collateral.OutOfDate: collateral.OutOfDate},
		collateral.SWHardeningNeeded:                    {collateral.OutOfDate: collateral.OutOfDate},
		collateral.ConfigurationNeeded:                  {collateral.OutOfDate: collateral.OutOfDateConfigurationNeeded},
		collateral.ConfigurationAndSWHardeningNeeded:    {collateral.OutOfDate: collateral.OutOfDateConfigurationNeeded},
		collateral.OutOfDate:                            {collateral.OutOfDate: collateral.OutOfDate},
		collateral.OutOfDateConfigurationNeeded:         {collateral.OutOfDate: collateral.OutOfDateConfigurationNeeded},
		collateral.Revoked:                              {collateral.OutOfDate: collateral.Revoked},
		collateral.TDRelaunchAdvised:                    {collateral.OutOfDate: collateral.TDRelaunchAdvised},
		collateral.TDRelaunchAdvisedConfigurationNeeded: {collateral.OutOfDate: collateral.TDRelaunchAdvisedConfigurationNeeded},
	} {
		want[collateral.UpToDate], want[collateral.Revoked], want[unknown] = platform, collateral.Revoked, ""
		for part, both := range want {
			got, err := platform.With(part)
			require.Equal(t, both, got, "%s with %s", platform, part)
			require.Equal(t, part == unknown, err != nil)
		}
	}
}

func FuzzTCBInfo(f *testing.F) {
	m := documents(f)
	f.Add(m.sgxDoc)
	f.Add(m.tdDoc)
	f.Add([]byte(`{"tcbInfo":{"a":["\u00e9",-1.5e3,{}],"a":1},"signature":""}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		info, err := collateral.ParseTCBInfo(raw)
		if err != nil {
			return
		}
		if !json.Valid(raw) || !json.Valid(info.Raw) || !bytes.Contains(raw, info.Raw) || len(info.Levels) == 0 {
			t.Fatalf("%q was read", raw)
		}
		again, err := collateral.ParseTCBInfo(collateral.Join(collateral.NameTCBInfo, info.Raw, info.Signature))
		if err != nil || again.FMSPC != info.FMSPC || len(again.Levels) != len(info.Levels) {
			t.Fatalf("%q is not read twice in one way: %v", raw, err)
		}
	})
}

func FuzzQEIdentity(f *testing.F) {
	m := documents(f)
	f.Add(m.qeDoc)
	f.Add(m.tdQE)
	f.Fuzz(func(t *testing.T, raw []byte) {
		if q, err := collateral.ParseQEIdentity(raw); err == nil && (!json.Valid(raw) || !json.Valid(q.Raw)) {
			t.Fatalf("%q was read", raw)
		}
	})
}

func TestBetterPlatformsNeverStandWorse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		svn := rapid.Uint8Range(0, 3)
		var info collateral.TCBInfo
		for i := range rapid.IntRange(1, 6).Draw(t, "levels") {
			l := collateral.Level{PCESVN: uint16(svn.Draw(t, "pcesvn")), Standing: collateral.Standing{
				Date: issued.AddDate(0, 0, -i), Status: collateral.UpToDate,
			}}
			for c := range 3 {
				l.Components[c] = svn.Draw(t, "component")
			}
			info.Levels = append(info.Levels, l)
		}
		var worse, better collateral.Platform
		for c := range 3 {
			worse.Components[c] = svn.Draw(t, "svn")
			better.Components[c] = worse.Components[c] + svn.Draw(t, "more")
		}
		worse.PCESVN = uint16(svn.Draw(t, "svn"))
		better.PCESVN = worse.PCESVN + uint16(svn.Draw(t, "more"))
		qe := collateral.Standing{Status: collateral.UpToDate, Date: issued}
		w, werr := info.Enclave(worse, qe)
		b, berr := info.Enclave(better, qe)
		if werr == nil && (berr != nil || b.Date.Before(w.Date)) {
			t.Fatalf("%+v is at %v, %+v at %v", worse, w, better, b)
		}
	})
}
