package e2e_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// constants reads the string constants of a package off its source.
func constants(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, file := range parseDir(t, dir) {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Names) != len(spec.Values) {
				return true
			}
			for i, name := range spec.Names {
				if text, ok := spell(spec.Values[i], out); ok {
					out[name.Name] = text
				}
			}
			return true
		})
	}
	return out
}

func parseDir(t *testing.T, dir string) []*ast.File {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no source in %s: %v", dir, err)
	}
	var out []*ast.File
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, file)
	}
	return out
}

// spell works a constant string out: literals, sums, names that are known.
func spell(e ast.Expr, known map[string]string) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil && e.Kind == token.STRING
	case *ast.BinaryExpr:
		left, ok := spell(e.X, known)
		right, also := spell(e.Y, known)
		return left + right, ok && also && e.Op == token.ADD
	case *ast.Ident:
		text, ok := known[e.Name]
		return text, ok
	case *ast.SelectorExpr: // web.HomePath
		return spell(e.Sel, known)
	default:
		return "", false
	}
}

// siteRoutes are the patterns that the service's pages answer to by GET, off the tables in which they stand: members' and the console's.
func siteRoutes(t *testing.T) []string {
	t.Helper()
	known := constants(t, "../internal/web")
	for name, text := range constants(t, "../internal/site") {
		known[name] = text
	}
	var out []string
	for _, name := range []string{"routes.go", "ops.go"} {
		out = append(out, routesIn(t, "../internal/site/"+name, known)...)
	}
	if len(out) < 40 {
		t.Fatalf("only %d routes found: %v", len(out), out)
	}
	return out
}

// routesIn are the patterns of a table in one file.
func routesIn(t *testing.T, path string, known map[string]string) (out []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt: // till := …
			if name, ok := n.Lhs[0].(*ast.Ident); ok && len(n.Rhs) == 1 {
				if text, ok := spell(n.Rhs[0], known); ok {
					known[name.Name] = text
				}
			}
		case *ast.CompositeLit: // {"GET " + web.BillsPath, …}
			if n.Type != nil || len(n.Elts) != 2 {
				return true
			}
			pattern, ok := spell(n.Elts[0], known)
			if !ok {
				t.Errorf("a route of internal/site cannot be read")
			}
			if path, ok := strings.CutPrefix(pattern, "GET "); ok {
				out = append(out, strings.TrimSuffix(path, "{$}"))
			}
		}
		return true
	})
	return out
}

var demoPattern = regexp.MustCompile(`\.Handle(?:Func)?\("GET (/[^"]*)"`)

// demoRoutes are the same of the demonstration.
func demoRoutes(t *testing.T) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir("../internal/demo", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		for _, found := range demoPattern.FindAllStringSubmatch(readFile(t, path), -1) {
			out = append(out, strings.TrimSuffix(found[1], "{$}"))
		}
		return nil
	})
	if err != nil || len(out) < 15 {
		t.Fatalf("only %d routes found: %v %v", len(out), out, err)
	}
	return out
}
