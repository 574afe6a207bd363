package member

import (
	"tsuke/internal/db"
	"tsuke/internal/id"
)

const signInColumns = `id, member, application, device, created, last_seen, proven, expires, token_hash`

func insertSignIn(tx *db.Tx, bucket int, s SignIn, origin []byte) error {
	_, err := tx.Exec(`-- member.insertSignIn
		INSERT INTO sign_in (bucket, token_hash, origin, id, member, application, device, created, last_seen, proven, expires, ended)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0)`,
		bucket, s.hash, orNull(origin), s.ID, s.Member, s.Application, s.Device, db.Micros(s.Created), db.Micros(s.LastSeen),
		db.Micros(s.Proven), db.Micros(s.Expires))
	return err
}

func selectSignIn(tx *db.Tx, t token, lock bool) (SignIn, bool, error) {
	text := `-- member.selectSignIn
		SELECT ` + signInColumns + ` FROM sign_in
		WHERE bucket = $1 AND token_hash = $2 AND ended = 0 AND expires > $3`
	if lock {
		text = `-- member.lockSignIn
		SELECT ` + signInColumns + ` FROM sign_in
		WHERE bucket = $1 AND token_hash = $2 AND ended = 0 AND expires > $3 {forupdate}`
	}
	var s SignIn
	found, err := absent(scanSignIn(tx.Row(text, t.bucket, t.hash, db.Micros(tx.Now())), &s))
	return s, found, err
}

func scanSignIn(row db.Row, s *SignIn) error {
	var created, seen, proven, expires int64
	err := row.Scan(&s.ID, &s.Member, &s.Application, &s.Device, &created, &seen, &proven, &expires, &s.hash)
	s.Created, s.LastSeen = db.FromMicros(created), db.FromMicros(seen)
	s.Proven, s.Expires = db.FromMicros(proven), db.FromMicros(expires)
	return err
}

func selectSignIns(tx *db.Tx, member id.Member) ([]SignIn, error) {
	var out []SignIn
	err := tx.Rows(`-- member.selectSignIns
		SELECT `+signInColumns+` FROM sign_in
		WHERE bucket = $1 AND member = $2 AND ended = 0 AND expires > $3
		ORDER BY last_seen DESC, id DESC`, []any{member.Bucket(), member, db.Micros(tx.Now())}, func(row db.Row) error {
		var s SignIn
		err := scanSignIn(row, &s)
		out = append(out, s)
		return err
	})
	return out, err
}

// findOwnSignIn tells whether a member ever had this sign-in, and whether it has ended.
func findOwnSignIn(tx *db.Tx, member id.Member, which id.SignIn) (ended, found bool, err error) {
	var at int64
	found, err = absent(tx.Row(`-- member.findOwnSignIn
		SELECT ended FROM sign_in WHERE bucket = $1 AND id = $2 AND member = $3`, member.Bucket(), which, member).Scan(&at))
	return at != 0, found, err
}

// updateProven gives a member's sign-in a new token after a new code.
func updateProven(tx *db.Tx, s SignIn, old token) error {
	n, err := tx.Exec(`-- member.updateProven
		UPDATE sign_in SET token_hash = $3, origin = $2, last_seen = $4, proven = $5, expires = $6
		WHERE bucket = $1 AND token_hash = $2 AND ended = 0`,
		old.bucket, old.hash, s.hash, db.Micros(s.LastSeen), db.Micros(s.Proven), db.Micros(s.Expires))
	return mustChange(n, err)
}

func updateSeen(tx *db.Tx, s SignIn) error {
	_, err := tx.Exec(`-- member.updateSeen
		UPDATE sign_in SET last_seen = $3 WHERE bucket = $1 AND token_hash = $2 AND last_seen < $3`,
		s.bucket(), s.hash, db.Micros(tx.Now()))
	return err
}

// endTwin ends the sign-in that an earlier arrival of the same press made.
func endTwin(tx *db.Tx, member id.Member, origin []byte) error {
	_, err := tx.Exec(`-- member.endTwin
		UPDATE sign_in SET ended = $4 WHERE bucket = $1 AND member = $2 AND origin = $3 AND ended = 0`,
		member.Bucket(), member, orNull(origin), db.Micros(tx.Now()))
	return err
}

func endSignIn(tx *db.Tx, member id.Member, which id.SignIn) error {
	n, err := tx.Exec(`-- member.endSignIn
		UPDATE sign_in SET ended = $4 WHERE bucket = $1 AND member = $2 AND id = $3 AND ended = 0`,
		member.Bucket(), member, which, db.Micros(tx.Now()))
	return mustChange(n, err)
}

func endSignIns(tx *db.Tx, member id.Member) (int64, error) {
	return tx.Exec(`-- member.endSignIns
		UPDATE sign_in SET ended = $3 WHERE bucket = $1 AND member = $2 AND ended = 0 AND expires > $3`,
		member.Bucket(), member, db.Micros(tx.Now()))
}

func deleteSignIn(tx *db.Tx, t token) error {
	n, err := tx.Exec(`-- member.deleteSignIn
		DELETE FROM sign_in WHERE bucket = $1 AND token_hash = $2`, t.bucket, t.hash)
	return mustChange(n, err)
}

func sweepSignIns(tx *db.Tx, limit int) (int64, error) {
	return tx.Exec(`-- member.sweepSignIns
	DELETE FROM sign_in WHERE (bucket, token_hash) IN (
		SELECT bucket, token_hash FROM sign_in WHERE expires <= $1 ORDER BY expires LIMIT $2)`, db.Micros(tx.Now()), limit)
}

const agreementColumns = `id, member, merchant, session, granted, revoked`

func insertToken(tx *db.Tx, t Token) (bool, error) {
	n, err := tx.Exec(`-- member.insertToken
		INSERT INTO member_token (bucket, id, member, merchant, session, granted, revoked) VALUES ($1, $2, $3, $4, $5, $6, 0)
		ON CONFLICT (bucket, member, merchant) WHERE revoked = 0 DO NOTHING`,
		t.ID.Bucket(), t.ID, t.Member, t.Merchant, t.Session, db.Micros(t.Granted))
	return n == 1, err
}

func findLiveToken(tx *db.Tx, member id.Member, merchant id.Merchant) (id.Token, error) {
	var t id.Token
	err := tx.Row(`-- member.findLiveToken
		SELECT id FROM member_token WHERE bucket = $1 AND member = $2 AND merchant = $3 AND revoked = 0`,
		member.Bucket(), member, merchant).Scan(&t)
	return t, err
}

func selectToken(tx *db.Tx, which id.Token) (Token, bool, error) {
	var t Token
	found, err := absent(scanToken(tx.Row(`-- member.selectToken
		SELECT `+agreementColumns+` FROM member_token WHERE bucket = $1 AND id = $2`, which.Bucket(), which), &t))
	return t, found, err
}

func queueTokens(q *db.Queue, which []id.Token) map[id.Token]Token {
	set := db.NewSet(db.Cols{"bucket:int", "id:bytes"})
	found := make(map[id.Token]Token, len(which))
	for _, t := range which {
		if _, twice := found[t]; !twice {
			found[t] = Token{}
			set.Add(t.Bucket(), t)
		}
	}
	clear(found)
	q.Each(`-- member.queueTokens
		SELECT t.id, t.member, t.merchant, t.session, t.granted, t.revoked
		FROM {rows} JOIN member_token t ON t.bucket = r.bucket AND t.id = r.id`, set, func(row db.Row) error {
		var t Token
		err := scanToken(row, &t)
		found[t.ID] = t
		return err
	})
	return found
}

func selectTokens(tx *db.Tx, member id.Member) ([]Token, error) {
	var out []Token
	err := tx.Rows(`-- member.selectTokens
		SELECT `+agreementColumns+` FROM member_token WHERE bucket = $1 AND member = $2 AND revoked = 0 ORDER BY id DESC`,
		[]any{member.Bucket(), member}, func(row db.Row) error {
			var t Token
			err := scanToken(row, &t)
			out = append(out, t)
			return err
		})
	return out, err
}

func scanToken(row db.Row, t *Token) error {
	var granted, revoked int64
	err := row.Scan(&t.ID, &t.Member, &t.Merchant, &t.Session, &granted, &revoked)
	t.Granted, t.Revoked = db.FromMicros(granted), db.FromMicros(revoked)
	return err
}

func updateRevoked(tx *db.Tx, which id.Token) error {
	n, err := tx.Exec(`-- member.updateRevoked
		UPDATE member_token SET revoked = $3 WHERE bucket = $1 AND id = $2 AND revoked = 0`,
		which.Bucket(), which, db.Micros(tx.Now()))
	return mustChange(n, err)
}
