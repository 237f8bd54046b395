// Package sideways reaches where it may not.
package sideways

import (
	_ "github.com/virtengine/virtengine/chain/app"             // want `may not import chain/app`
	_ "github.com/virtengine/virtengine/chain/x/market/keeper" // want `may not import chain/x/market/keeper`
	_ "github.com/virtengine/virtengine/daemons/provider/bid"  // want `may not import daemons/provider/bid`
)
