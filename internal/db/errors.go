package db

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// The errors of this package. Driver errors are mapped by their code, never by their text.
var (
	// ErrNone means that no row was found.
	ErrNone = errors.New("db: no such row")
	// ErrUnique means that a unique constraint refused the write. Conflicts that are expected use ON CONFLICT, so one
	// that arrives here is a bug or the last net.
	ErrUnique = errors.New("db: a unique constraint refused the write")
	// ErrCheck means that a CHECK constraint refused the write: the last net under a rule.
	ErrCheck = errors.New("db: a check constraint refused the write")
	// ErrSerialization means that the transaction lost against another and can be run again; Write does so.
	ErrSerialization = errors.New("db: the transaction lost against another one")
	// ErrConnection means that the connection broke before the commit was under way: nothing stands. Write runs its
	// function again.
	ErrConnection = errors.New("db: the connection broke before the commit")
	// ErrCommitUnknown means that the connection broke while the commit was under way: it may stand or not.
	ErrCommitUnknown = errors.New("db: the outcome of the commit is not known")
	// ErrBroken means that the store failed to flush. The process takes no more writes: an fsync that failed once can
	// report success the next time although the data is gone.
	ErrBroken = errors.New("db: the store failed to flush; no more writes are taken")
)

// mapped keeps the driver's error for the log and adds what the caller may ask for.
func mapped(err error) error {
	if err == nil {
		return nil
	}
	if broken(err) {
		return fmt.Errorf("%w: %w", ErrConnection, err)
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return mapPostgres(pg, err)
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return mapSQLite(lite, err)
	}
	return err
}

// broken tells whether a connection to PostgreSQL ended under a statement: cut, or closed by a server that goes down (class
// 57P). A caller whose own time is up closes it too; that is no broken line.
func broken(err error) bool {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return false
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return strings.HasPrefix(pg.Code, "57P")
	}
	var op *net.OpError
	return errors.As(err, &op) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) || pgconn.SafeToRetry(err)
}

func mapPostgres(pg *pgconn.PgError, err error) error {
	switch pg.Code {
	case "23505":
		return fmt.Errorf("%w (%s): %w", ErrUnique, pg.ConstraintName, err)
	case "23514":
		return fmt.Errorf("%w (%s): %w", ErrCheck, pg.ConstraintName, err)
	case "40001", "40P01":
		return fmt.Errorf("%w: %w", ErrSerialization, err)
	case "22012": // division by zero: a statement of LaterAll changed fewer rows than it had to
		return fmt.Errorf("%w: it changed fewer rows than it had to: %w", ErrSerialization, err)
	}
	return err
}

func mapSQLite(lite *sqlite.Error, err error) error {
	switch lite.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return fmt.Errorf("%w: %w", ErrUnique, err)
	case sqlite3.SQLITE_CONSTRAINT_CHECK:
		return fmt.Errorf("%w: %w", ErrCheck, err)
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_SNAPSHOT, sqlite3.SQLITE_LOCKED:
		return fmt.Errorf("%w: %w", ErrSerialization, err)
	case sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_DIR_FSYNC, sqlite3.SQLITE_IOERR_WRITE:
		return fmt.Errorf("%w: %w", ErrBroken, err)
	}
	return err
}
