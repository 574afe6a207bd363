package db_test

import (
	"strings"
	"testing"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
)

// TestPlansDoNotReadWholeTables: not on an empty table either, but for a transaction that says it surveys.
func TestPlansDoNotReadWholeTables(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	settings := func(survey bool) map[string]string {
		found := map[string]string{}
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			if survey {
				if err := tx.Survey(); err != nil {
					return err
				}
			}
			if !dbtest.Postgres() {
				return nil
			}
			return tx.Rows(`-- db_test.settings
				SELECT name, setting FROM pg_settings
				WHERE name IN ('enable_seqscan', 'enable_hashjoin', 'enable_mergejoin', 'plan_cache_mode', 'statement_timeout')`,
				nil, func(row db.Row) error {
					var name, value string
					err := row.Scan(&name, &value)
					found[name] = value
					return err
				})
		})
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	if !dbtest.Postgres() {
		settings(true) // changes nothing
		return
	}
	for i, want := range []map[string]string{
		{"enable_seqscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off", "plan_cache_mode": "force_generic_plan", "statement_timeout": "60000"},
		{"enable_seqscan": "on", "enable_hashjoin": "on", "enable_mergejoin": "on", "plan_cache_mode": "force_generic_plan", "statement_timeout": "0"},
		{"enable_seqscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off", "plan_cache_mode": "force_generic_plan", "statement_timeout": "60000"},
	} {
		got := settings(i == 1)
		for name, value := range want {
			if got[name] != value {
				t.Errorf("transaction %d: %s is %q, not %q", i, name, got[name], value)
			}
		}
	}
}

// TestPlansFollowTheSizeOfATable: a plan made while a table was empty, and known to be empty, is the cheapest one then: it
// goes through the whole index. It must not be kept when the table has grown.
func TestPlansFollowTheSizeOfATable(t *testing.T) {
	t.Parallel()
	if !dbtest.Postgres() {
		t.Skip("SQLite plans once, by the indexes alone")
	}
	for _, c := range []struct {
		name string
		kept time.Duration
		want bool
	}{
		{"kept", time.Hour, false}, // or this test shows nothing
		{"made anew", 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := dbtest.Open(t)
			db.KeepPlans(d, c.kept)
			set := db.NewSet(db.Cols{"bucket:int", "name:text"})
			set.Add(1, "1")
			look := func(tx *db.Tx) error {
				_, err := tx.Each(`-- db_test.look
					SELECT g.name FROM {rows} JOIN grown g ON g.bucket = r.bucket AND g.name = r.name`, set, func(db.Row) error { return nil })
				return err
			}
			write(t, d, does(`-- db_test.create
				CREATE TABLE grown (bucket BIGINT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (bucket, name))`))
			write(t, d, does("-- db_test.analyze\nANALYZE grown"))
			if err := d.Read(t.Context(), look); err != nil {
				t.Fatal(err)
			}
			write(t, d, does(`-- db_test.grow
				INSERT INTO grown SELECT n % 1024, CAST(n AS TEXT) FROM generate_series(1, 20000) n`))
			var plan string
			err := d.Read(t.Context(), func(tx *db.Tx) error {
				if err := look(tx); err != nil {
					return err
				}
				var name string
				err := tx.Row(`-- db_test.name
					SELECT name FROM pg_prepared_statements WHERE statement LIKE '-- db_test.look%'`).Scan(&name)
				if err != nil {
					return err
				}
				return tx.Rows("-- db_test.plan\nEXPLAIN EXECUTE "+name+"('{1}', '{1}')", nil, func(row db.Row) error {
					var line string
					err := row.Scan(&line)
					plan += line + "\n"
					return err
				})
			})
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Contains(plan, "Index Cond: ((bucket = r.bucket) AND (name = r.name))"); got != c.want {
				t.Errorf("looks for the rows it was asked for: %v, want %v\n%s", got, c.want, plan)
			}
		})
	}
}

func does(statement string) func(*db.Tx) error {
	return func(tx *db.Tx) error {
		_, err := tx.Exec(statement)
		return err
	}
}
