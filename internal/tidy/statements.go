package tidy

import (
	"go/ast"
	"go/token"
	"slices"
	"strconv"
)

// statement is one text that reaches the database at one place of the code.
type statement struct {
	file  *GoFile
	pos   token.Pos
	text  string
	known bool // the text is a constant; otherwise it is empty
}

// handing is one place where SQL is handed on: to a method of a transaction, or to a function that does so.
type handing struct {
	file *GoFile
	fn   *ast.FuncDecl // the function it stands in
	pos  token.Pos
	arg  ast.Expr
}

var txMethods = []string{"Exec", "Row", "Rows", "Each"}

// statements finds what is handed to transactions in shipped files above the database. The parser knows no types, so a
// transaction is what is declared as *db.Tx, or named tx. A text may be put together from constants, chosen among
// several in a variable of the function or a field of a table, or be the parameter of an unexported function; then it is
// read at that function's callers.
func (t *Tree) statements() []statement {
	var out []statement
	todo := t.handings()
	followed := map[*ast.FuncDecl]bool{}
	for len(todo) > 0 {
		h := todo[0]
		todo = todo[1:]
		if i := parameter(h.fn, h.arg); i >= 0 && !h.fn.Name.IsExported() {
			if !followed[h.fn] {
				followed[h.fn] = true
				todo = append(todo, t.callers(h.file.Dir, h.fn.Name.Name, i)...)
			}
			continue
		}
		texts, known := t.texts(h.file.Dir, h.fn, h.arg, 0)
		if !known {
			texts = []string{""}
		}
		for _, text := range texts {
			out = append(out, statement{file: h.file, pos: h.pos, text: text, known: known})
		}
	}
	return out
}

func (t *Tree) handings() []handing {
	var out []handing
	for _, f := range t.Go {
		dbName := f.importName(t.Module + "/internal/db")
		if f.Test || f.Outside || inside(f.Dir, "internal/db") || dbName == "" {
			continue
		}
		txs := transactionNames(f.AST, dbName)
		eachCall(f, func(fn *ast.FuncDecl, call *ast.CallExpr) {
			method, ok := call.Fun.(*ast.SelectorExpr)
			if ok && len(call.Args) > 0 && slices.Contains(txMethods, method.Sel.Name) && slices.Contains(txs, lastName(method.X)) {
				out = append(out, handing{f, fn, call.Pos(), call.Args[0]})
			}
		})
	}
	return out
}

// callers are the places of a folder where a function of this name is called, with its i-th argument.
func (t *Tree) callers(dir, name string, i int) []handing {
	var out []handing
	for _, f := range t.Go {
		if f.Dir != dir || f.Test {
			continue
		}
		eachCall(f, func(fn *ast.FuncDecl, call *ast.CallExpr) {
			if lastName(call.Fun) == name && i < len(call.Args) {
				out = append(out, handing{f, fn, call.Pos(), call.Args[i]})
			}
		})
	}
	return out
}

func eachCall(f *GoFile, visit func(*ast.FuncDecl, *ast.CallExpr)) {
	for _, d := range f.AST.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		ast.Inspect(fn, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				visit(fn, call)
			}
			return true
		})
	}
}

func transactionNames(f *ast.File, dbName string) []string {
	names := []string{"tx"}
	ast.Inspect(f, func(n ast.Node) bool {
		field, ok := n.(*ast.Field)
		if !ok {
			return true
		}
		star, ok := field.Type.(*ast.StarExpr)
		if !ok {
			return true
		}
		typ, ok := star.X.(*ast.SelectorExpr)
		if ok && typ.Sel.Name == "Tx" && lastName(typ.X) == dbName {
			for _, n := range field.Names {
				names = append(names, n.Name)
			}
		}
		return true
	})
	return names
}

// lastName is c for a.b.c, for c and for c[K].
func lastName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.IndexExpr:
		return lastName(e.X)
	case *ast.IndexListExpr:
		return lastName(e.X)
	}
	return ""
}

// parameter is the place of the function's parameter that e names, or -1.
func parameter(fn *ast.FuncDecl, e ast.Expr) int {
	name, ok := e.(*ast.Ident)
	if !ok {
		return -1
	}
	i := 0
	for _, field := range fn.Type.Params.List {
		for _, n := range field.Names {
			if n.Name == name.Name {
				return i
			}
			i++
		}
	}
	return -1
}

// texts are all values that e can have, if they are constants.
func (t *Tree) texts(dir string, fn *ast.FuncDecl, e ast.Expr, depth int) ([]string, bool) {
	if depth > 20 {
		return nil, false // defined by itself
	}
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return []string{text}, err == nil && e.Kind == token.STRING
	case *ast.ParenExpr:
		return t.texts(dir, fn, e.X, depth+1)
	case *ast.BinaryExpr:
		left, ok := t.texts(dir, fn, e.X, depth+1)
		right, also := t.texts(dir, fn, e.Y, depth+1)
		return joined(left, right), ok && also && e.Op == token.ADD
	case *ast.SelectorExpr:
		return t.union(dir, fn, t.held[dir].fields[e.Sel.Name], depth)
	case *ast.Ident:
		if local := assigned(fn, e.Name); len(local) > 0 {
			return t.union(dir, fn, local, depth)
		}
		return t.union(dir, fn, t.held[dir].constants[e.Name], depth)
	}
	return nil, false
}

func (t *Tree) union(dir string, fn *ast.FuncDecl, from []ast.Expr, depth int) ([]string, bool) {
	var out []string
	for _, e := range from {
		texts, ok := t.texts(dir, fn, e, depth+1)
		if !ok {
			return nil, false
		}
		out = append(out, texts...)
	}
	return out, len(out) > 0
}

func joined(left, right []string) []string {
	var out []string
	for _, l := range left {
		for _, r := range right {
			out = append(out, l+r)
		}
	}
	return out
}

// assigned are the values given to a variable of a function, or those that a loop over a written-out list gives it. One
// that is changed in another way than by = and := has none that we know.
func assigned(fn *ast.FuncDecl, name string) []ast.Expr {
	var out []ast.Expr
	is := func(e ast.Expr) bool {
		x, ok := e.(*ast.Ident)
		return ok && x.Name == name
	}
	ast.Inspect(fn, func(n ast.Node) bool {
		switch s := n.(type) {
		case *ast.AssignStmt:
			for i, left := range s.Lhs {
				switch {
				case !is(left):
				case len(s.Rhs) != len(s.Lhs) || s.Tok != token.ASSIGN && s.Tok != token.DEFINE:
					out = append(out, &ast.BadExpr{})
				default:
					out = append(out, s.Rhs[i])
				}
			}
		case *ast.RangeStmt:
			if !is(s.Value) {
				return true
			}
			list, ok := s.X.(*ast.CompositeLit)
			if !ok {
				out = append(out, &ast.BadExpr{})
				return true
			}
			out = append(out, list.Elts...)
		}
		return true
	})
	return out
}

// values are what the constants and the fields of a folder's package hold, by name. Constants inside functions count,
// so that a statement can be read wherever it is written.
type values struct {
	constants map[string][]ast.Expr
	fields    map[string][]ast.Expr
}

// hold fills Tree.held.
func (t *Tree) hold() {
	t.held = map[string]values{}
	for _, f := range t.Go {
		if f.Test {
			continue
		}
		if _, ok := t.held[f.Dir]; !ok {
			t.held[f.Dir] = values{constants: map[string][]ast.Expr{}, fields: map[string][]ast.Expr{}}
		}
		t.held[f.Dir].collect(f.AST)
	}
}

func (v values) collect(f *ast.File) {
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GenDecl:
			for _, spec := range n.Specs {
				s, ok := spec.(*ast.ValueSpec)
				for i := 0; ok && n.Tok == token.CONST && i < len(s.Values); i++ {
					name := s.Names[i].Name
					v.constants[name] = append(v.constants[name], s.Values[i])
				}
			}
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok {
				v.fields[key.Name] = append(v.fields[key.Name], n.Value)
			}
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				s, ok := left.(*ast.SelectorExpr)
				if ok && len(n.Rhs) == len(n.Lhs) {
					v.fields[s.Sel.Name] = append(v.fields[s.Sel.Name], n.Rhs[i])
				}
			}
		}
		return true
	})
}
