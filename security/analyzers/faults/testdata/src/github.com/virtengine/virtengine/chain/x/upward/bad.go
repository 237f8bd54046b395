// Package upward reaches where it may not.
package upward

import (
	_ "github.com/virtengine/virtengine/chain/app"            // want `may not import chain/app`
	_ "github.com/virtengine/virtengine/chain/client/comet"   // want `may not import chain/client/comet`
	_ "github.com/virtengine/virtengine/daemons/provider/bid" // want `may not import daemons/provider/bid`
	_ "github.com/virtengine/virtengine/tools/bench"          // want `may not import tools/bench`
)
