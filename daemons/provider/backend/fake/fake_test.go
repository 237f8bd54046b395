package fake

import (
	"testing"

	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/backend/backendtest"
)

func TestContract(t *testing.T) {
	backendtest.Run(t, func(*testing.T) backendtest.Harness {
		p, faults := NewPlatform(), &backendtest.Faults{}
		return backendtest.Harness{Backend: New(p, faults.Point), Image: Image, Program: Program, Faults: faults,
			Restart: func() backend.Backend { return New(p, faults.Point) }}
	})
}
