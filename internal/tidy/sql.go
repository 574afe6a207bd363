package tidy

import (
	"go/ast"
	"go/token"
	"regexp"
	"strconv"
	"strings"
)

// looksLikeSQL matches whole statements, in capitals as we write them.
var looksLikeSQL = regexp.MustCompile(`^\s*(--[^\n]*\n\s*)*(SELECT\s[\s\S]*\sFROM\s|INSERT INTO\s|UPDATE\s+\w+\s[\s\S]*\bSET\s|DELETE FROM\s|WITH\s+\w+[^;]*\sAS\s*\()`)

// checkSQLPlace wants all SQL of a package in files named store.go or store_*.go.
//
// Packages that only tests import may look into tables where they stand.
func checkSQLPlace(t *Tree, l Layout) []Problem {
	var out []Problem
	forTests := func(f *GoFile) bool {
		p, _ := l.entry(f.Dir)
		return p.Floor == floorTests
	}
	for _, s := range t.statements() {
		if !isStore(s.file) && !forTests(s.file) {
			out = append(out, t.problem(s.file, s.pos, "SQL stands in store.go and nowhere else"))
		}
	}
	for _, f := range t.Go {
		if f.Test || f.Outside || isStore(f) || forTests(f) || inside(f.Dir, "internal/db") {
			continue
		}
		ast.Inspect(f.AST, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			if text, err := strconv.Unquote(lit.Value); err == nil && looksLikeSQL.MatchString(text) {
				out = append(out, t.problem(f, lit.Pos(), "SQL stands in store.go and nowhere else"))
			}
			return true
		})
	}
	return out
}

func isStore(f *GoFile) bool {
	name := unit(f.Path)
	return name == "store" || strings.HasPrefix(name, "store_")
}

var (
	statementName = regexp.MustCompile(`^-- ([a-z]+)\.([A-Za-z][A-Za-z0-9_]*)\n`)
	allColumns    = regexp.MustCompile(`(?i)\b(select|returning)\s+(distinct\s+)?(\w+\.)?\*|,\s*\w+\.\*`)
	placeholder   = regexp.MustCompile(`\?`)
	lineComment   = regexp.MustCompile(`--[^\n]*`)
	quotedText    = regexp.MustCompile(`'(?:[^']|'')*'`)
)

// checkSQLText reads each statement.
func checkSQLText(t *Tree, _ Layout) []Problem {
	var out []Problem
	named := map[string]string{}
	for _, s := range t.statements() {
		say := func(format string, args ...any) { out = append(out, t.problem(s.file, s.pos, format, args...)) }
		if !s.known {
			say("a statement is a constant text: write the variants out, so that each can be found by its name and none can be injected into")
			continue
		}
		text := strings.TrimLeft(s.text, " \t\n")
		m := statementName.FindStringSubmatch(text)
		pkg := strings.TrimSuffix(s.file.AST.Name.Name, "_test")
		switch {
		case m == nil:
			say("a statement begins with its name: `-- %s.whatItDoes`", pkg)
		case m[1] != pkg:
			say("statement %s.%s stands in package %s", m[1], m[2], pkg)
		case named[m[0]] != "" && named[m[0]] != text:
			say("another statement is named %s.%s", m[1], m[2])
		default:
			named[m[0]] = text
		}
		code := quotedText.ReplaceAllString(lineComment.ReplaceAllString(text, ""), "''")
		if allColumns.MatchString(code) {
			say("list the columns instead of *: a new column must not change what is read")
		}
		if placeholder.MatchString(code) {
			say("placeholders are $1, $2, …")
		}
	}
	return out
}
