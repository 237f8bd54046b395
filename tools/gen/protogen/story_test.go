package main

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write the expected outlines and documents anew")

// TestMain lets the stories run protogen, its own plugin too, inside this test binary.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"protogen": main, "outline": outline})
}

func TestStories(t *testing.T) {
	gateway, swagger := tool(t, "protoc-gen-grpc-gateway", "GATEWAY_PLUGIN"), tool(t, "protoc-gen-swagger", "SWAGGER_PLUGIN")
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: *update,
		Setup: func(e *testscript.Env) error {
			e.Setenv("GATEWAY", "--gateway-plugin="+gateway)
			e.Setenv("SWAGGER", "--swagger-plugin="+swagger)
			return nil
		},
	})
}

// tool returns the file of a code generator: the one Bazel built for this test, else the one go.mod pins.
func tool(t *testing.T, name, variable string) string {
	t.Helper()
	if file := os.Getenv(variable); file != "" {
		return filepath.Join(os.Getenv("TEST_SRCDIR"), file)
	}
	file, err := exec.Command("go", "tool", "-n", name).Output()
	if err != nil {
		t.Fatalf("go tool -n %s: %v", name, err)
	}
	return strings.TrimSpace(string(file))
}

// outline FILE... prints what each Go file imports and exports. Whole files would change with every Go release: they
// hold compressed descriptors.
func outline() {
	for _, name := range os.Args[1:] {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Printf("%s: package %s\n", filepath.Base(name), file.Name)
		for _, i := range file.Imports {
			fmt.Println("  import", i.Path.Value)
		}
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.GenDecl:
				for _, s := range d.Specs {
					if s, ok := s.(*ast.TypeSpec); ok && s.Name.IsExported() {
						fmt.Println("  type", s.Name)
					}
				}
			case *ast.FuncDecl:
				if d.Recv == nil && d.Name.IsExported() {
					fmt.Println("  func", d.Name)
				}
			}
		}
	}
}
