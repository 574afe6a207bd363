package db

import "strings"

// The points of every transaction that Options.At is told besides the names of its statements.
const (
	BeforeCommit = "commit"    // the function has done its work; nothing of it stands yet
	AfterCommit  = "committed" // it stands, and nobody has been told
)

// reach tells Options.At that a point is reached.
func (d *DB) reach(point string) {
	if d.at != nil {
		d.at(point)
	}
}

// about tells Options.At the name of a statement that is about to run.
func (t *Tx) about(sql string) {
	if t.at != nil {
		name, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimLeft(sql, " \t\n"), "-- "), "\n")
		t.at(name)
	}
}

// render is a statement that is about to run in the words of the engine.
func (t *Tx) render(sql string, cols []column) string {
	t.about(sql)
	return render(sql, t.engine, cols)
}
