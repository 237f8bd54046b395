// Package good looks down.
package good

import (
	_ "github.com/virtengine/virtengine/chain/params"
	_ "github.com/virtengine/virtengine/chain/x/market/types"
	_ "github.com/virtengine/virtengine/daemons/provider/backend/local"
	_ "github.com/virtengine/virtengine/daemons/provider/bid"
)
