// Package twin writes rows of a table once more, into an empty table with the same columns, constraints and indexes: what it
// costs a database to keep rows that somebody made, and nothing else.
//
// [Make] puts the rows aside and makes the empty twin, [Fill] copies them into it with one INSERT … SELECT, [Drop] takes both
// away.
package twin

import (
	"fmt"
	"strings"

	"tsuke/internal/db"
)

// Make puts aside the rows that a SELECT of all of a table's columns answers, and makes the table's empty twin.
func Make(tx *db.Tx, table, rows string, args ...any) error {
	if err := tx.Survey(); err != nil {
		return err
	}
	if _, err := tx.Exec(fmt.Sprintf("-- twin.makeAside\nCREATE TABLE aside_%s AS SELECT * FROM %s WHERE 1 = 0", table, table)); err != nil {
		return err
	}
	if _, err := tx.Exec(fmt.Sprintf("-- twin.fillAside\nINSERT INTO aside_%s %s", table, rows), args...); err != nil {
		return err
	}
	if tx.Engine() == db.Postgres {
		_, err := tx.Exec(fmt.Sprintf("-- twin.make\nCREATE TABLE twin_%s (LIKE %s INCLUDING ALL)", table, table))
		return err
	}
	made, err := definitions(tx, table)
	for _, text := range made {
		if err != nil {
			break
		}
		_, err = tx.Exec("-- twin.make\n" + renamed(text, table))
	}
	return err
}

// definitions are the texts with which SQLite made a table and its indexes.
func definitions(tx *db.Tx, table string) ([]string, error) {
	var made []string
	err := tx.Rows(`-- twin.definitions
		SELECT sql FROM sqlite_master WHERE tbl_name = $1 AND sql IS NOT NULL ORDER BY CASE type WHEN 'table' THEN 0 ELSE 1 END`,
		[]any{table}, func(row db.Row) error {
			var text string
			err := row.Scan(&text)
			made = append(made, text)
			return err
		})
	return made, err
}

func renamed(text, table string) string {
	for _, before := range []string{"CREATE TABLE ", "INDEX ", " ON "} {
		text = strings.Replace(text, before+table, before+"twin_"+table, 1)
	}
	return text
}

// Fill writes the rows that were put aside into the twin, and tells how many they are.
func Fill(tx *db.Tx, table string) (int64, error) {
	if err := tx.Survey(); err != nil {
		return 0, err
	}
	return tx.Exec(fmt.Sprintf("-- twin.fill\nINSERT INTO twin_%s SELECT * FROM aside_%s", table, table))
}

// Drop takes the twin and the rows that were put aside away.
func Drop(tx *db.Tx, table string) error {
	for _, kind := range []string{"twin", "aside"} {
		if _, err := tx.Exec(fmt.Sprintf("-- twin.drop\nDROP TABLE %s_%s", kind, table)); err != nil {
			return err
		}
	}
	return nil
}
