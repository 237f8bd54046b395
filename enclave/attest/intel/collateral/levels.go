package collateral

// readLevel is a level and whether it speaks of TDX.
type readLevel struct {
	Level
	hasTDX bool
}

func (r *reader) level() (readLevel, error) {
	var l readLevel
	names, err := r.object(func(name string) error {
		if name == "tcb" {
			return r.tcb(&l)
		}
		return l.member(r, name)
	})
	if err != nil {
		return l, err
	}
	return l, need("TCB level", names, "tcb", "tcbDate", "tcbStatus")
}

// member reads what every kind of level has.
func (s *Standing) member(r *reader, name string) error {
	switch name {
	case "tcbDate":
		return r.instant(&s.Date)
	case "tcbStatus":
		word, err := r.text()
		s.Status = Status(word)
		return err
	case "advisoryIDs":
		return r.words(&s.Advisories)
	}
	return r.skip()
}

func (r *reader) tcb(l *readLevel) error {
	names, err := r.object(func(name string) error {
		switch name {
		case "sgxtcbcomponents":
			return r.components(&l.Components)
		case "tdxtcbcomponents":
			l.hasTDX = true
			return r.components(&l.TDX)
		case "pcesvn":
			return r.u16(&l.PCESVN)
		}
		return r.skip()
	})
	if err != nil {
		return err
	}
	return need("TCB", names, "sgxtcbcomponents", "pcesvn")
}

// components reads sixteen objects that have an svn.
func (r *reader) components(into *[16]byte) error {
	n := 0
	err := r.list(func() error {
		if n == len(into) {
			return r.malformed("more than sixteen components")
		}
		names, err := r.object(func(name string) error {
			if name == "svn" {
				return r.u8(&into[n])
			}
			return r.skip()
		})
		if err != nil {
			return err
		}
		n++
		return need("TCB component", names, "svn")
	})
	if err == nil && n != len(into) {
		return r.malformed("fewer than sixteen components")
	}
	return err
}

// svnLevels reads the levels of an enclave or module, which depend on its SVN alone.
func (r *reader) svnLevels() ([]SVNLevel, error) {
	var out []SVNLevel
	err := r.list(func() error {
		var l SVNLevel
		names, err := r.object(func(name string) error {
			if name == "tcb" {
				return r.isvsvn(&l.SVN)
			}
			return l.member(r, name)
		})
		if err != nil {
			return err
		}
		out = append(out, l)
		return need("level", names, "tcb", "tcbDate", "tcbStatus")
	})
	return out, err
}

func (r *reader) isvsvn(into *uint16) error {
	names, err := r.object(func(name string) error {
		if name == "isvsvn" {
			return r.u16(into)
		}
		return r.skip()
	})
	if err != nil {
		return err
	}
	return need("TCB", names, "isvsvn")
}
