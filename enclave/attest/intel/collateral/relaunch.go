package collateral

import "github.com/virtengine/virtengine/enclave/attest/intel/quote"

// relaunch says of a TD that is out of date only because it was launched with an older TDX module, while the platform
// now runs the newest one, that relaunching it is advised. A TD report 1.5 tells: TEE_TCB_SVN is of the launch,
// TEE_TCB_SVN_2 of now.
//
// platform is the status of the first level that the platform reaches whatever its TD, whole that of platform, TD and
// module together.
func (t *TCBInfo) relaunch(d *quote.Domain, platform, whole, module, qe Status) (Status, error) {
	platformIsCurrent := platform == UpToDate || platform == SWHardeningNeeded || platform == ConfigurationNeeded || platform == ConfigurationAndSWHardeningNeeded
	wholeIsOld := whole == OutOfDate || whole == OutOfDateConfigurationNeeded
	if !d.Is15 || qe != UpToDate || !platformIsCurrent || !wholeIsOld || module != OutOfDate {
		return whole, nil
	}
	newest := t.Levels[0]
	svn := newest.TDX[0]
	if version := d.TCB2[1]; version > 0 {
		m, err := t.identityOf(version)
		if err != nil {
			return "", err
		}
		if len(m.Levels) == 0 || uint16(d.TCB2[0]) < m.Levels[0].SVN {
			return whole, nil
		}
		svn = d.TCB2[0]
	}
	if d.TCB2[0] < svn || d.TCB2[2] < newest.TDX[2] {
		return whole, nil
	}
	if platform.needsConfiguration() || whole.needsConfiguration() {
		return TDRelaunchAdvisedConfigurationNeeded, nil
	}
	return TDRelaunchAdvised, nil
}
