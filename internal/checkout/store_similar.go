package checkout

import (
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/id"
)

// similarAsk is one look for recent payments: of whom, and the first id that is recent.
type similarAsk struct {
	buyer credit.Buyer
	since id.Payment
}

// selectRecent finds what a member bought online since an instant and still stands. Ids are in the order of time, so the
// index of a member's payments is entered at the window's beginning. Shop and amount are not asked for: PostgreSQL would
// be tempted to go through the index of a shop's payments instead, and a busy shop has many.
func selectRecent(q *db.Queue, asks []similarAsk, found recent) {
	set := db.NewSet(db.Cols{"bucket:int", "member:bytes?", "since:bytes", "token:bytes?"})
	for _, a := range asks {
		set.Add(a.buyer.Bucket(), a.buyer.Member, a.since[:], a.buyer.Token)
	}
	q.Each(`-- checkout.selectRecent
		SELECT `+paymentColumns+`
		FROM {rows} JOIN payment p ON p.bucket = r.bucket AND p.id >= r.since AND p.member = COALESCE(r.member,
			(SELECT t.member FROM member_token t WHERE t.bucket = r.bucket AND t.id = r.token))
		WHERE p.channel = 'online' AND p.state IN ('authorized', 'confirmed', 'captured')`, set, func(row db.Row) error {
		p, err := scanPayment(row)
		found[p.Member] = append(found[p.Member], p)
		return err
	})
}

// askSessions keeps what checkouts have to ask.
func askSessions(tx *db.Tx, sessions []Session) error {
	set := db.NewSet(db.Cols{"bucket:int", "id:bytes", "asked:bytes"})
	for _, s := range sessions {
		set.Add(s.ID.Bucket(), s.ID, s.Similar)
	}
	return tx.Later(`-- checkout.askSessions
		UPDATE checkout_session SET similar_payment = r.asked, answer = 'asked'
		FROM {rows} WHERE checkout_session.bucket = r.bucket AND checkout_session.id = r.id`, set)
}

// updateAnswer keeps what the member said.
func updateAnswer(tx *db.Tx, s Session) error {
	_, err := tx.Exec(`-- checkout.updateAnswer
		UPDATE checkout_session SET state = $3, answer = $4, ended = $5 WHERE bucket = $1 AND id = $2`,
		s.ID.Bucket(), s.ID, s.State, s.Answer, db.Micros(s.Ended))
	return err
}
