package db

import (
	"context"
	"database/sql"
	"errors"
)

// settle flushes the write-ahead log before anything is read from it. A process that was killed between writing a commit
// and flushing it leaves one that is there to be read and that a power cut can still undo; whoever repeats its request
// would be told of it. A checkpoint flushes the log first, and then moves it into the file.
func settle(ctx context.Context, writer *sql.Conn) error {
	rows, err := writer.QueryContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)")
	if err != nil {
		return mapped(err)
	}
	return mapped(errors.Join(rows.Err(), rows.Close()))
}
