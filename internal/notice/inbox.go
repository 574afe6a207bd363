package notice

import (
	"errors"
	"strconv"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/job"
	"tsuke/internal/jst"
)

// listMax is how many lines one list shows.
const listMax = 100

// Line is a notice in the inbox.
type Line struct {
	ID        id.Notice
	Kind      Kind
	Text      string // one line in the language asked for
	Reference id.Reference
	About     Topic
	Object    string // the public id of what it is about: "pay_…", "stm_…", "tok_…", "mem_…"
	At        time.Time
	New       bool // not read yet
}

// Inbox lists a member's notices in a language ("ja" or "en"), the newest first: from the newest if after is zero,
// otherwise those after it; at most limit and at most 100.
func (n *Notices) Inbox(tx *db.Tx, member id.Member, lang string, after id.Notice, limit int) ([]Line, error) {
	all, err := selectInbox(tx, member, after, min(max(limit, 1), listMax))
	if err != nil {
		return nil, err
	}
	shops := shopNames{}
	out := make([]Line, len(all))
	for i, s := range all {
		head, err := n.headOf(tx, s, lang, shops)
		if err != nil {
			return nil, err
		}
		out[i] = Line{
			ID: s.id, Kind: s.kind, Text: head, Reference: s.reference(), About: planOf(s.kind).topic, Object: s.object(),
			At: s.created, New: !s.read,
		}
	}
	return out, nil
}

// object is the public id of what a notice is about.
func (s stored) object() string {
	switch planOf(s.kind).topic {
	case AboutPayment:
		return id.Payment(s.subject).String()
	case AboutStatement:
		return id.Statement(s.subject).String()
	case AboutToken:
		return id.Token(s.subject).String()
	case AboutMember, AboutPromise, AboutAccount:
	}
	return id.Member(s.subject).String()
}

// Unread counts a member's notices that were not read yet.
func (n *Notices) Unread(tx *db.Tx, member id.Member) (int, error) { return countUnread(tx, member) }

// MarkRead marks a member's notices as read, up to and including one: the newest that the member was shown. Another
// member's notice marks nothing.
func (n *Notices) MarkRead(tx *db.Tx, member id.Member, upTo id.Notice) error {
	_, err := markRead(tx, member, upTo)
	return err
}

// Message is a letter or text in the list of what was sent to a member.
type Message struct {
	ID        MessageID
	Kind      Kind
	Head      string // what the letter's subject says, in the language it was sent in
	Reference id.Reference
	Medium    Medium
	To        string // where it goes, masked; as registered now
	State     State  // never Overtaken: such a message is not listed
	Tries     int
	At        time.Time // when its state was reached
	Again     bool      // it is the newest copy, and Resend would send another one now
}

// Messages lists what was sent to a member, or is to be, the newest first: from the newest if after is zero, otherwise
// those after it; at most limit and at most 100. What is not sent yet is worded in the language given.
func (n *Notices) Messages(tx *db.Tx, member id.Member, lang string, after MessageID, limit int) ([]Message, error) {
	all, err := selectMessages(tx, member, after, min(max(limit, 1), listMax))
	if err != nil || len(all) == 0 {
		return nil, err
	}
	notices, err := selectNotices(tx, all)
	if err != nil {
		return nil, err
	}
	to, err := n.Members.LoadProfile(tx, member)
	if err != nil {
		return nil, err
	}
	shops, copied := shopNames{}, map[MessageID]bool{}
	out := make([]Message, len(all))
	for i, m := range all {
		s := notices[m.ID.Notice]
		first := MessageID{Notice: m.ID.Notice, Medium: m.ID.Medium, Copy: 1}
		out[i] = Message{
			ID: m.ID, Kind: s.kind, Reference: s.reference(), Medium: m.ID.Medium, To: to.Mail.Masked(), State: m.State,
			Tries: m.Tries, At: m.Changed, Again: !copied[first] && n.mayCopy(tx, m) == nil,
		}
		copied[first] = true
		if m.ID.Medium == BySMS {
			out[i].To = to.Phone.Masked()
		}
		wrote := lang
		if m.Lang != "" {
			wrote = m.Lang
		}
		if out[i].Head, err = n.headOf(tx, s, wrote, shops); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Resend sends another copy of a message, with a key of its own (rule N10). The faults are NoMessage (also for another
// member's), OnItsWay, TooSoon and TooOften.
func (n *Notices) Resend(tx *db.Tx, member id.Member, which MessageID) (MessageID, error) {
	newest, err := lockNewest(tx, which)
	switch {
	case errors.Is(err, db.ErrNone):
		return MessageID{}, NoMessage.New()
	case err != nil:
		return MessageID{}, err
	case newest.Member != member || which.Copy > newest.ID.Copy:
		return MessageID{}, NoMessage.New()
	}
	if err := n.mayCopy(tx, newest); err != nil {
		return MessageID{}, err
	}
	copied := message{ID: newest.ID, Member: member, State: Waiting, Created: tx.Now(), Changed: tx.Now()}
	copied.ID.Copy++
	if err := insertMessages(tx, []message{copied}); err != nil {
		return MessageID{}, err
	}
	return copied.ID, job.Enqueue(tx, copied.ID.job(0, tx.Now()))
}

// mayCopy refuses a copy that would follow another too closely or too often.
func (n *Notices) mayCopy(tx *db.Tx, newest message) error {
	terms, day := n.Terms.Current(), jst.DayOf(tx.Now())
	wait, most := ResendWait.On(terms, day), ResendMax.On(terms, day)
	since := tx.Now().Sub(newest.Changed)
	switch {
	case newest.State == Overtaken:
		return NoMessage.New()
	case newest.State == Waiting:
		return OnItsWay.New()
	case newest.ID.Copy >= most:
		return TooOften.New().With("max", strconv.Itoa(most))
	case since < wait:
		seconds := max(1, int((wait-since+time.Second-1)/time.Second))
		return TooSoon.New().With("seconds", strconv.Itoa(seconds)).After(seconds)
	}
	return nil
}
