// Command ve-vet runs the house's analyzers over packages: go vet -vettool=$(which ve-vet) ./...
//
// The build runs the same ones on every library, by nogo, and those of staticcheck that are listed here.
package main

import (
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/virtengine/virtengine/security/analyzers/command"
	"github.com/virtengine/virtengine/security/analyzers/determinism"
	"github.com/virtengine/virtengine/security/analyzers/filepaths"
	"github.com/virtengine/virtengine/security/analyzers/layers"
	"github.com/virtengine/virtengine/security/analyzers/overflow"
	"github.com/virtengine/virtengine/security/analyzers/random"
	"github.com/virtengine/virtengine/security/analyzers/secrets"
	"github.com/virtengine/virtengine/security/analyzers/transport"
	"github.com/virtengine/virtengine/security/analyzers/unsafes"
	"github.com/virtengine/virtengine/security/analyzers/weakcrypto"
)

func main() {
	ours := []*analysis.Analyzer{command.Analyzer, determinism.Analyzer, filepaths.Analyzer, layers.Analyzer,
		overflow.Analyzer, random.Analyzer, secrets.Analyzer, transport.Analyzer, unsafes.Analyzer, weakcrypto.Analyzer}
	unitchecker.Main(append(ours, staticcheck...)...)
}
