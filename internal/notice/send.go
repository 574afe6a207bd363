package notice

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/collection"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/job"
	"tsuke/internal/jst"
	"tsuke/internal/lifecycle"
	"tsuke/internal/member"
)

// SendJob is the kind of the jobs that send messages: one for each message, and one more for each time that it has to
// wait for the hours of rule N07.
const SendJob = "notice.send"

// waits is when a message is tried again: nine tries over about a day. News that is older is read in the inbox.
func waits() []time.Duration {
	return []time.Duration{
		10 * time.Second, time.Minute, 5 * time.Minute, 20 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
	}
}

// deferMax is how often a text waits for the next bank day because its tries ran into the evening.
const deferMax = 3

// MessageID names one letter or text. Its String, such as "ntc_01jz…-mail-1", is also the key by which a carrier or a
// mailbox knows a message that is sent again.
type MessageID struct {
	Notice id.Notice
	Medium Medium
	Copy   int // from 1
}

// String is the id in its one form.
func (m MessageID) String() string {
	return m.Notice.String() + "-" + string(m.Medium) + "-" + strconv.Itoa(m.Copy)
}

// ErrMessageForm tells that a text is no MessageID.
var ErrMessageForm = errors.New("notice: a message is named by its notice, its medium and its copy: ntc_…-mail-1")

// ParseMessageID reads what String writes, and nothing else. The errors never repeat the text.
func ParseMessageID(s string) (MessageID, error) {
	parts := strings.Split(s, "-")
	if len(parts) != 3 {
		return MessageID{}, ErrMessageForm
	}
	notice, err := id.Parse[id.NoticeKind](parts[0])
	if err != nil {
		return MessageID{}, ErrMessageForm
	}
	number, err := strconv.Atoi(parts[2])
	m := MessageID{Notice: notice, Medium: Medium(parts[1]), Copy: number}
	if err != nil || number < 1 || m.Medium != ByMail && m.Medium != BySMS || m.String() != s {
		return MessageID{}, ErrMessageForm
	}
	return m, nil
}

// job is the job that sends the message: deferred counts how often it was put off before.
func (m MessageID) job(deferred int, due time.Time) job.Job {
	ref := m.String()
	if deferred > 0 {
		ref += "." + strconv.Itoa(deferred)
	}
	return job.Job{Bucket: m.Notice.Bucket(), Kind: SendJob, Ref: ref, Due: due}
}

// readRef reads the ref of a job.
func readRef(ref string) (m MessageID, deferred int, err error) {
	name, count, found := strings.Cut(ref, ".")
	if found {
		if deferred, err = strconv.Atoi(count); err != nil {
			return MessageID{}, 0, fmt.Errorf("notice: a job is named %q: %w", ref, ErrMessageForm)
		}
	}
	m, err = ParseMessageID(name)
	return m, deferred, err
}

// Handler sends messages. Register it for SendJob.
func (n *Notices) Handler() job.Handler {
	return job.Handler{Outside: n.send, Waits: waits()}
}

// step is what a look at a message decides.
type step int

const (
	stepNone     step = iota // it has come to its end
	stepSend                 // now
	stepDefer                // at the instant beside
	stepOvertake             // never: it is no longer true
	stepReject               // never: there is no number to send it to
)

// errand is a message that is due, with all that sending it takes.
type errand struct {
	message message
	step    step
	at      time.Time // of a stepDefer
	to      member.Profile
	words   words
	notice  stored // of a letter that carries the address of its invoice
	linked  bool
}

// send is one try at a message (rules N04 to N06).
func (n *Notices) send(ctx context.Context, run job.Run) (func(*db.Tx) error, error) {
	which, deferred, err := readRef(run.Ref)
	if err != nil {
		return nil, job.Permanent(err)
	}
	var e errand
	err = n.DB.Read(ctx, func(tx *db.Tx) (err error) {
		e, err = n.prepare(tx, which)
		return err
	})
	if err != nil {
		return nil, err
	}
	switch e.step {
	case stepNone:
		return nil, nil
	case stepOvertake:
		return e.settle(Overtake, run.Attempt), nil
	case stepReject:
		return e.settle(Reject, run.Attempt), nil
	case stepDefer:
		if deferred >= deferMax {
			return e.settle(GiveUp, run.Attempt), nil
		}
		return func(tx *db.Tx) error { return job.Enqueue(tx, which.job(deferred+1, e.at)) }, nil
	case stepSend:
	}
	if e.linked {
		if err := n.link(ctx, &e); err != nil {
			return nil, err
		}
	}
	outcome, cause := n.deliver(ctx, e)
	return n.conclude(ctx, run, e, outcome, cause)
}

// InvoicePath is where the pages have an invoice's secret address.
const InvoicePath = "/i/"

// link makes the address that a letter about an invoice carries, and words the letter. It stands before the letter leaves: of a
// letter that is tried again each try has an address of its own, and all of them lead to the invoice (rule I08).
func (n *Notices) link(ctx context.Context, e *errand) error {
	return n.DB.Write(ctx, func(tx *db.Tx) error {
		st, err := billing.FindInvoice(tx, id.Statement(e.notice.subject))
		if err != nil {
			return err
		}
		token, err := billing.NewLink(tx, st)
		if err != nil {
			return err
		}
		e.words, err = n.compose(tx, e.notice, e.to.Lang, strings.TrimSuffix(n.PublicURL, "/")+InvoicePath+token.Reveal())
		return err
	})
}

// conclude turns the carrier's answer into what follows: the message's end, or another try.
func (n *Notices) conclude(ctx context.Context, run job.Run, e errand, outcome Outcome, cause error) (func(*db.Tx) error, error) {
	last := run.Attempt > len(waits())
	switch outcome {
	case Done:
		return e.settle(Take, run.Attempt), nil
	case Refused:
		return e.settle(Reject, run.Attempt), nil
	case NotSent:
		if last {
			return e.settle(GiveUp, run.Attempt), nil
		}
	case Lost:
		if last {
			return e.settle(Lose, run.Attempt), nil
		}
		// Written at once, beside the job: should all later tries get nowhere, the message may still have arrived.
		if err := n.DB.Write(ctx, e.settle(Lose, run.Attempt)); err != nil {
			return nil, errors.Join(Undelivered.Because(cause), err)
		}
	}
	return nil, Undelivered.Because(cause)
}

// deliver hands a message to its carrier.
func (n *Notices) deliver(ctx context.Context, e errand) (Outcome, error) {
	key := e.message.ID.String()
	if e.message.ID.Medium == BySMS {
		return n.SMS(ctx, Text{To: e.to.Phone, Body: e.words.text, Key: key})
	}
	return n.Mail(ctx, Letter{To: e.to.Mail, Subject: e.words.head, Text: e.words.letter, Lang: e.to.Lang, Key: key})
}

// prepare looks at a message that is due: whether it goes out, to whom, and in which words.
func (n *Notices) prepare(tx *db.Tx, which MessageID) (errand, error) {
	m, err := selectMessage(tx, which)
	if err != nil {
		return errand{}, err
	}
	e := errand{message: m}
	if m.State != Waiting && m.State != Unknown {
		return e, nil
	}
	s, err := selectNotice(tx, which.Notice)
	if err != nil {
		return errand{}, err
	}
	if e.step, e.at, err = n.judge(tx, s, which); err != nil || e.step != stepSend {
		return e, err
	}
	if e.to, err = n.Members.LoadProfile(tx, s.member); err != nil {
		return errand{}, err
	}
	if which.Medium == BySMS && e.to.Phone == "" || which.Medium == ByMail && e.to.Mail == "" {
		e.step = stepReject
		return e, nil
	}
	if which.Medium == ByMail && s.figures.Invoice && planOf(s.kind).topic == AboutStatement {
		e.notice, e.linked = s, true // worded when its address is made
		return e, nil
	}
	e.words, err = n.compose(tx, s, e.to.Lang, "")
	return e, err
}

// judge decides whether a message goes out now. A copy that the member asked for does so at any hour.
func (n *Notices) judge(tx *db.Tx, s stored, which MessageID) (step, time.Time, error) {
	if planOf(s.kind).holds != nil {
		all, err := billing.Statements(tx, s.member)
		if err != nil {
			return stepNone, time.Time{}, err
		}
		for _, st := range all {
			if st.ID != id.Statement(s.subject) {
				continue
			}
			still, err := n.still(tx, s, st, which)
			if err != nil || !still {
				return stepOvertake, time.Time{}, err
			}
		}
	}
	if which.Copy == 1 {
		stops, err := stopped(tx, s, which.Medium)
		if err != nil || stops {
			return stepOvertake, time.Time{}, err
		}
	}
	if which.Copy > 1 || !quiet(s.kind, which.Medium) {
		return stepSend, time.Time{}, nil
	}
	open, err := n.openAt(tx.Now())
	if err == nil && open.After(tx.Now()) {
		return stepDefer, open, nil
	}
	return stepSend, time.Time{}, err
}

// stopped tells whether a message is not sent because its member has promised to pay (rule N12), or because a person has stopped
// dunning, also of parts (rules N14, N15).
func stopped(tx *db.Tx, s stored, medium Medium) (bool, error) {
	whole := reminds(s.kind, medium)
	if !whole && !ofPart(s.kind) {
		return false, nil
	}
	_, stands, err := collection.Held(tx, s.member)
	if err != nil || stands || !whole {
		return stands, err
	}
	_, stands, err = collection.FindPromise(tx, s.member)
	return stands, err
}

// still tells whether what a message says of a bill is true of it now (rule N04). A bill that is paid in parts is not
// reminded of as a whole, and a part only while it is open (rule N13).
func (n *Notices) still(tx *db.Tx, s stored, st billing.Statement, which MessageID) (bool, error) {
	today := jst.DayOf(tx.Now())
	whole := which.Copy == 1 && reminds(s.kind, which.Medium)
	if !planOf(s.kind).holds(st, today) || !whole && !ofPart(s.kind) {
		return planOf(s.kind).holds(st, today), nil
	}
	p, found, err := collection.FindPlan(tx, st.ID)
	if err != nil {
		return false, err
	}
	if ofPart(s.kind) {
		return found && opens(p, st.Received, s.figures.Day, today), nil
	}
	return !found || p.State != collection.Standing, nil
}

// openAt is the first instant from at on at which texts about late bills may be sent (rule N07).
func (n *Notices) openAt(at time.Time) (time.Time, error) {
	calendar := n.Calendar
	if calendar == nil {
		calendar = jst.Japan()
	}
	terms, day := n.Terms.Current(), jst.DayOf(at)
	return nextOpen(calendar, at, SMSFrom.On(terms, day), SMSUntil.On(terms, day))
}

// settle writes the state that an event leads to. A message that somebody else has brought to its end stays there.
func (e errand) settle(on Event, tries int) func(*db.Tx) error {
	return func(tx *db.Tx) error {
		m, err := selectMessage(tx, e.message.ID)
		if err != nil {
			return err
		}
		from := m.State
		to, verdict := Machine.Next(from, on)
		if verdict != lifecycle.Moved {
			return nil
		}
		m.State, m.Tries, m.Lang, m.Changed = to, tries, e.to.Lang, tx.Now()
		changed, err := updateMessage(tx, m, from)
		if err == nil && changed != 1 {
			return db.ErrSerialization
		}
		return err
	}
}
