package db

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// Only a server that says ERROR has refused a commit. One that ends the session instead (FATAL, as when a wait for the
// standby is cancelled by a shutdown) may have committed, and so may one that says nothing.
func TestOnlyARefusedCommitIsKnown(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		err     error
		unknown bool
		is      error // beyond that
	}{
		{"serialization", &pgconn.PgError{SeverityUnlocalized: "ERROR", Code: "40001"}, false, ErrSerialization},
		{"check", &pgconn.PgError{SeverityUnlocalized: "ERROR", Code: "23514"}, false, ErrCheck},
		{"shutdown", &pgconn.PgError{SeverityUnlocalized: "FATAL", Code: "57P01"}, true, nil},
		{"crash of another session", &pgconn.PgError{SeverityUnlocalized: "FATAL", Code: "57P02"}, true, nil},
		{"panic", &pgconn.PgError{SeverityUnlocalized: "PANIC", Code: "58030"}, true, nil},
		{"cut", io.ErrUnexpectedEOF, true, nil},
		{"cut under a statement that travels with it", fmt.Errorf("%w: %w", ErrConnection, io.ErrUnexpectedEOF), true, nil},
	} {
		err := commitError(test.err)
		if errors.Is(err, ErrCommitUnknown) != test.unknown {
			t.Errorf("%s: %v", test.name, err)
		}
		if test.is != nil && !errors.Is(err, test.is) {
			t.Errorf("%s: %v is no %v", test.name, err, test.is)
		}
		if test.unknown && again(err) {
			t.Errorf("%s: %v would be done again", test.name, err)
		}
	}
	if commitError(nil) != nil {
		t.Error("no error is one")
	}
}
