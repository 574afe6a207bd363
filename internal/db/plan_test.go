package db_test

import (
	"testing"

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
