package sim

import (
	"tsuke/internal/db"
	"tsuke/internal/sim/memory"
)

func loadOrders(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.orders
		SELECT bucket, hash, payment, live, session FROM shop_order ORDER BY bucket, hash`, nil,
		each(&s.Orders, func(r *memory.Order) []any {
			return []any{&r.Bucket, &r.Hash, &r.Payment, &r.Live, &r.Session}
		}))
}

func loadPayments(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.payments
		SELECT bucket, id, merchant, member, order_ref, session, token, retry_of, repeat_of, channel, capture, state, amount, captured,
			released, refunded, reasons, facts, due, created, changed, invoice FROM payment ORDER BY created, bucket, id`, nil,
		each(&s.Payments, func(r *memory.Payment) []any {
			return []any{
				&r.Bucket, &r.ID, &r.Merchant, &r.Member, &r.OrderRef, &r.Session, &r.Token, &r.RetryOf, &r.RepeatOf, &r.Channel,
				&r.Capture, &r.State, &r.Amount, &r.Captured, &r.Released, &r.Refunded, &r.Reasons, &r.Facts, &r.Due, &r.Created, &r.Changed,
				&r.Invoice,
			}
		}))
}

func loadCaptures(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.captures
		SELECT bucket, id, payment, member, merchant, amount, channel, day, bill_month, created, invoice FROM capture ORDER BY created, bucket, id`, nil,
		each(&s.Captures, func(r *memory.Capture) []any {
			return []any{&r.Bucket, &r.ID, &r.Payment, &r.Member, &r.Merchant, &r.Amount, &r.Channel, &r.Day, &r.BillMonth, &r.Created, &r.Invoice}
		}))
}

func loadRefunds(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.refunds
		SELECT bucket, id, payment, member, merchant, amount, channel, reason, day, bill_month, created, invoice, receipt FROM refund ORDER BY created, bucket, id`, nil,
		each(&s.Refunds, func(r *memory.Refund) []any {
			return []any{
				&r.Bucket, &r.ID, &r.Payment, &r.Member, &r.Merchant, &r.Amount, &r.Channel, &r.Reason, &r.Day, &r.BillMonth, &r.Created, &r.Invoice,
				&r.Receipt,
			}
		}))
}

func loadSessions(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.sessions
		SELECT bucket, id, merchant, order_ref, amount, capture, cart, return_url, cancel_url, offer_token, state, payment, token,
			similar_payment, answer, created, expires, ended FROM checkout_session ORDER BY created, bucket, id`, nil,
		each(&s.Sessions, func(r *memory.Session) []any {
			return []any{
				&r.Bucket, &r.ID, &r.Merchant, &r.OrderRef, &r.Amount, &r.Capture, &r.Cart, &r.ReturnURL, &r.CancelURL,
				&r.OfferToken, &r.State, &r.Payment, &r.Token, &r.Similar, &r.Answer, &r.Created, &r.Expires, &r.Ended,
			}
		}))
}

func loadCloses(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.closes
		SELECT bucket, month, statements, total, closed FROM month_close ORDER BY month, bucket`, nil,
		each(&s.Closes, func(r *memory.Close) []any { return []any{&r.Bucket, &r.Month, &r.Statements, &r.Total, &r.Closed} }))
}

func loadBills(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.bills
		SELECT bucket, id, member, month, purchases, refunds, credits, fee, lates, total, carried, store, way, due, state, past_due,
			paid_day, issued, awaited, late, moved, received, certain, written_off, capture FROM statement ORDER BY issued, bucket, id`, nil,
		each(&s.Bills, func(r *memory.Statement) []any {
			return []any{
				&r.Bucket, &r.ID, &r.Member, &r.Month, &r.Purchases, &r.Refunds, &r.Credits, &r.Fee, &r.Lates, &r.Total, &r.Carried, &r.Store,
				&r.Way, &r.Due, &r.State, &r.PastDue, &r.PaidDay, &r.Issued, &r.Awaited, &r.Late, &r.Moved, &r.Received, &r.Certain, &r.WrittenOff,
				&r.Capture,
			}
		}))
}

func loadSlips(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.slips
		SELECT bucket, id, statement, member, kind, number, digits, reissue, amount, valid_from, valid_to, state, created
		FROM slip ORDER BY created, bucket, id`, nil,
		each(&s.Slips, func(r *memory.Slip) []any {
			return []any{
				&r.Bucket, &r.ID, &r.Statement, &r.Member, &r.Kind, &r.Number, &r.Digits, &r.Reissue, &r.Amount, &r.ValidFrom,
				&r.ValidTo, &r.State, &r.Created,
			}
		}))
}

func loadCredits(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.credits
		SELECT bucket, source, member, amount, reason, state, used_in, created FROM bill_credit ORDER BY created, bucket, source`, nil,
		each(&s.Credits, func(r *memory.BillCredit) []any {
			return []any{&r.Bucket, &r.Source, &r.Member, &r.Amount, &r.Reason, &r.State, &r.UsedIn, &r.Created}
		}))
}

func loadFiles(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.files
		SELECT bucket, id, hash, agent, state, lines, unread, applied, repeated, surplus, suspense, superseded, received, finished
		FROM receipt_file ORDER BY received, bucket, id`, nil,
		each(&s.Files, func(r *memory.File) []any {
			return []any{
				&r.Bucket, &r.ID, &r.Hash, &r.Agent, &r.State, &r.Lines, &r.Unread, &r.Applied, &r.Repeated, &r.Surplus, &r.Suspense,
				&r.Superseded, &r.Received, &r.Finished,
			}
		}))
}

func loadReceipts(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.receipts
		SELECT bucket, id, till_key, slip, statement, member, state, use, reason, amount, principal, fee, late, surplus, paid_day, paid_time,
			chain, store, created, changed FROM receipt ORDER BY created, bucket, id`, nil,
		each(&s.Receipts, func(r *memory.Receipt) []any {
			return []any{
				&r.Bucket, &r.ID, &r.TillKey, &r.Slip, &r.Statement, &r.Member, &r.State, &r.Use, &r.Reason, &r.Amount, &r.Principal,
				&r.Fee, &r.Late, &r.Surplus, &r.PaidDay, &r.PaidTime, &r.Chain, &r.Store, &r.Created, &r.Changed,
			}
		}))
}

func loadTold(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.told
		SELECT bucket, line_key, file, number, kind, result, reason, receipt, statement, digits, amount, paid_day, paid_time, chain,
			store, created FROM receipt_line ORDER BY created, bucket, line_key`, nil,
		each(&s.Told, func(r *memory.ReceiptLine) []any {
			return []any{
				&r.Bucket, &r.LineKey, &r.File, &r.Number, &r.Kind, &r.Result, &r.Reason, &r.Receipt, &r.Statement, &r.Digits,
				&r.Amount, &r.PaidDay, &r.PaidTime, &r.Chain, &r.Store, &r.Created,
			}
		}))
}
