package main

import (
	"context"
	"maps"

	"github.com/bufbuild/protocompile/linker"
)

// house is a folder of the repository with .proto files of its own, whose Go code stays in it.
type house struct {
	folder    string
	protos    string // where its .proto files are
	described string // the OpenAPI page of its services; empty: they have neither a page nor a gateway
	optional  bool   // a repository may be without it
}

var houses = []house{
	{folder: "chain", protos: "chain/proto", described: "chain/app/openapi/swagger.json"},
	{folder: "ml", protos: "ml/inference/proto", optional: true},
}

// packages is where generated code of the house may be: compare looks nowhere else for leftovers.
func (h house) packages() string { return module + h.folder + "/" }

// source is what a house says, read and found to be good.
type source struct {
	house
	files linker.Files
}

// sources reads all houses.
func sources(ctx context.Context, root string) ([]source, error) {
	var all []source
	for _, h := range houses {
		files, err := h.compile(ctx, root)
		if err != nil {
			return nil, err
		}
		if err := h.lint(files); err != nil {
			return nil, err
		}
		all = append(all, source{h, files})
	}
	return all, nil
}

// everything generates the code of all houses, and says what of the repository differs from it.
func everything(ctx context.Context, root string, all []source, g generators) (map[string][]byte, []difference, error) {
	made, stale := map[string][]byte{}, []difference(nil)
	for _, s := range all {
		files, err := g.generate(ctx, s.house, s.files)
		if err != nil {
			return nil, nil, err
		}
		differs, err := s.compare(root, files)
		if err != nil {
			return nil, nil, err
		}
		maps.Copy(made, files)
		stale = append(stale, differs...)
	}
	return made, stale, nil
}
