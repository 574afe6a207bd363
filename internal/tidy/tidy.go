// Package tidy checks the code itself: what linters cannot know, because it is this house's own order.
//
// The order is one table (floors.go): which packages there are, on which floor each stands, and which third-party
// modules may be used where and why. Each rule is a function from the read repository to a list of problems, and each
// has a fixture in testdata that it must find fault with, so that no rule can rot into one that never fails.
//
// A function or file that is longer than allowed can be entered in testdata/ratchet.txt with its present length; an
// entry may only shrink and must go when it is no longer needed.
package tidy

import (
	"cmp"
	"fmt"
	"slices"
)

// Problem is one place that breaks a rule, with what to do about it.
type Problem struct {
	Path string // of the file, from the root of the repository, with slashes; may be a folder
	Line int    // from 1; 0 if the whole file is meant
	Text string // what is wrong and the cure
}

// String is the problem in the form that editors jump to: path:line: text.
func (p Problem) String() string {
	if p.Line == 0 {
		return fmt.Sprintf("%s: %s", p.Path, p.Text)
	}
	return fmt.Sprintf("%s:%d: %s", p.Path, p.Line, p.Text)
}

// Rule is one law of the house.
type Rule struct {
	Name  string // also the name of its fixtures: testdata/<name>*.txtar
	Check func(*Tree, Layout) []Problem
}

// Rules are all the laws.
func Rules() []Rule {
	return []Rule{
		{"table", checkTable},
		{"floors", checkFloors},
		{"purity", checkPurity},
		{"drivers", checkDrivers},
		{"http", checkHTTP},
		{"modules", checkModules},
		{"clock", checkClock},
		{"floats", checkFloats},
		{"init", checkInit},
		{"names", checkNames},
		{"size", checkSize},
		{"comments", checkComments},
		{"leftovers", checkLeftovers},
		{"sqlplace", checkSQLPlace},
		{"sqltext", checkSQLText},
		{"migrations", checkMigrations},
		{"titles", checkTitles},
		{"links", checkLinks},
		{"citations", checkCitations},
	}
}

func sorted(ps []Problem) []Problem {
	slices.SortFunc(ps, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Text, b.Text))
	})
	return slices.Compact(ps)
}
