package lease

// State is where a lease is in this provider's care.
type State string

// The states of a lease. Which follows which is the table in next.go.
const (
	// AwaitingManifest waits for the tenant to say what to run.
	AwaitingManifest State = "awaiting_manifest"
	// Provisioning is asked of the backend and not seen running yet.
	Provisioning State = "provisioning"
	// Active was seen running as asked.
	Active State = "active"
	// Degraded was seen, and not all of it runs.
	Degraded State = "degraded"
	// Terminating is being taken down.
	Terminating State = "terminating"
	// FinalUsage is gone from the backend; its last usage record is not accepted yet.
	FinalUsage State = "final_usage"
	// Done needs nothing more.
	Done State = "done"
)
