package checkout

import (
	"encoding/json"

	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/ledger"
)

func insertSession(tx *db.Tx, s Session) error {
	cart, err := s.Cart.text()
	if err != nil {
		return err
	}
	_, err = tx.Exec(`-- checkout.insertSession
		INSERT INTO checkout_session (bucket, id, merchant, order_ref, amount, capture, cart, return_url, cancel_url, offer_token,
			state, payment, token, created, expires, ended)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, NULL, $13, $14, $15)`,
		s.ID.Bucket(), s.ID, s.Merchant, s.OrderRef, s.Amount, s.Capture, cart, s.ReturnURL, s.CancelURL, s.OfferToken,
		s.State, s.Payment, db.Micros(s.Created), db.Micros(s.Expires), db.Micros(s.Ended))
	return err
}

func selectSessions(tx *db.Tx, ids []id.Session, lock bool) ([]Session, error) {
	set := sessionSet(ids)
	text := `-- checkout.selectSessions
		SELECT ` + sessionColumns + `
		FROM {rows} JOIN checkout_session s ON s.bucket = r.bucket AND s.id = r.id`
	if lock {
		text = lockSessionsSQL
	}
	var found []Session
	_, err := tx.Each(text, set, func(row db.Row) error {
		s, err := scanSession(row)
		found = append(found, s)
		return err
	})
	return found, err
}

// queueSessions locks sessions and loads them into a map that is filled when the queue runs.
func queueSessions(q *db.Queue, ids []id.Session) map[id.Session]*Session {
	found := make(map[id.Session]*Session, len(ids))
	q.Each(lockSessionsSQL, sessionSet(ids), func(row db.Row) error {
		s, err := scanSession(row)
		found[s.ID] = &s
		return err
	})
	return found
}

func sessionSet(ids []id.Session) *db.Set {
	set := db.NewSet(db.Cols{"bucket:int", "id:bytes"})
	seen := map[id.Session]bool{}
	for _, s := range ids {
		if !seen[s] {
			seen[s] = true
			set.Add(s.Bucket(), s)
		}
	}
	return set
}

const lockSessionsSQL = `-- checkout.lockSessions
	SELECT ` + sessionColumns + `
	FROM {rows} JOIN checkout_session s ON s.bucket = r.bucket AND s.id = r.id ORDER BY s.bucket, s.id {forupdate s}`

const sessionColumns = `s.id, s.merchant, s.order_ref, s.amount, s.capture, s.cart, s.return_url, s.cancel_url, s.offer_token,
	s.state, s.payment, s.token, s.similar_payment, s.answer, s.created, s.expires, s.ended`

func scanSession(row db.Row) (Session, error) {
	var s Session
	var cart string
	var created, expires, ended int64
	err := row.Scan(&s.ID, &s.Merchant, &s.OrderRef, &s.Amount, &s.Capture, &cart, &s.ReturnURL, &s.CancelURL, &s.OfferToken,
		&s.State, &s.Payment, &s.Token, &s.Similar, &s.Answer, &created, &expires, &ended)
	if err != nil {
		return s, err
	}
	s.Created, s.Expires, s.Ended = db.FromMicros(created), db.FromMicros(expires), db.FromMicros(ended)
	return s, json.Unmarshal([]byte(cart), &s.Cart)
}

// updateSessions stores what a batch decided about its sessions.
func updateSessions(tx *db.Tx, all []*attempt) error {
	set := db.NewSet(db.Cols{"bucket:int", "id:bytes", "state:text", "payment:bytes", "ended:int"})
	last := map[id.Session]*attempt{}
	for _, a := range all {
		if a.result.Refused == nil && !a.Session.IsZero() {
			last[a.Session] = a
		}
	}
	for _, a := range all {
		sid := a.Session
		if last[sid] != a {
			continue
		}
		state := SessionRefused
		if a.result.Value.Payment.State.Live() {
			state = SessionDone
		}
		set.Add(sid.Bucket(), sid, state, a.result.Value.Payment.ID, db.Micros(tx.Now()))
	}
	return tx.Later(`-- checkout.updateSessions
		UPDATE checkout_session SET state = r.state, payment = r.payment, ended = r.ended
		FROM {rows} WHERE checkout_session.bucket = r.bucket AND checkout_session.id = r.id
			AND checkout_session.state <> 'done'`, set)
}

func updateSession(tx *db.Tx, s Session) error {
	_, err := tx.Exec(`-- checkout.updateSession
		UPDATE checkout_session SET state = $3, expires = $4, ended = $5 WHERE bucket = $1 AND id = $2`,
		s.ID.Bucket(), s.ID, s.State, db.Micros(s.Expires), db.Micros(s.Ended))
	return err
}

func updateSessionToken(tx *db.Tx, sid id.Session, token id.Token) error {
	_, err := tx.Exec(`-- checkout.updateSessionToken
		UPDATE checkout_session SET token = $3 WHERE bucket = $1 AND id = $2`, sid.Bucket(), sid, token)
	return err
}

// Checks are what Verify proves about payments (rules P01, P04, C02).
var Checks = []ledger.Check{
	{Name: "what is held is the sum of open authorizations", Of: id.MemberKind{}, SQL: `-- checkout.checkHeld
		SELECT c.member, 'an account in bucket ' || CAST(c.bucket AS TEXT) || ' holds ' || CAST(c.held AS TEXT) || ', its payments '
			|| CAST(COALESCE(p.open, 0) AS TEXT)
		FROM credit c LEFT JOIN (SELECT bucket, member, SUM(amount - captured - released) AS open
			FROM payment WHERE state IN ('authorized', 'confirmed') GROUP BY bucket, member) p
			ON p.bucket = c.bucket AND p.member = c.member
		WHERE c.held <> COALESCE(p.open, 0)`},
	{Name: "captures and refunds are in the channel of their payment", Of: id.PaymentKind{}, SQL: `-- checkout.checkChannels
		SELECT p.id, 'a payment in bucket ' || CAST(p.bucket AS TEXT) || ' was made in ' || p.channel || ', what was billed of it in ' || x.channel
		FROM (SELECT bucket, payment, channel FROM capture UNION ALL SELECT bucket, payment, channel FROM refund) x
		JOIN payment p ON p.bucket = x.bucket AND p.id = x.payment WHERE p.channel <> x.channel`},
	{Name: "captures and refunds add up to their payment", Of: id.PaymentKind{}, SQL: `-- checkout.checkSums
		SELECT p.id, 'a payment of ' || CAST(p.amount AS TEXT) || ' in bucket ' || CAST(p.bucket AS TEXT) || ' says captured '
			|| CAST(p.captured AS TEXT) || ', refunded ' || CAST(p.refunded AS TEXT)
		FROM payment p
		LEFT JOIN (SELECT bucket, payment, SUM(amount) AS total FROM capture GROUP BY bucket, payment) c
			ON c.bucket = p.bucket AND c.payment = p.id
		LEFT JOIN (SELECT bucket, payment, SUM(amount) AS total FROM refund GROUP BY bucket, payment) f
			ON f.bucket = p.bucket AND f.payment = p.id
		WHERE p.captured <> COALESCE(c.total, 0) OR p.refunded <> COALESCE(f.total, 0)`},
	{Name: "an order has at most one live payment", Of: id.PaymentKind{}, SQL: `-- checkout.checkOrders
		SELECT p.id, 'an order has ' || CAST(x.n AS TEXT) || ' live payments, one of them in bucket ' || CAST(p.bucket AS TEXT)
		FROM payment p JOIN (SELECT merchant, order_ref, COUNT(*) AS n FROM payment WHERE state IN ('authorized', 'confirmed', 'captured')
			GROUP BY merchant, order_ref HAVING COUNT(*) > 1) x ON x.merchant = p.merchant AND x.order_ref = p.order_ref
		WHERE p.state IN ('authorized', 'confirmed', 'captured')`},
	{Name: "an order that is live has a live payment", Of: id.PaymentKind{}, SQL: `-- checkout.checkLive
		SELECT o.payment, 'a live order in bucket ' || CAST(o.bucket AS TEXT) || ' has no live payment'
		FROM shop_order o LEFT JOIN payment p ON p.id = o.payment AND p.state IN ('authorized', 'confirmed', 'captured')
		WHERE o.live AND p.id IS NULL`},
	{Name: "every live payment is its order's payment", Of: id.PaymentKind{}, SQL: `-- checkout.checkClaims
		SELECT p.id, 'a live payment in bucket ' || CAST(p.bucket AS TEXT) || ' is not its order''s'
		FROM payment p LEFT JOIN shop_order o ON o.payment = p.id AND o.live
		WHERE p.state IN ('authorized', 'confirmed', 'captured') AND o.payment IS NULL`},
	{Name: "every capture and refund stands in the books", Of: id.PaymentKind{}, SQL: `-- checkout.checkBooks
		SELECT x.payment, x.what || ' of ' || CAST(x.amount AS TEXT) || ' yen in bucket ' || CAST(x.bucket AS TEXT) || ' is not in the books'
		FROM (SELECT 'captured' AS what, bucket, id, payment, member, amount FROM capture
			UNION ALL SELECT 'refunded', bucket, id, payment, member, -amount FROM refund) x
		WHERE NOT EXISTS (SELECT 1 FROM entry e JOIN line l ON l.bucket = e.bucket AND l.entry = e.id
			WHERE e.bucket = x.bucket AND e.reason = x.what AND e.ref = x.id
				AND l.account = 'member_receivable' AND l.holder = x.member AND l.amount = x.amount)`},
	{Name: "every payment has the event of its state", Of: id.PaymentKind{}, SQL: `-- checkout.checkEvents
		SELECT p.id, 'a payment in bucket ' || CAST(p.bucket AS TEXT) || ' is ' || p.state || ' and its timeline does not say so'
		FROM payment p WHERE NOT EXISTS (SELECT 1 FROM event e WHERE e.bucket = p.bucket AND e.subject = p.id
			AND (e.kind = 'payment.' || p.state OR (p.state = 'captured' AND e.kind = 'payment.released')
				OR (p.state = 'confirmed' AND e.kind = 'payment.captured')))`},
}
