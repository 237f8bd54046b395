package finding

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestANoteIsNoFault(t *testing.T) {
	require.Equal(t, 1, Result{Findings: []Finding{{What: "x"}, {What: "y", Note: true}}}.Faults())
	require.Zero(t, Result{}.Faults())
}
