package checkout

import (
	"slices"
	"time"

	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/id"
)

// shopOrder is the row of a shop's order.
type shopOrder struct {
	key     orderKey
	payment id.Payment
	live    bool
	session id.Session
}

func selectOrders(tx *db.Tx, keys []orderKey, lock bool) (map[orderKey]shopOrder, error) {
	q := tx.Queue()
	found := queueOrders(q, keys, lock)
	return found, q.Run()
}

func queueOrders(q *db.Queue, keys []orderKey, lock bool) map[orderKey]shopOrder {
	set := db.NewSet(db.Cols{"bucket:int", "hash:bytes"})
	seen := map[orderKey]bool{}
	for _, k := range keys {
		if !seen[k] {
			seen[k] = true
			set.Add(k.bucket, []byte(k.hash))
		}
	}
	text := `-- checkout.selectOrders
		SELECT o.bucket, o.hash, o.payment, o.live, o.session
		FROM {rows} JOIN shop_order o ON o.bucket = r.bucket AND o.hash = r.hash`
	if lock {
		text = `-- checkout.lockOrders
		SELECT o.bucket, o.hash, o.payment, o.live, o.session
		FROM {rows} JOIN shop_order o ON o.bucket = r.bucket AND o.hash = r.hash
		ORDER BY o.bucket, o.hash {forupdate o}`
	}
	found := make(map[orderKey]shopOrder, set.Len())
	q.Each(text, set, func(row db.Row) error {
		var o shopOrder
		var hash []byte
		err := row.Scan(&o.key.bucket, &hash, &o.payment, &o.live, &o.session)
		o.key.hash = string(hash)
		found[o.key] = o
		return err
	})
	return found
}

// claimOrders makes the orders of fresh payments point at them. A row that another transaction made live or inserted
// meanwhile stops this one, which then runs again and finds it (rule P01).
func claimOrders(tx *db.Tx, all []*attempt) error {
	known := db.NewSet(db.Cols{"bucket:int", "hash:bytes", "payment:bytes", "live:bool"})
	fresh := db.NewSet(db.Cols{"bucket:int", "hash:bytes", "payment:bytes", "live:bool"})
	for _, a := range newest(all) {
		p := a.result.Value.Payment
		if a.known {
			known.Add(a.key.bucket, []byte(a.key.hash), p.ID, p.State.Live())
		} else {
			fresh.Add(a.key.bucket, []byte(a.key.hash), p.ID, p.State.Live())
		}
	}
	err := tx.LaterAll(`-- checkout.claimOrders
		UPDATE shop_order SET payment = r.payment, live = r.live
		FROM {rows} WHERE shop_order.bucket = r.bucket AND shop_order.hash = r.hash AND NOT shop_order.live`, known)
	if err != nil {
		return err
	}
	return tx.LaterNew(`-- checkout.insertOrders
		INSERT INTO shop_order (bucket, hash, payment, live, session)
		SELECT r.bucket, r.hash, r.payment, r.live, NULL FROM {rows} WHERE TRUE`, fresh)
}

// pointOrder makes an order point at its newest session.
func pointOrder(tx *db.Tx, key orderKey, s Session) error {
	_, err := tx.Exec(`-- checkout.pointOrder
		INSERT INTO shop_order (bucket, hash, payment, live, session)
		VALUES ($1, $2, NULL, FALSE, $3)
		ON CONFLICT (bucket, hash) DO UPDATE SET session = excluded.session`,
		key.bucket, []byte(key.hash), s.ID)
	return err
}

// freeOrder lets a payment that came to nothing make room for another one.
func freeOrder(tx *db.Tx, p Payment) error {
	key := keyOf(p.Merchant, p.OrderRef)
	_, err := tx.Exec(`-- checkout.freeOrder
		UPDATE shop_order SET live = FALSE WHERE bucket = $1 AND hash = $2 AND payment = $3`, key.bucket, []byte(key.hash), p.ID)
	return err
}

func insertPayments(tx *db.Tx, payments []Payment) error {
	set := db.NewSet(db.Cols{
		"bucket:int", "id:bytes", "merchant:bytes", "member:bytes", "order_ref:text", "session:bytes?", "token:bytes?", "retry_of:bytes?", "repeat_of:bytes?",
		"channel:text", "capture:text", "state:text", "amount:int", "reasons:text", "facts:text", "due:int", "created:int",
	})
	for _, p := range payments {
		set.Add(p.ID.Bucket(), p.ID, p.Merchant, p.Member, p.OrderRef, p.Session, p.Token, p.RetryOf, p.RepeatOf, p.Channel, p.Capture,
			p.State, p.Amount, credit.Decision{Reasons: p.Reasons}.Codes(), p.Facts, db.Micros(p.Due), db.Micros(p.Created))
	}
	return tx.Later(`-- checkout.insertPayments
		INSERT INTO payment (bucket, id, merchant, member, order_ref, session, token, retry_of, repeat_of, channel, capture, state,
			amount, captured, released, refunded, reasons, facts, due, created, changed)
		SELECT r.bucket, r.id, r.merchant, r.member, r.order_ref, r.session, r.token, r.retry_of, r.repeat_of, r.channel, r.capture,
			r.state, r.amount, 0, 0, 0, r.reasons, r.facts, r.due, r.created, r.created FROM {rows}`, set)
}

// markInvoices notes on fresh payments that they are billed by invoice. Few are, and the others cost nothing.
func markInvoices(tx *db.Tx, payments []Payment) error {
	set := db.NewSet(db.Cols{"bucket:int", "id:bytes"})
	for _, p := range payments {
		if p.Invoice {
			set.Add(p.ID.Bucket(), p.ID)
		}
	}
	return tx.LaterAll(`-- checkout.markInvoices
		UPDATE payment SET invoice = TRUE FROM {rows} WHERE payment.bucket = r.bucket AND payment.id = r.id`, set)
}

const paymentColumns = `p.id, p.merchant, p.member, p.order_ref, p.session, p.token, p.retry_of, p.repeat_of, p.channel, p.capture,
	p.state, p.amount, p.captured, p.released, p.refunded, p.reasons, p.facts, p.due, p.created, p.changed, p.invoice`

func scanPayment(row db.Row) (Payment, error) {
	var p Payment
	var reasons string
	var due, created, changed int64
	err := row.Scan(&p.ID, &p.Merchant, &p.Member, &p.OrderRef, &p.Session, &p.Token, &p.RetryOf, &p.RepeatOf, &p.Channel,
		&p.Capture, &p.State, &p.Amount, &p.Captured, &p.Released, &p.Refunded, &reasons, &p.Facts, &due, &created, &changed, &p.Invoice)
	p.Reasons = credit.ReasonsOf(reasons)
	p.Due, p.Created, p.Changed = db.FromMicros(due), db.FromMicros(created), db.FromMicros(changed)
	return p, err
}

func selectPayments(tx *db.Tx, ids []id.Payment, lock bool) ([]Payment, error) {
	set := db.NewSet(db.Cols{"bucket:int", "id:bytes"})
	for _, p := range ids {
		set.Add(p.Bucket(), p)
	}
	text := `-- checkout.selectPayments
		SELECT ` + paymentColumns + `
		FROM {rows} JOIN payment p ON p.bucket = r.bucket AND p.id = r.id`
	if lock {
		text = `-- checkout.lockPayments
		SELECT ` + paymentColumns + `
		FROM {rows} JOIN payment p ON p.bucket = r.bucket AND p.id = r.id ORDER BY p.bucket, p.id {forupdate p}`
	}
	var found []Payment
	_, err := tx.Each(text, set, func(row db.Row) error {
		p, err := scanPayment(row)
		found = append(found, p)
		return err
	})
	return found, err
}

func updatePayment(tx *db.Tx, p Payment) error {
	_, err := tx.Exec(`-- checkout.updatePayment
		UPDATE payment SET state = $3, captured = $4, released = $5, refunded = $6, due = $7, changed = $8
		WHERE bucket = $1 AND id = $2`,
		p.ID.Bucket(), p.ID, p.State, p.Captured, p.Released, p.Refunded, db.Micros(p.Due), db.Micros(p.Changed))
	return err
}

func selectByTail(tx *db.Tx, bucket int, tail []byte) ([]Payment, error) {
	return collect(tx, `-- checkout.selectByTail
		SELECT `+paymentColumns+`
		FROM payment p WHERE p.bucket = $1 AND substr(p.id, 14, 3) = $2 ORDER BY p.id DESC LIMIT 20`, []any{bucket, tail})
}

func collect(tx *db.Tx, text string, args []any) ([]Payment, error) {
	var found []Payment
	err := tx.Rows(text, args, func(row db.Row) error {
		p, err := scanPayment(row)
		found = append(found, p)
		return err
	})
	return found, err
}

// listMax bounds a page of a list.
const listMax = 100

// publicState is Payment.Public in SQL, so that lists are narrowed by the state that people read.
const publicState = `CASE WHEN p.state = 'confirmed' AND p.captured > 0 THEN 'partially_captured'
	WHEN p.state = 'captured' AND p.refunded > 0 THEN 'partially_refunded' ELSE p.state END`

// narrowed is the part of a filter that both lists share. An empty value matches everything.
const narrowed = ` AND p.id < $2 AND p.id > $3 AND ($4 = '' OR p.order_ref = $4)
	AND ($5 = ' ' OR replace($5, ' ' || ` + publicState + ` || ' ', '') <> $5) AND p.created >= $6 AND p.created < $7`

const (
	ofMerchant = `FROM payment p WHERE p.merchant = $1` + narrowed
	ofMember   = `FROM payment p WHERE p.bucket = $8 AND p.member = $9 AND (CAST($1 AS BYTEA) IS NULL OR p.merchant = $1)` + narrowed
)

// args are the filter's values in the order of narrowed, with the list's own after them.
func (f Filter) args(member id.Member) []any {
	from, to := int64(0), int64(1)<<62
	if !f.Month.IsZero() {
		from, to = db.Micros(f.Month.Start()), db.Micros(f.Month.End())
	}
	states := " "
	for _, s := range f.States {
		states += string(s) + " "
	}
	after, before := f.After, f.Before
	if after.IsZero() {
		for i := range after {
			after[i] = 0xff
		}
	}
	args := []any{f.Merchant, after, before[:], f.OrderRef, states, from, to}
	if !member.IsZero() {
		args = append(args, member.Bucket(), member)
	}
	return args
}

func (f Filter) limit() int {
	if f.Limit < 1 || f.Limit > listMax {
		return listMax
	}
	return f.Limit
}

// selectList pages by key, newest first: of one merchant, or of one member. With Before it takes the page next to that
// payment on the newer side.
func selectList(tx *db.Tx, f Filter, member id.Member) ([]Payment, error) {
	args := append(f.args(member), f.limit())
	forward := f.Before.IsZero()
	var found []Payment
	var err error
	switch {
	case member.IsZero() && forward:
		found, err = collect(tx, `-- checkout.selectOfMerchant
			SELECT `+paymentColumns+` `+ofMerchant+` ORDER BY p.id DESC LIMIT $8`, args)
	case member.IsZero():
		found, err = collect(tx, `-- checkout.selectOfMerchantNewer
			SELECT `+paymentColumns+` `+ofMerchant+` ORDER BY p.id LIMIT $8`, args)
	case forward:
		found, err = collect(tx, `-- checkout.selectOfMember
			SELECT `+paymentColumns+` `+ofMember+` ORDER BY p.id DESC LIMIT $10`, args)
	default:
		found, err = collect(tx, `-- checkout.selectOfMemberNewer
			SELECT `+paymentColumns+` `+ofMember+` ORDER BY p.id LIMIT $10`, args)
	}
	if !forward {
		slices.Reverse(found)
	}
	return found, err
}

func countOfMember(tx *db.Tx, member id.Member, f Filter) (int, error) {
	var n int
	err := tx.Row(`-- checkout.countOfMember
		SELECT COUNT(p.id) `+ofMember, f.args(member)...).Scan(&n)
	return n, err
}

// selectShops lists the merchants a member has paid at, and the month of the first purchase.
func selectShops(tx *db.Tx, member id.Member) (shops []id.Merchant, first int64, err error) {
	err = tx.Rows(`-- checkout.selectShops
		SELECT p.merchant, MIN(p.created) FROM payment p WHERE p.bucket = $1 AND p.member = $2
		GROUP BY p.merchant ORDER BY p.merchant`, []any{member.Bucket(), member}, func(row db.Row) error {
		var m id.Merchant
		var at int64
		err := row.Scan(&m, &at)
		shops = append(shops, m)
		if first == 0 || at < first {
			first = at
		}
		return err
	})
	return shops, first, err
}

// selectLive goes through a merchant's live payments between two ids, in the order of time.
func selectLive(tx *db.Tx, merchant id.Merchant, from, until id.Payment, each func(Payment)) error {
	return tx.Rows(`-- checkout.selectLive
		SELECT `+paymentColumns+`
		FROM payment p WHERE p.merchant = $1 AND p.id >= $2 AND p.id < $3 AND p.state IN ('authorized', 'confirmed', 'captured')
		ORDER BY p.id`, []any{merchant, from[:], until[:]}, func(row db.Row) error {
		p, err := scanPayment(row)
		each(p)
		return err
	})
}

// selectDue lists payments whose time is over, the longest waiting first.
func selectDue(tx *db.Tx, now time.Time, limit int) ([]id.Payment, error) {
	var ids []id.Payment
	err := tx.Rows(`-- checkout.selectDue
		SELECT id FROM payment WHERE state IN ('authorized', 'confirmed') AND due <= $1 ORDER BY due, bucket, id LIMIT $2`,
		[]any{db.Micros(now), limit}, func(row db.Row) error {
			var p id.Payment
			err := row.Scan(&p)
			ids = append(ids, p)
			return err
		})
	return ids, err
}

func insertCapture(tx *db.Tx, p Payment, c CaptureRecord) error {
	_, err := tx.Exec(`-- checkout.insertCapture
		INSERT INTO capture (bucket, id, payment, member, merchant, amount, channel, day, bill_month, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		c.ID.Bucket(), c.ID, p.ID, p.Member, p.Merchant, c.Amount, p.Channel, c.Day, c.BillMonth, db.Micros(c.Created))
	return err
}

func selectCaptures(tx *db.Tx, p id.Payment) ([]CaptureRecord, error) {
	var all []CaptureRecord
	err := tx.Rows(`-- checkout.selectCaptures
		SELECT id, payment, amount, day, bill_month, created FROM capture WHERE bucket = $1 AND payment = $2 ORDER BY created, id`,
		[]any{p.Bucket(), p}, func(row db.Row) error {
			var c CaptureRecord
			var created int64
			err := row.Scan(&c.ID, &c.Payment, &c.Amount, &c.Day, &c.BillMonth, &created)
			c.Created = db.FromMicros(created)
			all = append(all, c)
			return err
		})
	return all, err
}

func insertRefund(tx *db.Tx, p Payment, r RefundRecord) error {
	_, err := tx.Exec(`-- checkout.insertRefund
		INSERT INTO refund (bucket, id, payment, member, merchant, amount, channel, reason, day, bill_month, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		r.ID.Bucket(), r.ID, p.ID, p.Member, p.Merchant, r.Amount, p.Channel, r.Reason, r.Day, r.BillMonth, db.Micros(r.Created))
	return err
}

func selectRefunds(tx *db.Tx, p id.Payment) ([]RefundRecord, error) {
	var all []RefundRecord
	err := tx.Rows(`-- checkout.selectRefunds
		SELECT id, payment, amount, reason, day, bill_month, created FROM refund WHERE bucket = $1 AND payment = $2 ORDER BY created, id`,
		[]any{p.Bucket(), p}, func(row db.Row) error {
			var r RefundRecord
			var created int64
			err := row.Scan(&r.ID, &r.Payment, &r.Amount, &r.Reason, &r.Day, &r.BillMonth, &created)
			r.Created = db.FromMicros(created)
			all = append(all, r)
			return err
		})
	return all, err
}
