package tidy

import (
	"go/ast"
	"path"
	"slices"
	"strings"
)

// wellKnown are methods whose meaning the standard library gives.
var wellKnown = []string{
	"Error", "Unwrap", "Is", "As", "String", "GoString", "Format", "LogValue", "MarshalJSON", "UnmarshalJSON",
	"MarshalText", "UnmarshalText", "Scan", "Value", "Len", "Less", "Swap", "Read", "Write", "Close", "ServeHTTP",
}

// checkComments asks for a comment on every package and every exported identifier of the main module.
func checkComments(t *Tree, _ Layout) []Problem {
	var out []Problem
	told := map[string]bool{}     // folders with a package comment
	first := map[string]*GoFile{} // the first file of each folder
	for _, f := range t.Go {
		if f.Test || f.Tool {
			continue
		}
		if first[f.Dir] == nil {
			first[f.Dir] = f
		}
		if f.AST.Doc != nil {
			told[f.Dir] = true
		}
		if f.AST.Name.Name != "main" {
			out = append(out, t.uncommented(f)...)
		}
	}
	for dir, f := range first {
		if !told[dir] {
			out = append(out, t.problem(f, f.AST.Name.Pos(), "package %s has no package comment: tell its story in one of its files", path.Base(dir)))
		}
	}
	return out
}

func (t *Tree) uncommented(f *GoFile) []Problem {
	var out []Problem
	miss := func(name *ast.Ident) {
		out = append(out, t.problem(f, name.Pos(), "%s is exported and has no comment: say its meaning, shape, unit and errors", name.Name))
	}
	for _, d := range f.AST.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			receiver := receiverName(d)
			known := receiver != "" && (slices.Contains(wellKnown, d.Name.Name) || !ast.IsExported(receiver))
			if d.Name.IsExported() && d.Doc == nil && !known {
				miss(d.Name)
			}
		case *ast.GenDecl:
			for _, name := range silent(d) {
				miss(name)
			}
		}
	}
	return out
}

// silent lists the exported names of a declaration that nothing is said about. What is said about a group holds for its
// members.
func silent(d *ast.GenDecl) []*ast.Ident {
	var out []*ast.Ident
	for _, spec := range d.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			if s.Name.IsExported() && s.Doc == nil && s.Comment == nil && d.Doc == nil {
				out = append(out, s.Name)
			}
		case *ast.ValueSpec:
			said := s.Doc != nil || s.Comment != nil || d.Doc != nil
			for _, name := range s.Names {
				if name.IsExported() && !said {
					out = append(out, name)
				}
			}
		}
	}
	return out
}

// unit is the last word of a path without its ending, store for internal/event/store.go.
func unit(name string) string { return strings.TrimSuffix(path.Base(name), path.Ext(name)) }
