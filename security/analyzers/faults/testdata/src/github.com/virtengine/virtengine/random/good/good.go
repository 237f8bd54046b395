// Package good draws where everybody draws.
package good

import "github.com/virtengine/virtengine/security/entropy"

func token() (string, error) { return entropy.Token() }
