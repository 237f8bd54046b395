// Command protogen turns the words of the protocol, chain/proto and ml/inference/proto, into Go code, and the chain's into one OpenAPI page.
//
// It needs no protoc: files are compiled by protocompile, imports come from the descriptors linked into this binary, and
// the code generators are gogoproto's and grpc-gateway's own.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

const help = `usage: protogen [--check] [--root DIR] [--gateway-plugin FILE] [--swagger-plugin FILE]

Writes *.pb.go and *.pb.gw.go where each .proto's go_package says, and the API's description to chain/app/openapi/swagger.json.
Generated files below chain and ml that no .proto yields any more are removed. The same input gives the same bytes.

Refused, with file:line:column: a message or rpc without a comment, a request of a Msg service without the option
(cosmos.msg.v1.signer), a go_package outside the folder that the .proto is in: chain or ml.

  --check            write nothing; name what is stale and exit with 1
  --root DIR         the repository (default: the workspace Bazel runs in, else this folder)
  --gateway-plugin   protoc-gen-grpc-gateway; default: go tool protoc-gen-grpc-gateway
  --swagger-plugin   protoc-gen-swagger; default: go tool protoc-gen-swagger
`

// errStale says that a check found something.
var errStale = errors.New("generated code is stale; to mend it: tools/bazel run //tools/gen:proto")

func main() {
	if len(os.Args) == 2 && os.Args[1] == gogoCosmos {
		servePlugin()
		return
	}
	if err := run(context.Background(), os.Args[1:], os.Getenv("BUILD_WORKSPACE_DIRECTORY"), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, workspace string, out io.Writer) error {
	flags := flag.NewFlagSet("protogen", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	check := flags.Bool("check", false, "")
	root := flags.String("root", workspace, "")
	gateway := flags.String("gateway-plugin", "", "")
	swagger := flags.String("swagger-plugin", "", "")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		_, err := fmt.Fprint(out, help)
		return err
	} else if err != nil {
		return fmt.Errorf("%w\n%s", err, help)
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unknown argument %q\n%s", flags.Arg(0), help)
	}
	full, err := filepath.Abs(*root)
	if err != nil {
		return err
	}
	all, err := sources(ctx, full)
	if err != nil {
		return err
	}
	g, err := newGenerators(full, *gateway, *swagger)
	if err != nil {
		return err
	}
	files, stale, err := everything(ctx, full, all, g)
	if err != nil {
		return err
	}
	if *check {
		for _, s := range stale {
			fmt.Fprintln(out, s)
		}
		if len(stale) > 0 {
			return errStale
		}
		return nil
	}
	if err := write(full, files, stale); err != nil {
		return err
	}
	fmt.Fprintf(out, "%d generated files, %d of them changed\n", len(files), len(stale))
	return nil
}
