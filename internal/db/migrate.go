package db

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"time"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// ErrMigration means that the database's history and this binary's do not fit: a file was changed after it was applied,
// or the database is newer than the binary.
var ErrMigration = errors.New("db: the database's migrations do not fit this binary")

type migration struct {
	number         int
	name, checksum string
	text           string
}

// Migrate brings the schema up to this binary: numbered files, forward only, each in one transaction with the row that
// records it. A file whose checksum changed after it was applied, or a database newer than the binary, is refused.
func (d *DB) Migrate(ctx context.Context) error {
	all, err := loadMigrations(migrationFiles)
	if err != nil {
		return err
	}
	if err := d.inScript(ctx, createMigrationTable); err != nil {
		return err
	}
	for _, m := range all {
		if err := d.apply(ctx, m); err != nil {
			return fmt.Errorf("db: migration %04d_%s: %w", m.number, m.name, err)
		}
	}
	return d.refuseNewer(ctx, all[len(all)-1].number)
}

const createMigrationTable = `
CREATE TABLE IF NOT EXISTS migration (
	bucket BIGINT NOT NULL,
	number BIGINT NOT NULL,
	name TEXT NOT NULL,
	checksum TEXT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (bucket, number)
);
`

func (d *DB) inScript(ctx context.Context, text string) error {
	return d.backend.write(ctx, func(s session) error { return d.backend.script(ctx, s, text) })
}

func (d *DB) apply(ctx context.Context, m migration) error {
	return d.Write(ctx, func(tx *Tx) error {
		if tx.engine == Postgres { // two processes that start at once take turns
			if _, err := tx.Exec("-- db.lockMigrations\nLOCK TABLE migration IN EXCLUSIVE MODE"); err != nil {
				return err
			}
		}
		var checksum string
		err := tx.Row("-- db.migrationChecksum\nSELECT checksum FROM migration WHERE bucket = 0 AND number = $1", m.number).Scan(&checksum)
		switch {
		case err == nil && checksum != m.checksum:
			return fmt.Errorf("%w: the file was changed after it was applied", ErrMigration)
		case err == nil:
			return nil
		case !errors.Is(err, ErrNone):
			return err
		}
		if err := d.backend.script(ctx, tx.session, m.text); err != nil {
			return err
		}
		_, err = tx.Exec("-- db.recordMigration\nINSERT INTO migration (bucket, number, name, checksum, at) VALUES (0, $1, $2, $3, $4)",
			m.number, m.name, m.checksum, Micros(tx.Now()))
		return err
	})
}

func (d *DB) refuseNewer(ctx context.Context, newest int) error {
	return d.Read(ctx, func(tx *Tx) error {
		var last int64
		if err := tx.Row("-- db.lastMigration\nSELECT max(number) FROM migration WHERE bucket = 0").Scan(&last); err != nil {
			return err
		}
		if int(last) > newest {
			return fmt.Errorf("%w: it holds migration %04d, this binary knows up to %04d; start a newer binary", ErrMigration, last, newest)
		}
		return nil
	})
}

// Made is when this database was made: when its first migration ran.
func Made(tx *Tx) (time.Time, error) {
	var at int64
	err := tx.Row("-- db.made\nSELECT at FROM migration WHERE bucket = 0 AND number = 1").Scan(&at)
	return FromMicros(at), err
}

var migrationName = regexp.MustCompile(`^(\d{4})_([a-z0-9_]+)\.sql$`)

func loadMigrations(files fs.FS) ([]migration, error) {
	names, err := fs.Glob(files, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	sort.Strings(names)
	var all []migration
	for _, name := range names {
		m := migrationName.FindStringSubmatch(strings.TrimPrefix(name, "migrations/"))
		if m == nil {
			return nil, fmt.Errorf("db: %s is not named NNNN_verb_noun.sql", name)
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		number, err := strconv.Atoi(m[1])
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(text)
		all = append(all, migration{number: number, name: m[2], checksum: hex.EncodeToString(sum[:]), text: string(text)})
	}
	for i, m := range all {
		if m.number != i+1 {
			return nil, fmt.Errorf("db: migration %04d is missing or doubled", i+1)
		}
	}
	return all, nil
}

var (
	liteTypes = strings.NewReplacer("BIGINT", "INTEGER", "BOOLEAN", "INTEGER", "BYTEA", "BLOB")
	tableEnd  = regexp.MustCompile(`(?m)^\);$`)
)

// liteDDL turns the shared schema text into SQLite's: its names for the four types, strict typing, and tables that are
// stored in the order of their primary key, as each has one that begins with its bucket.
func liteDDL(text string) string {
	return tableEnd.ReplaceAllString(liteTypes.Replace(text), ") STRICT, WITHOUT ROWID;")
}
