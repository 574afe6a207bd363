package db

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// pgSession is one transaction on a connection. It begins with its first statement, in the same round trip, and what
// pends at the end travels with the COMMIT: a verb that locks, loads, decides and writes costs two.
type pgSession struct {
	ctx     context.Context //nolint:containedctx // the session lives inside one call
	conn    *pgx.Conn
	begin   []statement
	begun   bool
	heard   bool // something of the database's answers was handed on
	idle    bool // nothing was written; see Tx.Unwritten
	pending []statement
}

func (s *pgSession) exec(text string, args []any) (int64, error) {
	return s.query(text, args, nil)
}

func (s *pgSession) query(text string, args []any, scan func(Row) error) (int64, error) {
	tag, err := s.send(s.ctx, []statement{{text: text, args: args, scan: scan}})
	return tag.RowsAffected(), mapped(err)
}

func (s *pgSession) pipeline(all []statement) error {
	_, err := s.send(s.ctx, all)
	return mapped(err)
}

func (s *pgSession) pend(all []statement) { s.pending = append(s.pending, all...) }

// send runs what pends and then all, in one round trip, and answers the tag of the last one.
func (s *pgSession) send(ctx context.Context, all []statement) (tag pgconn.CommandTag, err error) {
	queue := make([]statement, 0, len(s.begin)+len(s.pending)+len(all))
	if !s.begun {
		queue = append(queue, s.begin...)
	}
	begun := len(queue)
	queue = append(append(queue, s.pending...), all...)
	s.begun, s.pending = true, nil
	batch := &pgx.Batch{}
	for _, one := range queue {
		batch.Queue(one.text, one.args...)
	}
	results := s.conn.SendBatch(ctx, batch)
	for i, one := range queue {
		if tag, err = s.take(results, one); err != nil {
			if one.fresh {
				err = lost(mapped(err))
			}
			break
		}
		s.heard = s.heard || i >= begun
	}
	if end := results.Close(); err == nil { // after an error it only repeats it
		err = end
	}
	return tag, err
}

// take takes the result of a statement off a batch.
func (s *pgSession) take(results pgx.BatchResults, st statement) (pgconn.CommandTag, error) {
	if st.scan == nil {
		return results.Exec()
	}
	rows, err := results.Query()
	if err != nil {
		return pgconn.CommandTag{}, err
	}
	defer rows.Close()
	for rows.Next() {
		s.heard = true
		if err := st.scan(rows); err != nil {
			return pgconn.CommandTag{}, err
		}
	}
	rows.Close()
	return rows.CommandTag(), rows.Err()
}

// commit sends what pends and the COMMIT. A transaction without a statement needs none. It does not follow the caller's
// deadline: cutting a commit off would only turn a known outcome into an unknown one.
func (s *pgSession) commit(ctx context.Context) error {
	if (!s.begun || s.idle) && len(s.pending) == 0 {
		return nil
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), commitWait)
	defer cancel()
	warned := warnings(s.conn)
	tag, err := s.send(end, []statement{{text: "COMMIT"}})
	switch {
	case err != nil:
		return commitError(err)
	case tag.String() != "COMMIT":
		return pgx.ErrTxCommitRollback // an error before it was passed over
	case warnings(s.conn) != warned: // a success that nobody can rely on
		return fmt.Errorf("%w: the server warned and may have stopped waiting for its standby", ErrCommitUnknown)
	}
	return nil
}

// undo rolls back what is still open. When even this fails the pool drops the connection.
func (s *pgSession) undo(ctx context.Context) {
	if s.conn.IsClosed() || s.conn.PgConn().TxStatus() == 'I' {
		return
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), commitWait)
	defer cancel()
	_, _ = s.conn.Exec(end, "ROLLBACK")
}

// commitError tells a refusal by the server, which is final, from a broken connection, after which nobody knows. A server
// that ends the session instead of answering (FATAL) may have committed.
func commitError(err error) error {
	if err == nil {
		return nil
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.SeverityUnlocalized == "ERROR" {
		return mapped(err)
	}
	return fmt.Errorf("%w: %w", ErrCommitUnknown, err)
}
