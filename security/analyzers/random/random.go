// Package random is the analyzer against guessable randomness: numbers are drawn in security/entropy only.
//
// What it answers: tokens and keys from math/rand, from a clock or from a short read; modulo bias; seeds in releases.
package random

import (
	"golang.org/x/tools/go/analysis"

	"github.com/virtengine/virtengine/security/analyzers/ban"
	"github.com/virtengine/virtengine/security/analyzers/house"
)

const use = "draw from security/entropy; for a simulation, entropy.Simulation"

var rules = []ban.Rule{
	{Package: "math/rand", Use: use},
	{Package: "math/rand/v2", Use: use},
	{Package: "crypto/rand", Use: use},
	{Package: "golang.org/x/exp/rand", Use: use},
	{Package: "github.com/cometbft/cometbft/libs/rand", Use: use},
	{Package: "golang.org/x/sys/unix", Names: []string{"Getrandom"}, Use: use},
	{Package: "hash/maphash", Names: []string{"MakeSeed", "String", "Bytes", "Hash"}, Use: "it differs from run to run; " + use},
}

// Analyzer finds randomness from elsewhere. Tests may repeat themselves with a seed.
var Analyzer = &analysis.Analyzer{Name: "random", Doc: "randomness comes from security/entropy", Run: run}

func run(pass *analysis.Pass) (any, error) {
	c := house.New(pass, house.Scope{})
	if c == nil {
		return nil, nil
	}
	ban.Check(pass, c, rules)
	c.Done()
	return nil, nil
}
