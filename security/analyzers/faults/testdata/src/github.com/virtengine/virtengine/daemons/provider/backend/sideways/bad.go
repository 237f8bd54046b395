// Package sideways reaches where it may not.
package sideways

import (
	_ "github.com/virtengine/virtengine/chain/x/market/types" // want `may not import chain/x/market/types`
	_ "github.com/virtengine/virtengine/daemons/provider/bid" // want `may not import daemons/provider/bid`
)
