// Package upward reaches where it may not.
package upward

import (
	_ "github.com/virtengine/virtengine/chain/app"                      // want `may not import chain/app`
	_ "github.com/virtengine/virtengine/chain/x/market/keeper"          // want `may not import chain/x/market/keeper`
	_ "github.com/virtengine/virtengine/daemons/provider/backend/local" // want `may not import daemons/provider/backend/local`
	_ "github.com/virtengine/virtengine/tools/bench"                    // want `may not import tools/bench`
)
