// Virtengine is the chain's node and its command line in one binary.
package main

import (
	"os"

	"github.com/virtengine/virtengine/chain/cmd/virtengine/root"
)

func main() {
	os.Exit(root.Run(os.Args[1:]))
}
