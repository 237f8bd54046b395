// Package secrets is the analyzer against secrets in source, in logs and on command lines, in tests too: what is in a
// repository is published, what is in a log is copied, and what is in a flag is read by every user of the machine.
package secrets

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/virtengine/virtengine/security/analyzers/ban"
	"github.com/virtengine/virtengine/security/analyzers/house"
)

// Analyzer finds secrets where everybody reads them.
var Analyzer = &analysis.Analyzer{Name: "secrets", Doc: "no secrets in source, logs and flags", Run: run}

func run(pass *analysis.Pass) (any, error) {
	c := house.New(pass, house.Scope{Tests: true})
	if c == nil {
		return nil, nil
	}
	c.Files(func(f *ast.File) {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ImportSpec:
				return false
			case ast.Expr:
				if call, ok := n.(*ast.CallExpr); ok {
					logged(pass, c, call)
					flagged(pass, c, call)
				}
				if pair, ok := n.(*ast.KeyValueExpr); ok {
					named(pass, c, pair.Key, pair.Value)
				}
				return !shaped(pass, c, n)
			case *ast.AssignStmt:
				for i := range n.Rhs {
					if len(n.Lhs) == len(n.Rhs) {
						named(pass, c, n.Lhs[i], n.Rhs[i])
					}
				}
			case *ast.ValueSpec:
				for i := range n.Values {
					if len(n.Names) == len(n.Values) {
						named(pass, c, n.Names[i], n.Values[i])
					}
				}
			}
			return true
		})
	})
	c.Done()
	return nil, nil
}

// text returns a constant string.
func text(pass *analysis.Pass, e ast.Expr) (string, bool) {
	v := pass.TypesInfo.Types[e].Value
	if v == nil || v.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(v), true
}

// shaped reports a constant that is a secret by its form, also where it was put together of parts.
func shaped(pass *analysis.Pass, c *house.Checker, e ast.Expr) bool {
	switch e.(type) {
	case *ast.BasicLit, *ast.BinaryExpr:
	default:
		return false
	}
	s, ok := text(pass, e)
	if !ok {
		return false
	}
	what := shape(s)
	if what != "" {
		c.Report(e.Pos(), "%s in the source: revoke it, and read another from security/secret", what)
	}
	return what != ""
}

// named reports a drawn text that is given to what is called a secret.
func named(pass *analysis.Pass, c *house.Checker, name, value ast.Expr) {
	s, ok := text(pass, value)
	if ok && shape(s) == "" && random(s) && secretName.MatchString(nameOf(pass, name)) {
		c.Report(value.Pos(), "%s is given a secret in the source: read it from security/secret", nameOf(pass, name))
	}
}

func nameOf(pass *analysis.Pass, e ast.Expr) string {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.IndexExpr: // m["token"]
		return nameOf(pass, e.Index)
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			s, _ := text(pass, e)
			return s
		}
	}
	return ""
}

// logged reports secrets that are printed.
func logged(pass *analysis.Pass, c *house.Checker, call *ast.CallExpr) {
	name := ban.Callee(pass, call)
	switch {
	case strings.HasPrefix(name, "log."), strings.HasPrefix(name, "log/slog."), strings.HasPrefix(name, "fmt.Print"), strings.HasPrefix(name, "fmt.Fprint"):
	default:
		return
	}
	for _, arg := range call.Args {
		if _, constant := text(pass, arg); constant {
			continue
		}
		if plain(pass.TypesInfo.TypeOf(arg)) && secretName.MatchString(nameOf(pass, arg)) {
			c.Report(arg.Pos(), "%s is printed: log that there is one, or make it a secret.Text, which prints as redacted", nameOf(pass, arg))
		}
	}
}

// plain says whether a value prints as it is.
func plain(t types.Type) bool {
	if t == nil {
		return false
	}
	if b, ok := t.(*types.Basic); ok {
		return b.Info()&types.IsString != 0
	}
	if s, ok := t.(*types.Slice); ok {
		b, ok := s.Elem().(*types.Basic)
		return ok && b.Kind() == types.Byte
	}
	return false
}

// flagged reports flags whose value is a secret.
func flagged(pass *analysis.Pass, c *house.Checker, call *ast.CallExpr) {
	name := ban.Callee(pass, call)
	method := name[strings.LastIndex(name, ".")+1:]
	if !strings.HasPrefix(name, "flag.") && !strings.HasPrefix(name, "github.com/spf13/pflag.") || !strings.Contains(method, "String") && !strings.Contains(method, "Bytes") {
		return
	}
	for _, arg := range call.Args[:min(2, len(call.Args))] { // the Var forms have the variable first
		if s, ok := text(pass, arg); ok {
			if secretName.MatchString(s) {
				c.Report(arg.Pos(), "--%s takes a secret on the command line: take a reference (file:, env:, credential:, vault:) as security/secret does", s)
			}
			return
		}
	}
}
