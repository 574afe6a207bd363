package tidy

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strings"
)

// mayTellTime are the folders that may ask or await the system's clock. Everybody else is handed an instant, so that a
// day can be played again.
var mayTellTime = []string{"internal/clock", "internal/db", "internal/app"}

var (
	clockCalls = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "NewTimer", "NewTicker", "Tick"}
	sleepCalls = []string{"Sleep", "Tick"}
)

// checkClock finds the system's clock where it must not be read. A test may set a deadline, but never sleeps: it waits
// for what it is waiting for.
func checkClock(t *Tree, _ Layout) []Problem {
	var out []Problem
	for _, f := range t.Go {
		banned, cure := clockCalls, "take the instant from the transaction or from a clock.Clock"
		switch {
		case f.Test || f.Outside:
			banned, cure = sleepCalls, "wait for the thing itself, or move the hand-set clock"
		case f.Tool || slices.ContainsFunc(mayTellTime, func(dir string) bool { return inside(f.Dir, dir) }):
			continue
		}
		name := f.importName("time")
		if name == "" {
			continue
		}
		ast.Inspect(f.AST, func(n ast.Node) bool {
			s, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := s.X.(*ast.Ident); ok && x.Name == name && slices.Contains(banned, s.Sel.Name) {
				out = append(out, t.problem(f, s.Pos(), "time.%s: %s", s.Sel.Name, cure))
			}
			return true
		})
	}
	return out
}

// exact are the folders where a fraction of a yen must not exist even for a moment.
var exact = []string{
	"internal/money", "internal/ledger", "internal/credit", "internal/checkout", "internal/billing", "internal/points",
	"internal/prepaid", "internal/instore", "internal/card", "internal/settlement", "internal/collection",
}

func checkFloats(t *Tree, _ Layout) []Problem {
	var out []Problem
	for _, f := range t.Go {
		if f.Test || f.Tool || !slices.ContainsFunc(exact, func(dir string) bool { return inside(f.Dir, dir) }) {
			continue
		}
		ast.Inspect(f.AST, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Ident:
				if n.Name == "float32" || n.Name == "float64" {
					out = append(out, t.problem(f, n.Pos(), "%s near money: use yen and basis points", n.Name))
				}
			case *ast.BasicLit:
				if n.Kind == token.FLOAT {
					out = append(out, t.problem(f, n.Pos(), "%s near money: use yen and basis points", n.Value))
				}
			}
			return true
		})
	}
	return out
}

func checkInit(t *Tree, _ Layout) []Problem {
	var out []Problem
	for _, f := range t.Go {
		for _, d := range f.AST.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" && !f.Test {
				out = append(out, t.problem(f, fn.Pos(), "func init runs where nobody called it: make it a function that app calls, or a package variable's value"))
			}
		}
	}
	return out
}

// vague are names that say nothing about what is inside.
var vague = []string{"util", "utils", "common", "helper", "helpers", "manager", "managers", "model", "models", "types", "misc"}

func checkNames(t *Tree, _ Layout) []Problem {
	var out []Problem
	for _, f := range t.Go {
		if name := f.AST.Name.Name; slices.Contains(vague, strings.TrimSuffix(name, "_test")) {
			out = append(out, t.problem(f, f.AST.Name.Pos(), "package %s: name it after what it knows", name))
		}
		base := strings.TrimSuffix(path.Base(f.Path), ".go")
		for _, word := range strings.Split(base, "_") {
			if slices.Contains(vague, word) && !f.Test {
				out = append(out, Problem{Path: f.Path, Text: fmt.Sprintf("a file named %q: name it after what it holds", word)})
			}
		}
	}
	return out
}

const (
	maxFunction = 70  // lines, from the word func to the closing brace
	maxFile     = 600 // lines
	maxMain     = 100 // lines of cmd/tsuke/main.go
)

// checkSize keeps functions and files short, but for the entries of the ratchet, and the ratchet tight.
func checkSize(t *Tree, _ Layout) []Problem {
	var out []Problem
	spare := map[string]bool{}
	for place := range t.Ratchet {
		spare[place] = true
	}
	judge := func(f *GoFile, line int, place string, lines, limit int) {
		allowed, listed := t.Ratchet[place]
		if lines > limit {
			delete(spare, place)
		}
		switch {
		case lines > limit && !listed:
			out = append(out, Problem{Path: f.Path, Line: line, Text: fmt.Sprintf("%d lines, at most %d: it wants to be two things", lines, limit)})
		case lines > limit && lines > allowed:
			out = append(out, Problem{Path: f.Path, Line: line, Text: fmt.Sprintf("grew from %d to %d lines; the ratchet only turns one way", allowed, lines)})
		case lines > limit && lines < allowed:
			out = append(out, Problem{Path: ratchetPath, Text: fmt.Sprintf("%s is down to %d lines: write that instead of %d", place, lines, allowed)})
		}
	}
	for _, f := range t.Go {
		if f.Test || f.Generated {
			continue
		}
		limit := maxFile
		if f.Path == "cmd/tsuke/main.go" {
			limit = maxMain
		}
		judge(f, 0, f.Path, bytes.Count(f.Source, []byte("\n")), limit)
		for _, d := range f.AST.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				judge(f, t.Line(fn.Pos()), f.Path+":"+functionName(fn), t.Line(fn.End())-t.Line(fn.Type.Func)+1, maxFunction)
			}
		}
	}
	for place := range spare {
		out = append(out, Problem{Path: ratchetPath, Text: place + " is short enough now or gone: take the entry out"})
	}
	return out
}

// functionName is Verify, or Book.Verify for a method.
func functionName(fn *ast.FuncDecl) string {
	if receiver := receiverName(fn); receiver != "" {
		return receiver + "." + fn.Name.Name
	}
	return fn.Name.Name
}

func receiverName(fn *ast.FuncDecl) string {
	if fn.Recv == nil || len(fn.Recv.List) == 0 {
		return ""
	}
	expr := fn.Recv.List[0].Type
	for {
		switch e := expr.(type) {
		case *ast.StarExpr:
			expr = e.X
		case *ast.IndexExpr:
			expr = e.X
		case *ast.IndexListExpr:
			expr = e.X
		case *ast.ParenExpr:
			expr = e.X
		case *ast.Ident:
			return e.Name
		default:
			return ""
		}
	}
}

// leftover is a note to oneself. (The pattern is written so that it does not find itself.)
var leftover = regexp.MustCompile(`\b(TO[D]O|FIX[M]E|XX[X]|HA[C]K)\b`)

// checkLeftovers refuses notes about work that is not done: do it, or write an issue.
func checkLeftovers(t *Tree, _ Layout) []Problem {
	var out []Problem
	find := func(name, text string) {
		for i, line := range strings.Split(text, "\n") {
			if word := leftover.FindString(line); word != "" {
				out = append(out, Problem{Path: name, Line: i + 1, Text: word + ": finish it, or take it out"})
			}
		}
	}
	for _, f := range t.Go {
		find(f.Path, string(f.Source))
	}
	for _, f := range t.Texts {
		find(f.Path, f.Source)
	}
	return out
}
