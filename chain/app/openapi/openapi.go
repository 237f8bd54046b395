// Package openapi serves the description of the node's HTTP interface and a page to try it out.
package openapi

import (
	"embed"
	"io/fs"
	"net/http"

	"github.com/gorilla/mux"

	"github.com/cosmos/cosmos-sdk/client/docs"
)

//go:embed index.html swagger.json
var own embed.FS

// Prefix is where the page is.
const Prefix = "/swagger/"

// Register adds the page. Our own files go before those of the SDK, which brings the viewer
// and the description of its modules.
func Register(r *mux.Router) {
	viewer, err := fs.Sub(docs.SwaggerUI, "swagger-ui")
	if err != nil {
		panic(err) // an embedded folder of constant name
	}
	r.PathPrefix(Prefix).Handler(http.StripPrefix(Prefix, http.FileServerFS(layered{own, viewer})))
}

// layered looks for a file in each layer in turn.
type layered []fs.FS

// Open returns the first layer's file of that name, else the error of the last.
func (l layered) Open(name string) (fs.File, error) {
	var last error = fs.ErrNotExist
	for _, layer := range l {
		f, err := layer.Open(name)
		if err == nil {
			return f, nil
		}
		last = err
	}
	return nil, last
}
