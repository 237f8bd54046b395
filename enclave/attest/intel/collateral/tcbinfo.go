package collateral

import (
	"time"

	"github.com/virtengine/virtengine/enclave/attest"
)

// Ids of TCB info and of quoting enclaves' identities.
const (
	IDSGX = "SGX"
	IDTDX = "TDX"
	IDQE  = "QE"
	IDTDQ = "TD_QE"
)

// TCBInfo is Intel's list of TCB levels of one platform family, version 3.
type TCBInfo struct {
	Signed
	ID               string // IDSGX or IDTDX
	FMSPC            [6]byte
	PCEID            [2]byte
	EvaluationNumber uint64
	Module           Module     // TDX: of modules of major version 0
	Modules          []Identity // TDX: of modules of other major versions, by id "TDX_xx"
	Levels           []Level

	tdxLevels int // how many levels speak of TDX
}

// Level is one TCB level of a platform: the least versions, and what Intel says of platforms that have them.
type Level struct {
	Components [16]byte
	PCESVN     uint16
	TDX        [16]byte // of TDX only
	Standing
}

// Standing is what Intel says of a level.
type Standing struct {
	Date       time.Time
	Status     Status
	Advisories []string
}

// Module is what a genuine TDX module is like.
type Module struct {
	MRSIGNER   [48]byte
	Attributes [8]byte
	Mask       [8]byte
}

// Identity is a major version of the TDX module and its levels.
type Identity struct {
	Module
	ID     string
	Levels []SVNLevel
}

// SVNLevel is a level that depends on one number.
type SVNLevel struct {
	SVN uint16
	Standing
}

// ParseTCBInfo reads TCB info as Intel serves it. The signature is not checked yet.
func ParseTCBInfo(raw []byte) (*TCBInfo, error) {
	s, err := split(raw, NameTCBInfo)
	if err != nil {
		return nil, err
	}
	t := &TCBInfo{Signed: s}
	r, err := newReader(s.Raw)
	if err != nil {
		return nil, err
	}
	names, err := r.object(func(name string) error { return t.member(r, name) })
	if err != nil {
		return nil, err
	}
	if err := r.done(); err != nil {
		return nil, err
	}
	if err := need("TCB info", names, "id", "version", "issueDate", "nextUpdate", "fmspc", "pceId", "tcbType", "tcbEvaluationDataNumber", "tcbLevels"); err != nil {
		return nil, err
	}
	switch t.ID {
	case IDSGX:
	case IDTDX:
		if err := need("TCB info of TDX", names, "tdxModule"); err != nil {
			return nil, err
		}
	default:
		return nil, attest.Refuse(attest.Unsupported, "TCB info of another TEE than SGX and TDX")
	}
	return t, t.wholeLevels()
}

func (t *TCBInfo) member(r *reader, name string) error {
	switch name {
	case "id":
		return r.word(&t.ID)
	case "version":
		return r.version("TCB info", 3)
	case "issueDate":
		return r.instant(&t.Issued)
	case "nextUpdate":
		return r.instant(&t.Next)
	case "fmspc":
		return r.octets(t.FMSPC[:])
	case "pceId":
		return r.octets(t.PCEID[:])
	case "tcbType":
		return r.version("TCB info's composition", 0)
	case "tcbEvaluationDataNumber":
		return r.u32(&t.EvaluationNumber)
	case "tdxModule":
		names, err := r.object(func(n string) error { return t.Module.member(r, n) })
		if err != nil {
			return err
		}
		return need("tdxModule", names, moduleNames...)
	case "tdxModuleIdentities":
		return r.list(func() error {
			m, err := r.identity()
			t.Modules = append(t.Modules, m)
			return err
		})
	case "tcbLevels":
		return r.list(func() error {
			l, err := r.level()
			t.Levels = append(t.Levels, l.Level)
			if l.hasTDX {
				t.tdxLevels++
			}
			return err
		})
	}
	return r.skip()
}

// wholeLevels refuses a list without levels, and one whose levels are of the other TEE.
func (t *TCBInfo) wholeLevels() error {
	if len(t.Levels) == 0 {
		return attest.Refuse(attest.Malformed, "TCB info without levels")
	}
	if t.ID == IDTDX && t.tdxLevels != len(t.Levels) || t.ID == IDSGX && t.tdxLevels > 0 {
		return attest.Refuse(attest.Malformed, "TCB info of %s, and %d of %d levels have TDX components", t.ID, t.tdxLevels, len(t.Levels))
	}
	return nil
}

var moduleNames = []string{"mrsigner", "attributes", "attributesMask"}

func (m *Module) member(r *reader, name string) error {
	switch name {
	case "mrsigner":
		return r.octets(m.MRSIGNER[:])
	case "attributes":
		return r.octets(m.Attributes[:])
	case "attributesMask":
		return r.octets(m.Mask[:])
	}
	return r.skip()
}

func (r *reader) identity() (Identity, error) {
	var m Identity
	names, err := r.object(func(name string) (err error) {
		switch name {
		case "id":
			return r.word(&m.ID)
		case "tcbLevels":
			m.Levels, err = r.svnLevels()
			return err
		}
		return m.member(r, name)
	})
	if err != nil {
		return m, err
	}
	return m, need("TDX module identity", names, append([]string{"id", "tcbLevels"}, moduleNames...)...)
}
