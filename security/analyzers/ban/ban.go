// Package ban makes analyzers from lists of what may not be used, each with what to use instead.
package ban

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/virtengine/virtengine/security/analyzers/house"
)

// How says which uses of a thing are banned.
type How int

// The uses.
const (
	Any       How = iota // every mention: a call, a method value, an alias, a type
	Made                 // values of a type: T{}, &T{}, new(T), var x T
	Changeful            // calls whose first argument, a path, is not a constant; and every mention that is no call
)

// Rule bans something.
type Rule struct {
	Package string   // import path
	Names   []string // of package-level functions, variables, constants, types, and fields as T.F; none: all of the package
	How     How
	Use     string // what to use instead
}

// Check reports every use of what is banned in the files that c reads.
func Check(pass *analysis.Pass, c *house.Checker, rules []Rule) {
	index := map[string][]Rule{}
	for _, r := range rules {
		index[r.Package] = append(index[r.Package], r)
	}
	c.Files(func(f *ast.File) {
		blankImports(c, f, index)
		calls, made := callees(pass, f), makings(f)
		ast.Inspect(f, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if !ok {
				return true
			}
			obj := pass.TypesInfo.Uses[id]
			if obj == nil || obj.Pkg() == nil {
				return true
			}
			if _, isPackage := obj.(*types.PkgName); isPackage {
				return true
			}
			name := nameOf(obj)
			for _, r := range index[obj.Pkg().Path()] {
				if !r.bans(obj, name) || r.How == Made && !made[id] || r.How == Changeful && constantPath(pass, calls[id]) {
					continue
				}
				c.Report(id.Pos(), "%s.%s: %s", obj.Pkg().Path(), name, r.Use)
				break
			}
			return true
		})
	})
}

// bans says whether a rule is about a thing. A rule about a whole package leaves methods and fields to the mention of
// their type or of the function that made the value.
func (r Rule) bans(obj types.Object, name string) bool {
	if len(r.Names) == 0 {
		return obj.Parent() == obj.Pkg().Scope()
	}
	for _, n := range r.Names {
		if n == name {
			return true
		}
	}
	return false
}

// nameOf names package-level things by their name, methods as T.M and fields as T.F or F.
func nameOf(obj types.Object) string {
	switch o := obj.(type) {
	case *types.Func:
		if o.Signature().Recv() != nil {
			return Receiver(o) + "." + o.Name()
		}
	case *types.Var:
		if o.IsField() {
			return "." + o.Name()
		}
	}
	return obj.Name()
}

// Receiver names the type whose method a function is, without its package and without a pointer.
func Receiver(method *types.Func) string {
	t := method.Signature().Recv().Type()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := t.(*types.Named); ok {
		return n.Obj().Name()
	}
	return t.String()
}

// blankImports finds packages that do what is banned by being imported.
func blankImports(c *house.Checker, f *ast.File, index map[string][]Rule) {
	for _, spec := range f.Imports {
		if spec.Name == nil || spec.Name.Name != "_" {
			continue
		}
		name := strings.Trim(spec.Path.Value, "`\"")
		for _, r := range index[name] {
			if len(r.Names) == 0 {
				c.Report(spec.Pos(), "%s: %s", name, r.Use)
				break
			}
		}
	}
}

// callees maps the identifier that names a called function to its call.
func callees(pass *analysis.Pass, f *ast.File) map[*ast.Ident]*ast.CallExpr {
	out := map[*ast.Ident]*ast.CallExpr{}
	ast.Inspect(f, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		switch fun := ast.Unparen(call.Fun).(type) {
		case *ast.Ident:
			out[fun] = call
		case *ast.SelectorExpr:
			out[fun.Sel] = call
		}
		return true
	})
	return out
}

func constantPath(pass *analysis.Pass, call *ast.CallExpr) bool {
	if call == nil || len(call.Args) == 0 {
		return false
	}
	v := pass.TypesInfo.Types[call.Args[0]].Value
	return v != nil && v.Kind() == constant.String
}

// makings marks the identifiers that name a type whose value is made there.
func makings(f *ast.File) map[*ast.Ident]bool {
	out := map[*ast.Ident]bool{}
	mark := func(e ast.Expr) {
		switch t := ast.Unparen(e).(type) {
		case *ast.Ident:
			out[t] = true
		case *ast.SelectorExpr:
			out[t.Sel] = true
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CompositeLit:
			if n.Type != nil {
				mark(n.Type)
				if array, ok := n.Type.(*ast.ArrayType); ok {
					mark(array.Elt)
				}
			}
		case *ast.CallExpr:
			if id, ok := n.Fun.(*ast.Ident); ok && id.Name == "new" && len(n.Args) == 1 {
				mark(n.Args[0])
			}
		case *ast.ValueSpec:
			if n.Type != nil {
				mark(n.Type)
			}
		case *ast.Field: // an embedded or plain struct field holds a value
			if n.Type != nil {
				mark(n.Type)
			}
		case *ast.TypeSpec: // type client http.Client, type client = http.Client
			mark(n.Type)
		case *ast.GenDecl:
			return n.Tok != token.IMPORT
		}
		return true
	})
	return out
}

// Callee names the function that is called, as PACKAGE.NAME; empty where it is no package's function.
func Callee(pass *analysis.Pass, call *ast.CallExpr) string {
	var id *ast.Ident
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		id = fun
	case *ast.SelectorExpr:
		id = fun.Sel
	default:
		return ""
	}
	fn, ok := pass.TypesInfo.Uses[id].(*types.Func)
	if !ok || fn.Pkg() == nil {
		return ""
	}
	return fn.Pkg().Path() + "." + nameOf(fn)
}
