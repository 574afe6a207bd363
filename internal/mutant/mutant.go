// Package mutant asks whether the tests would notice. It plants bugs in the product, one at a time, and wants each of them
// found.
//
// # The story
//
// A [Mutant] is a mistake that an engineer could plausibly make: a condition forgotten, a lock not taken, an event not
// written. It is a text substitution, so that it reads like a line of a review, and is applied without touching the tree,
// through the overlay of the go command. Beside it stand the guarantees that it breaks and its catchers: tests and
// simulator checks of which each must go red.
//
// [Hunter] builds the catchers with a mutant inside and runs them. A mutant that nobody notices has survived: either it
// changes nothing that matters, and does not belong in the [Table], or a test is missing. A mutant that does not compile
// has not been caught but is a broken line of the table, and so is a catcher that is red without any mutant.
//
// The product moves on under the table. Each old text must stand exactly once in its file, and each catcher must be a test
// that exists: a fast test of this package checks both, so that the table cannot rot.
//
// Locks: none.
package mutant

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// Mutant is one planted bug.
type Mutant struct {
	Name     string // unique, lower case with hyphens
	Bug      string // the mistake, in one sentence
	Edits    []Edit // applied together
	Catchers []Catcher
	Always   bool // part of every sample: the acceptance of the money core names it
}

// Edit replaces a text that stands exactly once in a file.
type Edit struct {
	File string // from the root of the repository, with slashes
	Old  string
	New  string
}

// Engine is the database that a catcher runs on. It is a type of its own because this package must be able to plant bugs
// in the product's.
type Engine string

// The engines, named as in TSUKE_TEST_DB.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Catcher is a check that must go red: a test of a package, or a check of the simulator.
type Catcher struct {
	Guarantee string // which promise it watches over: "G01"
	Package   string // "internal/checkout"; empty for the simulator
	Test      string // the name of the test function
	Engine    Engine
	Rounds    int  // how often the test runs at most: more than once if it lets threads race
	ReadsTree bool // the test reads the sources and not the program: it is shown an edited copy
	Seeds     int  // of the simulator
}

// String names the catcher as people run it.
func (c Catcher) String() string {
	if c.Package == "" {
		return "simulator, " + c.Guarantee + " alone"
	}
	name := path.Base(c.Package) + "." + c.Test
	if c.Engine == Postgres {
		name += " (postgres)"
	}
	return name
}

// by is a test on SQLite that watches over a guarantee.
func by(guarantee, pkg, test string) Catcher {
	return Catcher{Guarantee: guarantee, Package: "internal/" + pkg, Test: test, Engine: SQLite, Rounds: 1}
}

// onPostgres is a test on PostgreSQL.
func onPostgres(guarantee, pkg, test string) Catcher {
	c := by(guarantee, pkg, test)
	c.Engine = Postgres
	return c
}

// racing is a test on PostgreSQL that lets transactions race, run until one of them loses.
func racing(guarantee, pkg, test string) Catcher {
	c := onPostgres(guarantee, pkg, test)
	c.Rounds = 5
	return c
}

// chancy is a test in which it depends on the machine what is met, run until it is.
func chancy(guarantee, pkg, test string) Catcher {
	c := by(guarantee, pkg, test)
	c.Rounds = 5
	return c
}

// reading is a test that reads the sources.
func reading(guarantee, pkg, test string) Catcher {
	c := by(guarantee, pkg, test)
	c.ReadsTree = true
	return c
}

// enough is how many towns of the simulator must show a bug. The rarest was seen first in the 228th; which towns show what moves
// with every change of their people.
const enough = 500

// seen is a check of the simulator, alone, that must go red.
func seen(guarantee string) Catcher {
	return Catcher{Guarantee: guarantee, Engine: SQLite, Rounds: 1, Seeds: enough}
}

// Breaks are the guarantees that a mutant's catchers watch over, sorted.
func (m Mutant) Breaks() []string {
	var all []string
	for _, c := range m.Catchers {
		all = append(all, c.Guarantee)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Table lists all mutants, by the package in which they are planted.
func Table() []Mutant {
	return slices.Concat(machinery, core, bills, debits, edges, payouts,
		journals, otherWays, invoices)
}

// Named picks mutants by name; a name that ends in a star picks all that begin with it.
func Named(all []Mutant, names ...string) ([]Mutant, error) {
	var out []Mutant
	for _, name := range names {
		prefix, star := strings.CutSuffix(name, "*")
		before := len(out)
		for _, m := range all {
			if m.Name == name || star && strings.HasPrefix(m.Name, prefix) {
				out = append(out, m)
			}
		}
		if len(out) == before {
			return nil, fmt.Errorf("mutant: no mutant %q", name)
		}
	}
	return out, nil
}
