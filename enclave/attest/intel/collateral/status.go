package collateral

import "github.com/virtengine/virtengine/enclave/attest"

// Status is Intel's word for a TCB level.
type Status string

const (
	UpToDate                             Status = "UpToDate"
	SWHardeningNeeded                    Status = "SWHardeningNeeded"
	ConfigurationNeeded                  Status = "ConfigurationNeeded"
	ConfigurationAndSWHardeningNeeded    Status = "ConfigurationAndSWHardeningNeeded"
	OutOfDate                            Status = "OutOfDate"
	OutOfDateConfigurationNeeded         Status = "OutOfDateConfigurationNeeded"
	Revoked                              Status = "Revoked"
	TDRelaunchAdvised                    Status = "TDRelaunchAdvised"
	TDRelaunchAdvisedConfigurationNeeded Status = "TDRelaunchAdvisedConfigurationNeeded"
)

// known says whether Intel's TCB info may say this of a platform.
func (s Status) known() bool {
	switch s {
	case UpToDate, SWHardeningNeeded, ConfigurationNeeded, ConfigurationAndSWHardeningNeeded, OutOfDate, OutOfDateConfigurationNeeded, Revoked:
		return true
	}
	return false
}

// needsConfiguration says whether part of a status is that the platform is to be configured.
func (s Status) needsConfiguration() bool {
	switch s {
	case ConfigurationNeeded, ConfigurationAndSWHardeningNeeded, OutOfDateConfigurationNeeded, TDRelaunchAdvisedConfigurationNeeded:
		return true
	}
	return false
}

// With combines a platform's status with that of its quoting enclave or TDX module: revoked parts revoke the whole, and
// parts out of date make it so.
func (s Status) With(part Status) (Status, error) {
	switch part {
	case UpToDate:
		return s, nil
	case Revoked:
		return Revoked, nil
	case OutOfDate:
	default:
		return "", attest.Refuse(attest.TCBStatus, "a quoting enclave or TDX module has a status that is not known for it")
	}
	switch s {
	case UpToDate, SWHardeningNeeded:
		return OutOfDate, nil
	case ConfigurationNeeded, ConfigurationAndSWHardeningNeeded:
		return OutOfDateConfigurationNeeded, nil
	}
	return s, nil
}
