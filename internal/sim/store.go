package sim

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/sim/memory"
)

// Load copies every table that the simulator plays on out of a real database, so that the same checks read it.
func Load(ctx context.Context, d *db.DB) (*memory.Tables, error) {
	s := memory.New()
	err := d.Read(ctx, func(tx *db.Tx) error {
		for _, load := range []func(*db.Tx, *memory.Store) error{
			loadAnswers, loadEntries, loadLines, loadEvents, loadOutbox, loadRelay, loadLog, loadFeed, loadCursors, loadAccounts,
			loadLimits, loadFences, loadOrders, loadPayments, loadCaptures, loadRefunds, loadSessions, loadCloses, loadBills,
			loadSlips, loadCredits, loadFiles, loadReceipts, loadTold, loadCharges, loadOutages, loadPromises, loadTerms,
			loadDebitRuns, loadDebitItems, loadPayers, loadBankAccounts, loadDecisions, loadOrigins, loadLineCloses,
			loadWriteOffs, loadWaivers, loadPlans, loadPlanParts,

			loadCreditReturns, loadRegained, loadPayoutFiles, loadPayouts, loadPayoutRecords, loadPayoutAccounts, loadTransferLines, loadTransferPayers,
			loadNumberClaims, loadNumberSlips, loadNumberFiles,
			loadDisputes,
		} {
			if err := load(tx, s); err != nil {
				return err
			}
		}
		return nil
	})
	return s.Tables, err
}

func nextDue(ctx context.Context, d *db.DB) (time.Time, error) {
	var due int64
	err := d.Read(ctx, func(tx *db.Tx) error {
		return tx.Row(`-- sim.nextDue
			SELECT due FROM payment WHERE state IN ('authorized', 'confirmed') ORDER BY due LIMIT 1`).Scan(&due)
	})
	if errors.Is(err, db.ErrNone) {
		return time.Time{}, nil
	}
	return db.FromMicros(due), err
}

func cursor(ctx context.Context, d *db.DB) (int64, error) {
	var position int64
	err := d.Read(ctx, func(tx *db.Tx) error {
		return tx.Row(`-- sim.cursor
			SELECT position FROM event_cursor WHERE bucket = 0 AND reader = 'sim'`).Scan(&position)
	})
	if errors.Is(err, db.ErrNone) {
		return 0, nil
	}
	return position, err
}

// idInto reads 16 bytes, or NULL as the zero ID.
type idInto struct{ id *memory.ID }

// Scan reads what the column holds.
func (i idInto) Scan(src any) error {
	switch b := src.(type) {
	case nil:
		return nil
	case []byte:
		copy(i.id[:], b)
		return nil
	}
	return fmt.Errorf("sim: %T is no id", src)
}

// textInto reads a text, or NULL as the empty one.
type textInto struct{ text *string }

// Scan reads what the column holds.
func (t textInto) Scan(src any) error {
	switch s := src.(type) {
	case nil:
		return nil
	case string:
		*t.text = s
		return nil
	case []byte:
		*t.text = string(s)
		return nil
	}
	return fmt.Errorf("sim: %T is no text", src)
}

// numberInto reads a number, or NULL as 0.
type numberInto struct{ n *int64 }

// Scan reads what the column holds.
func (n numberInto) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		return nil
	case int64:
		*n.n = v
		return nil
	}
	return fmt.Errorf("sim: %T is no number", src)
}

// each loads a table: one new row for each that is found, its columns read into the places that at names.
func each[K comparable, R any](into *memory.Table[K, R], at func(*R) []any) func(db.Row) error {
	return func(row db.Row) error {
		r := new(R)
		places := at(r)
		for i, p := range places {
			switch p := p.(type) {
			case *memory.ID:
				places[i] = idInto{p}
			case *string:
				places[i] = textInto{p}
			case *int64:
				places[i] = numberInto{p}
			}
		}
		if err := row.Scan(places...); err != nil {
			return err
		}
		into.Load(r)
		return nil
	}
}

func loadAnswers(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.answers
		SELECT bucket, key, operation, fingerprint, parts, status, answer, object, first_seen FROM idempotency ORDER BY bucket, key`, nil,
		each(&s.Answers, func(r *memory.Answered) []any {
			return []any{&r.Bucket, &r.Key, &r.Operation, &r.Fingerprint, &r.Parts, &r.Status, &r.Answer, &r.Object, &r.FirstSeen}
		}))
}

func loadEntries(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.entries
		SELECT bucket, id, reason, ref, day, at FROM entry ORDER BY at, bucket, id`, nil,
		each(&s.Entries, func(r *memory.Entry) []any { return []any{&r.Bucket, &r.ID, &r.Reason, &r.Ref, &r.Day, &r.At} }))
}

func loadLines(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.lines
		SELECT bucket, entry, number, account, holder, amount FROM line ORDER BY bucket, entry, number`, nil,
		each(&s.Lines, func(r *memory.Line) []any {
			return []any{&r.Bucket, &r.Entry, &r.Number, &r.Account, &r.Holder, &r.Amount}
		}))
}

func loadEvents(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.events
		SELECT bucket, id, turn, kind, subject, member, merchant, side, actor, data, request, at FROM event ORDER BY turn, bucket, id`, nil,
		each(&s.Events, func(r *memory.Event) []any {
			return []any{
				&r.Bucket, &r.ID, &r.Turn, &r.Kind, &r.Subject, &r.Member, &r.Merchant, &r.Side, &r.Actor, &r.Data, &r.Request, &r.At,
			}
		}))
}

func loadOutbox(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.outbox
		SELECT bucket, turn, id, facts FROM event_outbox ORDER BY turn, bucket, id`, nil, func(row db.Row) error {
		var w memory.Waiting
		err := row.Scan(&w.Bucket, &w.Turn, idInto{&w.ID}, textInto{&w.Facts})
		s.Outbox = append(s.Outbox, w)
		return err
	})
}

func loadRelay(tx *db.Tx, s *memory.Store) error {
	return tx.Row(`-- sim.relay
		SELECT position FROM event_relay WHERE bucket = 0`).Scan(&s.Relay)
}

func loadLog(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.log
		SELECT last, facts FROM event_log WHERE bucket = 0 ORDER BY last`, nil,
		each(&s.Log, func(r *memory.Page) []any { return []any{&r.Last, &r.Facts} }))
}

func loadFeed(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.feed
		SELECT bucket, merchant, last, facts FROM merchant_event ORDER BY merchant, last`, nil,
		each(&s.Feed, func(r *memory.FeedPage) []any { return []any{&r.Bucket, &r.Merchant, &r.Last, &r.Facts} }))
}

func loadCursors(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.cursors
		SELECT reader, position FROM event_cursor ORDER BY reader`, nil,
		each(&s.Cursors, func(r *memory.Cursor) []any { return []any{&r.Reader, &r.Position} }))
}

func loadAccounts(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.accounts
		SELECT bucket, member, limit_online, limit_store, held, unpaid, held_store, unpaid_store, ceiling, blocks, verified, tries,
			tries_since, opened FROM credit ORDER BY opened, bucket, member`, nil,
		each(&s.Accounts, func(r *memory.Account) []any {
			return []any{
				&r.Bucket, &r.Member, &r.LimitOnline, &r.LimitStore, &r.Held, &r.Unpaid, &r.HeldStore, &r.UnpaidStore, &r.Ceiling,
				&r.Blocks, &r.Verified, &r.Tries, &r.TriesSince, &r.Opened,
			}
		}))
}

func loadLimits(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.limits
		SELECT bucket, member, at, channel, old_limit, new_limit, reason, actor FROM limit_change ORDER BY at, member`, nil,
		each(&s.Limits, func(r *memory.LimitChange) []any {
			return []any{&r.Bucket, &r.Member, &r.At, &r.Channel, &r.OldLimit, &r.NewLimit, &r.Reason, &r.Actor}
		}))
}

func loadFences(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.fences
		SELECT bucket, closed FROM month_fence ORDER BY bucket`, nil,
		each(&s.Fences, func(r *memory.Fence) []any { return []any{&r.Bucket, &r.Closed} }))
}
