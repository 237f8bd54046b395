// Package upward reaches where it may not.
package upward

import (
	_ "github.com/virtengine/virtengine/chain/params" // want `may not import chain/params`
)
