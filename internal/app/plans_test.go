package app

import (
	"slices"
	"strings"
	"testing"

	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/ledger"
)

// step is a line of SQLite's EXPLAIN QUERY PLAN.
type step struct {
	id, parent int64
	detail     string
}

// TestReadAnew: what the test below looks for, in plans as SQLite prints them.
func TestReadAnew(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		plan []step
		anew int
	}{
		"a table":                    {[]step{{2, 0, "SCAN p"}}, 0},
		"a table and an index":       {[]step{{2, 0, "SCAN p"}, {7, 0, "SEARCH o USING AUTOMATIC COVERING INDEX (payment=?) LEFT-JOIN"}}, 0},
		"a table for each row":       {[]step{{2, 0, "SCAN p"}, {7, 0, "SCAN o"}}, 1},
		"a table for each found row": {[]step{{2, 0, "SEARCH p USING PRIMARY KEY (bucket=?)"}, {7, 0, "SCAN o LEFT-JOIN"}}, 1},
		"a subquery for each row":    {[]step{{2, 0, "SCAN p"}, {9, 0, "CORRELATED SCALAR SUBQUERY 1"}, {12, 9, "SCAN o"}}, 1},
		"a subquery looked up":       {[]step{{2, 0, "SCAN p"}, {9, 0, "CORRELATED SCALAR SUBQUERY 1"}, {12, 9, "SEARCH o USING PRIMARY KEY (bucket=?)"}}, 0},
		"a subquery, once":           {[]step{{2, 0, "MATERIALIZE x"}, {5, 2, "SCAN o"}, {9, 0, "SCAN p"}}, 0},
	} {
		if anew := readAnew(c.plan); len(anew) != c.anew {
			t.Errorf("%s: %d, not %d: %v", name, len(anew), c.anew, anew)
		}
	}
}

// TestNoCheckReadsATableForEachRow: on SQLite nobody makes up for an index that is missing, and a table that is read anew for each row
// of another keeps the check of a million payments from ever ending.
func TestNoCheckReadsATableForEachRow(t *testing.T) {
	t.Parallel()
	d := dbtest.OpenDSN(t, "sqlite:"+t.TempDir()+"/plans.db")
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		for _, c := range ledger.All(Checks()...) {
			var plan []step
			err := tx.Rows("-- app_test.plan\nEXPLAIN QUERY PLAN "+c.SQL, nil, func(row db.Row) error {
				var s step
				var unused int64
				err := row.Scan(&s.id, &s.parent, &unused, &s.detail)
				plan = append(plan, s)
				return err
			})
			if err != nil {
				return err
			}
			for _, s := range readAnew(plan) {
				t.Errorf("%q: %s, for each row of something else", c.Name, s.detail)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// readAnew lists what is read as a whole in an inner loop, or in a subquery that is run for each row.
func readAnew(plan []step) (anew []step) {
	for i, s := range plan {
		if !strings.HasPrefix(s.detail, "SCAN ") || s.detail == "SCAN CONSTANT ROW" {
			continue
		}
		parent := slices.IndexFunc(plan, func(p step) bool { return p.id == s.parent })
		inner := slices.ContainsFunc(plan[:i], func(o step) bool {
			return o.parent == s.parent && (strings.HasPrefix(o.detail, "SCAN ") || strings.HasPrefix(o.detail, "SEARCH "))
		})
		if inner || parent >= 0 && strings.HasPrefix(plan[parent].detail, "CORRELATED ") {
			anew = append(anew, s)
		}
	}
	return anew
}
