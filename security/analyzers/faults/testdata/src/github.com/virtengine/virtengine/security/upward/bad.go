// Package upward reaches where it may not.
package upward

import (
	_ "github.com/virtengine/virtengine/chain/params"         // want `may not import chain/params`
	_ "github.com/virtengine/virtengine/daemons/provider/bid" // want `may not import daemons/provider/bid`
)
