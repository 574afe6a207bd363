package tidy

import (
	"fmt"
	"slices"
	"strings"
)

// checkTable compares the folders with the floor table.
func checkTable(t *Tree, l Layout) []Problem {
	var out []Problem
	present := map[string]bool{}
	for _, f := range t.Go {
		present[f.Dir] = true
		if f.Outside || f.Tool {
			continue
		}
		if _, ok := l.entry(f.Dir); !ok {
			out = append(out, Problem{Path: f.Dir, Text: "not in the floor table: enter it in internal/tidy/floors.go with its floor and its role"})
		}
	}
	for _, p := range l.Packages {
		if !present[p.Dir] && !slices.Contains(l.Planned, p.Dir) {
			out = append(out, Problem{Path: p.Dir, Text: "is in the floor table but not in the tree: take the entry out"})
		}
		if strings.TrimSpace(p.Role) == "" {
			out = append(out, Problem{Path: p.Dir, Text: "has no role in the floor table"})
		}
	}
	for _, dir := range l.Planned {
		if !slices.ContainsFunc(l.Packages, func(p Package) bool { return p.Dir == dir }) {
			out = append(out, Problem{Path: dir, Text: "is planned but not in the floor table"})
		}
	}
	return out
}

// checkFloors refuses imports sideways and up.
func checkFloors(t *Tree, l Layout) []Problem {
	var out []Problem
	for _, f := range t.Go {
		from, ok := l.entry(f.Dir)
		if !ok || f.Outside || f.Tool {
			continue
		}
		for _, i := range f.imports() {
			if !inside(i.path, t.Module) {
				continue
			}
			to, ok := l.entry(strings.TrimPrefix(i.path, t.Module+"/"))
			if ok && !mayImport(f, from, to) {
				out = append(out, t.problem(f, i.pos, "%s (%s) must not import %s (%s): only lower floors; call down, push state down, or let app connect a hook",
					from.Dir, floorName(from.Floor), to.Dir, floorName(to.Floor)))
			}
		}
	}
	return out
}

func mayImport(f *GoFile, from, to Package) bool {
	switch {
	case from.Floor == floorTests || to.Floor == floorTests:
		return from.Floor == floorTests || f.Test
	case from.Dir == to.Dir || related(from, to):
		return true
	}
	return to.Floor < from.Floor
}

func floorName(floor int) string {
	if floor == floorTests {
		return "tests"
	}
	return fmt.Sprintf("floor %d", floor)
}

// impure are packages of the standard library that reach outside the process.
var impure = []string{"database/sql", "log", "net", "net/http", "net/rpc", "net/smtp", "os", "plugin", "syscall"}

// checkPurity keeps floor 0 free of other people's code and of the outside. The clock may read the file that moves it.
func checkPurity(t *Tree, l Layout) []Problem {
	var out []Problem
	for _, f := range t.Go {
		from, ok := l.entry(f.Dir)
		if !ok || from.Floor != 0 || f.Test || f.Tool {
			continue
		}
		for _, i := range f.imports() {
			switch {
			case inside(i.path, t.Module), inside(i.path, "golang.org/x/text"):
			case !t.standard(i.path):
				out = append(out, t.problem(f, i.pos, "floor 0 imports only the standard library and golang.org/x/text, not %s", i.path))
			case from.Dir != "internal/clock" && reachesOut(i.path):
				out = append(out, t.problem(f, i.pos, "floor 0 holds values: it must not import %s", i.path))
			}
		}
	}
	return out
}

func reachesOut(importPath string) bool {
	return slices.ContainsFunc(impure, func(p string) bool { return importPath == p }) ||
		inside(importPath, "os") || inside(importPath, "net/http")
}

// checkDrivers keeps databases behind internal/db. The interfaces of database/sql/driver are for values that can be
// stored, and free.
func checkDrivers(t *Tree, _ Layout) []Problem {
	var out []Problem
	for _, f := range t.Go {
		if f.Outside || inside(f.Dir, "internal/db") {
			continue
		}
		for _, i := range f.imports() {
			if i.path == "database/sql" || inside(i.path, "github.com/jackc/pgx/v5") || inside(i.path, "modernc.org/sqlite") {
				out = append(out, t.problem(f, i.pos, "only internal/db speaks to databases, not through %s here", i.path))
			}
		}
	}
	return out
}

// edges may speak HTTP.
var edges = []string{
	"internal/api", "internal/web", "internal/gateway", "internal/status", "internal/queue", "internal/site",
	"internal/app", "internal/demo", "internal/cli", "cmd/tsuke",
}

// checkHTTP keeps HTTP at the edges, so that the rules of the domain can be read and run without it.
func checkHTTP(t *Tree, l Layout) []Problem {
	var out []Problem
	for _, f := range t.Go {
		from, ok := l.entry(f.Dir)
		if !ok || f.Outside || f.Tool || f.Test || from.Floor == floorTests ||
			slices.ContainsFunc(edges, func(e string) bool { return inside(f.Dir, e) }) {
			continue
		}
		for _, i := range f.imports() {
			if inside(i.path, "net/http") {
				out = append(out, t.problem(f, i.pos, "only the edges import %s; hand values up instead", i.path))
			}
		}
	}
	return out
}

// checkModules compares imports and go.mod with the allow-list.
func checkModules(t *Tree, l Layout) []Problem {
	var out []Problem
	used := map[string]bool{}
	for _, f := range t.Go {
		if f.Outside {
			continue
		}
		for _, i := range f.imports() {
			if t.standard(i.path) || inside(i.path, t.Module) {
				continue
			}
			m, ok := l.module(i.path)
			used[m.Path] = true
			if text := l.refusal(f, m, ok); text != "" {
				out = append(out, t.problem(f, i.pos, "%s %s", i.path, text))
			}
		}
	}
	for _, m := range l.Modules {
		if !used[m.Path] && len(l.Planned) == 0 {
			out = append(out, Problem{Path: "internal/tidy/floors.go", Text: m.Path + " is on the allow-list but nobody imports it"})
		}
		if m.Why == "" {
			out = append(out, Problem{Path: "internal/tidy/floors.go", Text: m.Path + " is on the allow-list without a reason"})
		}
	}
	for required, line := range t.Require {
		if _, ok := l.module(required); !ok {
			out = append(out, Problem{Path: "go.mod", Line: line, Text: required + " is not on the allow-list of internal/tidy/floors.go"})
		}
	}
	return out
}

func (l Layout) refusal(f *GoFile, m Module, listed bool) string {
	from, _ := l.entry(f.Dir)
	test := f.Test || from.Floor == floorTests
	switch {
	case !listed:
		return "is not on the allow-list of internal/tidy/floors.go: enter it with a reason, or do without"
	case test:
		return ""
	case m.TestsOnly:
		return "is for tests only"
	case len(m.Only) > 0 && !slices.ContainsFunc(m.Only, func(dir string) bool { return inside(f.Dir, dir) }):
		return "is for " + strings.Join(m.Only, " and ") + " only"
	}
	return ""
}
