package notice

import (
	"encoding/json"
	"fmt"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// insertNotices writes notices, each with the fact of the draft beside it, and answers which of them are new.
func insertNotices(tx *db.Tx, all []stored, drafts []draft) (map[id.Notice]bool, error) {
	set := db.NewSet(db.Cols{
		"bucket:int", "id:bytes", "member:bytes", "kind:text", "subject:bytes", "fact:bytes", "data:text", "inbox:bool", "place:int",
		"created:int",
	})
	for i, s := range all {
		data, err := json.Marshal(s.figures)
		if err != nil {
			return nil, fmt.Errorf("notice: figures of %s: %w", s.kind, err)
		}
		set.Add(s.member.Bucket(), s.id, s.member, s.kind, s.subject, drafts[i].fact[:], string(data), s.inbox, s.place,
			db.Micros(s.created))
	}
	fresh := make(map[id.Notice]bool, len(all))
	_, err := tx.Each(`-- notice.insertNotices
		INSERT INTO notice (bucket, id, member, kind, subject, fact, data, inbox, place, created, read)
		SELECT r.bucket, r.id, r.member, r.kind, r.subject, r.fact, r.data, r.inbox, r.place, r.created, NULL
		FROM {rows} WHERE TRUE
		ON CONFLICT (bucket, fact, kind) DO NOTHING RETURNING id`, set, func(row db.Row) error {
		var n id.Notice
		err := row.Scan(&n)
		fresh[n] = true
		return err
	})
	return fresh, err
}

const noticeColumns = `n.id, n.member, n.kind, n.subject, n.data, n.inbox, n.place, n.created, n.read IS NOT NULL`

func scanNotice(row db.Row) (stored, error) {
	var s stored
	var data string
	var created int64
	if err := row.Scan(&s.id, &s.member, &s.kind, &s.subject, &data, &s.inbox, &s.place, &created, &s.read); err != nil {
		return stored{}, err
	}
	s.created = db.FromMicros(created)
	if err := json.Unmarshal([]byte(data), &s.figures); err != nil {
		return stored{}, fmt.Errorf("notice: figures of %s (%s): %w", s.id, s.kind, err)
	}
	return s, nil
}

func selectNotice(tx *db.Tx, n id.Notice) (stored, error) {
	return scanNotice(tx.Row(`-- notice.selectNotice
		SELECT `+noticeColumns+` FROM notice n WHERE n.bucket = $1 AND n.id = $2`, n.Bucket(), n))
}

// selectInbox lists a member's notices, the newest first: from the newest, or after one.
func selectInbox(tx *db.Tx, member id.Member, after id.Notice, limit int) ([]stored, error) {
	text, args := `-- notice.selectInbox
		SELECT `+noticeColumns+` FROM notice n WHERE n.bucket = $1 AND n.member = $2 AND n.inbox
		ORDER BY n.place DESC LIMIT $3`, []any{member.Bucket(), member, limit}
	if !after.IsZero() {
		text, args = `-- notice.selectInboxAfter
		SELECT `+noticeColumns+` FROM notice n WHERE n.bucket = $1 AND n.member = $2 AND n.inbox
			AND n.place < (SELECT a.place FROM notice a WHERE a.bucket = $1 AND a.id = $4)
		ORDER BY n.place DESC LIMIT $3`, append(args, after)
	}
	var out []stored
	err := tx.Rows(text, args, func(row db.Row) error {
		s, err := scanNotice(row)
		out = append(out, s)
		return err
	})
	return out, err
}

func countUnread(tx *db.Tx, member id.Member) (int, error) {
	n := 0
	err := tx.Row(`-- notice.countUnread
		SELECT COUNT(*) FROM notice WHERE bucket = $1 AND member = $2 AND inbox AND read IS NULL`,
		member.Bucket(), member).Scan(&n)
	return n, err
}

// markRead marks a member's unread notices up to and including one.
func markRead(tx *db.Tx, member id.Member, upTo id.Notice) (int64, error) {
	return tx.Exec(`-- notice.markRead
		UPDATE notice SET read = $4 WHERE bucket = $1 AND member = $2 AND inbox AND read IS NULL
			AND place <= (SELECT a.place FROM notice a WHERE a.bucket = $1 AND a.id = $3 AND a.member = $2)`,
		member.Bucket(), member, upTo, db.Micros(tx.Now()))
}

// selectDue drafts the reminders of bills that are due on a day and not paid, for those that are not reminded yet. It
// reads the statements themselves, all buckets at once: a reminder follows from the calendar and no fact tells of it.
func selectDue(tx *db.Tx, due jst.Day, kind Kind, limit int) ([]draft, error) {
	var out []draft
	err := tx.Rows(`-- notice.selectDue
		SELECT s.id, s.member, s.month, s.total, s.due, s.way FROM statement s
		WHERE s.state = 'issued' AND NOT s.past_due AND NOT s.awaited AND s.due = $1
			AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.bucket = s.bucket AND n.fact = s.id AND n.kind = $2)
			AND NOT EXISTS (SELECT 1 FROM promise p WHERE p.bucket = s.bucket AND p.member = s.member AND p.day >= $3)
			AND NOT EXISTS (SELECT 1 FROM dunning_hold h WHERE h.bucket = s.bucket AND h.member = s.member AND h.lifted IS NULL
				AND (h.last_day IS NULL OR h.last_day >= $3))
		ORDER BY s.bucket, s.id LIMIT $4`, []any{due, kind, jst.DayOf(tx.Now()), limit}, func(row db.Row) error {
		d, err := scanDue(row, kind)
		out = append(out, d)
		return err
	})
	return out, err
}

// selectLate drafts a step of bills past due that were due after a day, up to another one, and have not come to that step, for
// members who have promised nothing for today or later, pay it in no parts and are not held (rules N11 to N14).
func selectLate(tx *db.Tx, kind Kind, after string, until, today jst.Day, limit int) ([]draft, error) {
	var out []draft
	err := tx.Rows(`-- notice.selectLate
		SELECT s.id, s.member, s.month, s.total + s.late - s.moved - s.received, s.due, s.way FROM statement s
		WHERE s.past_due AND s.state = 'issued' AND NOT s.awaited AND s.due > $1 AND s.due <= $2
			AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.bucket = s.bucket AND n.fact = s.id AND n.kind = $3)
			AND NOT EXISTS (SELECT 1 FROM promise p WHERE p.bucket = s.bucket AND p.member = s.member AND p.day >= $4)
			AND NOT EXISTS (SELECT 1 FROM bill_plan b WHERE b.bucket = s.bucket AND b.statement = s.id AND b.state = 'standing')
			AND NOT EXISTS (SELECT 1 FROM dunning_hold h WHERE h.bucket = s.bucket AND h.member = s.member AND h.lifted IS NULL
				AND (h.last_day IS NULL OR h.last_day >= $4))
		ORDER BY s.due, s.bucket, s.id LIMIT $5`, []any{after, until, kind, today, limit}, func(row db.Row) error {
		d, err := scanDue(row, kind)
		out = append(out, d)
		return err
	})
	return out, err
}

func scanDue(row db.Row, kind Kind) (draft, error) {
	d := draft{kind: kind}
	var statement id.Statement
	err := row.Scan(&statement, &d.member, &d.figures.Month, &d.figures.Amount, &d.figures.Due, &d.figures.Way)
	d.subject, d.fact = event.Subject(statement), statement
	d.figures.Invoice = d.figures.Way == billing.Invoice
	return d, err
}

// selectParts drafts the reminders of parts of plans that are to be paid on a day and are open, for those that are not reminded
// yet. Each tells what is not paid of its part, and what is owed on the bill.
func selectParts(tx *db.Tx, day jst.Day, kind Kind, limit int) ([]draft, error) {
	var out []draft
	err := tx.Rows(`-- notice.selectParts
		SELECT s.id, s.member, q.id, s.month, q.day, CASE WHEN q.upto - (s.received - p.before) < q.amount THEN q.upto - (s.received - p.before)
			ELSE q.amount END, s.total + s.late - s.moved - s.received
		FROM bill_plan_part q
		JOIN bill_plan p ON p.bucket = q.bucket AND p.statement = q.statement AND p.number = q.number AND p.state = 'standing'
		JOIN statement s ON s.bucket = p.bucket AND s.id = p.statement
		WHERE q.day = $1 AND q.upto > s.received - p.before AND s.past_due
			AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.bucket = q.bucket AND n.fact = q.id AND n.kind = $2)
			AND NOT EXISTS (SELECT 1 FROM dunning_hold h WHERE h.bucket = s.bucket AND h.member = s.member AND h.lifted IS NULL
				AND (h.last_day IS NULL OR h.last_day >= $3))
		ORDER BY q.bucket, q.id LIMIT $4`, []any{day, kind, jst.DayOf(tx.Now()), limit}, func(row db.Row) error {
		d := draft{kind: kind}
		var statement id.Statement
		var part id.PlanPart
		err := row.Scan(&statement, &d.member, &part, &d.figures.Month, &d.figures.Day, &d.figures.Amount, &d.figures.Owed)
		d.subject, d.fact = event.Subject(statement), part
		out = append(out, d)
		return err
	})
	return out, err
}

// chargedOn is a member's fee day.
type chargedOn struct {
	member id.Member
	day    jst.Day
}

// selectCharged adds up what members are charged for being late on the days of drafts, over all of their bills.
func selectCharged(tx *db.Tx, drafts []draft) (map[chargedOn]money.Yen, error) {
	set := db.NewSet(db.Cols{"bucket:int", "member:bytes", "day:text"})
	out := map[chargedOn]money.Yen{}
	for _, d := range drafts {
		at := chargedOn{d.member, d.figures.Day}
		if _, twice := out[at]; d.kind == LateCharged && !twice {
			out[at] = 0
			set.Add(d.member.Bucket(), d.member, d.figures.Day.String())
		}
	}
	_, err := tx.Each(`-- notice.selectCharged
		SELECT c.member, c.day, CAST(SUM(c.amount) AS BIGINT)
		FROM {rows} JOIN late_charge c ON c.bucket = r.bucket AND c.member = r.member AND c.day = r.day
		WHERE c.state = 'charged' AND c.kind <> 'fallback' GROUP BY c.member, c.day`, set, func(row db.Row) error {
		var at chargedOn
		var sum money.Yen
		err := row.Scan(&at.member, &at.day, &sum)
		out[at] = sum
		return err
	})
	return out, err
}

// purchase is what a notice says about a payment besides its fact.
type purchase struct {
	amount  money.Yen
	created time.Time
	month   jst.Month // of the bill of its first capture; zero before
}

func selectPurchases(tx *db.Tx, payments []id.Payment) (map[id.Payment]purchase, error) {
	set := db.NewSet(db.Cols{"bucket:int", "id:bytes"})
	for _, p := range payments {
		set.Add(p.Bucket(), p)
	}
	out := make(map[id.Payment]purchase, len(payments))
	_, err := tx.Each(`-- notice.selectPurchases
		SELECT p.id, p.amount, p.created,
			(SELECT MIN(c.bill_month) FROM capture c WHERE c.bucket = p.bucket AND c.payment = p.id)
		FROM {rows} JOIN payment p ON p.bucket = r.bucket AND p.id = r.id`, set, func(row db.Row) error {
		var pid id.Payment
		var p purchase
		var created int64
		err := row.Scan(&pid, &p.amount, &created, &p.month)
		p.created = db.FromMicros(created)
		out[pid] = p
		return err
	})
	return out, err
}

// selectReopened answers the receipts among those of paid bills that members were told to be taken back.
func selectReopened(tx *db.Tx, drafts []draft) (map[[16]byte]bool, error) {
	set := db.NewSet(db.Cols{"bucket:int", "fact:bytes"})
	for _, d := range drafts {
		if !d.paid.IsZero() {
			set.Add(d.member.Bucket(), d.fact[:])
		}
	}
	out := map[[16]byte]bool{}
	_, err := tx.Each(`-- notice.selectReopened
		SELECT n.fact FROM {rows} JOIN notice n ON n.bucket = r.bucket AND n.fact = r.fact AND n.kind = 'bill_reopened'`,
		set, func(row db.Row) error {
			var receipt id.Receipt
			err := row.Scan(&receipt)
			out[receipt] = true
			return err
		})
	return out, err
}

// message is one row of its table.
type message struct {
	ID      MessageID
	Member  id.Member
	State   State
	Tries   int
	Lang    string // "ja" or "en" once it was sent
	Created time.Time
	Changed time.Time
}

func insertMessages(tx *db.Tx, all []message) error {
	set := db.NewSet(db.Cols{
		"bucket:int", "notice:bytes", "medium:text", "copy:int", "member:bytes", "state:text", "created:int", "changed:int",
	})
	for _, m := range all {
		set.Add(m.Member.Bucket(), m.ID.Notice, m.ID.Medium, m.ID.Copy, m.Member, m.State, db.Micros(m.Created), db.Micros(m.Changed))
	}
	_, err := tx.Each(`-- notice.insertMessages
		INSERT INTO message (bucket, notice, medium, copy, member, state, tries, lang, created, changed)
		SELECT r.bucket, r.notice, r.medium, r.copy, r.member, r.state, 0, '', r.created, r.changed FROM {rows}`, set, nil)
	return err
}

const messageColumns = `m.notice, m.medium, m.copy, m.member, m.state, m.tries, m.lang, m.created, m.changed`

func scanMessage(row db.Row) (message, error) {
	var m message
	var created, changed int64
	err := row.Scan(&m.ID.Notice, &m.ID.Medium, &m.ID.Copy, &m.Member, &m.State, &m.Tries, &m.Lang, &created, &changed)
	m.Created, m.Changed = db.FromMicros(created), db.FromMicros(changed)
	return m, err
}

func selectMessage(tx *db.Tx, m MessageID) (message, error) {
	return scanMessage(tx.Row(`-- notice.selectMessage
		SELECT `+messageColumns+` FROM message m WHERE m.bucket = $1 AND m.notice = $2 AND m.medium = $3 AND m.copy = $4`,
		m.Notice.Bucket(), m.Notice, m.Medium, m.Copy))
}

// lockNewest locks the first copy, which orders all who ask for another, and answers the newest.
func lockNewest(tx *db.Tx, m MessageID) (message, error) {
	first := MessageID{Notice: m.Notice, Medium: m.Medium, Copy: 1}
	_, err := scanMessage(tx.Row(`-- notice.lockMessage
		SELECT `+messageColumns+` FROM message m WHERE m.bucket = $1 AND m.notice = $2 AND m.medium = $3 AND m.copy = $4
		{forupdate}`, first.Notice.Bucket(), first.Notice, first.Medium, first.Copy))
	if err != nil {
		return message{}, err
	}
	return scanMessage(tx.Row(`-- notice.selectNewest
		SELECT `+messageColumns+` FROM message m WHERE m.bucket = $1 AND m.notice = $2 AND m.medium = $3
		ORDER BY m.copy DESC LIMIT 1`, m.Notice.Bucket(), m.Notice, m.Medium))
}

func updateMessage(tx *db.Tx, m message, from State) (int64, error) {
	return tx.Exec(`-- notice.updateMessage
		UPDATE message SET state = $6, tries = $7, lang = $8, changed = $9
		WHERE bucket = $1 AND notice = $2 AND medium = $3 AND copy = $4 AND state = $5`,
		m.ID.Notice.Bucket(), m.ID.Notice, m.ID.Medium, m.ID.Copy, from, m.State, m.Tries, m.Lang, db.Micros(m.Changed))
}

// selectMessages lists a member's messages, the newest first: from the newest, or after one. What was overtaken never left
// and is not listed.
func selectMessages(tx *db.Tx, member id.Member, after MessageID, limit int) ([]message, error) {
	text, args := `-- notice.selectMessages
		SELECT `+messageColumns+` FROM message m WHERE m.bucket = $1 AND m.member = $2 AND m.state <> 'dropped'
		ORDER BY m.created DESC, m.notice DESC, m.medium DESC, m.copy DESC LIMIT $3`, []any{member.Bucket(), member, limit}
	if after != (MessageID{}) {
		text, args = `-- notice.selectMessagesAfter
		SELECT `+messageColumns+` FROM message m WHERE m.bucket = $1 AND m.member = $2 AND m.state <> 'dropped'
			AND (m.created, m.notice, m.medium, m.copy) < (
				SELECT a.created, a.notice, a.medium, a.copy FROM message a
				WHERE a.bucket = $1 AND a.notice = $4 AND a.medium = $5 AND a.copy = $6)
		ORDER BY m.created DESC, m.notice DESC, m.medium DESC, m.copy DESC LIMIT $3`,
			append(args, after.Notice, after.Medium, after.Copy)
	}
	var out []message
	err := tx.Rows(text, args, func(row db.Row) error {
		m, err := scanMessage(row)
		out = append(out, m)
		return err
	})
	return out, err
}

func selectNotices(tx *db.Tx, all []message) (map[id.Notice]stored, error) {
	out := make(map[id.Notice]stored, len(all))
	set := db.NewSet(db.Cols{"bucket:int", "id:bytes"})
	for _, m := range all {
		if _, twice := out[m.ID.Notice]; !twice {
			out[m.ID.Notice] = stored{}
			set.Add(m.ID.Notice.Bucket(), m.ID.Notice)
		}
	}
	_, err := tx.Each(`-- notice.selectNotices
		SELECT `+noticeColumns+` FROM {rows} JOIN notice n ON n.bucket = r.bucket AND n.id = r.id`, set, func(row db.Row) error {
		s, err := scanNotice(row)
		out[s.id] = s
		return err
	})
	return out, err
}
