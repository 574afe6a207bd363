// Package notice turns facts into messages to members, and knows what became of each message.
//
// # The story
//
// A [Reader] follows the log of facts. For each fact that a member should hear of it writes a notice and, where the
// notice is worth a letter or a text, one message per medium with a job that sends it: all in one transaction with the
// move of its cursor (rule N01). What a notice follows from is part of its key, so a fact that is read again, or told in
// two steps (a store's first report and its final word), is one notice. [Notices.Remind] adds what follows from the
// calendar instead of a fact.
//
// A notice holds a kind, the object that it is about and figures: nothing personal. The words come from a catalogue in
// Japanese and English and are put together when they are needed: for a message when it is sent, in the language and to
// the address that the member has then; for the inbox when it is looked at.
//
// Before a message leaves, it is asked whether it is still true (rule N04): a bill that was paid meanwhile is not
// reminded of. What the carrier says becomes the message's state. An answer that is lost is not the end: the message is
// sent again with the same key, by which the carrier or the mailbox drops a copy.
//
// # Lock order
//
// Reading facts and reminding lock nothing: two who write the same notice are told apart by its key. Sending writes the
// row of its message and locks nothing before. Resend locks the newest copy of its message.
package notice

import (
	"context"
	"slices"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/collection"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/id"
	"tsuke/internal/job"
	"tsuke/internal/jst"
	"tsuke/internal/mask"
	"tsuke/internal/member"
	"tsuke/internal/merchant"
	"tsuke/internal/money"
	"tsuke/internal/term"
)

// Notices is the package's verbs. All fields are needed unless they say otherwise; Mail and SMS only where messages are
// sent.
type Notices struct {
	DB        *db.DB // for sending, which looks things up between transactions
	Members   *member.Members
	Merchants *merchant.Merchants
	Billing   *billing.Billing
	Terms     *term.Book
	Calendar  *jst.Calendar // bank days; the law's if nil

	Mail func(context.Context, Letter) (Outcome, error)
	SMS  func(context.Context, Text) (Outcome, error)

	// Late answers what a bill costs that is not paid by its due day. If it is nil, nothing is said about costs.
	Late func(day jst.Day) LateTerms

	PublicURL string // the address of the service, written in letters as it is; without a path or a token
	BrandJA   string // the name in Japanese sentences; 「ツケ」 if empty
	BrandEN   string // the name in English sentences; "Tsuke" if empty
	Contact   string // how the operator is reached, in one line for the foot of letters; may be empty
}

// LateTerms is what a bill costs that is not paid by its due day: Fee is added on the First and the Second of each month
// from the month after the due day.
type LateTerms struct {
	Fee           money.Yen
	First, Second int               // days of the month
	Rate          money.BasisPoints // damages a year that may be asked
}

// Letter is one message to a mailbox, in plain text.
type Letter struct {
	To      mask.Mail
	Subject string
	Text    string // lines of at most 78 columns
	Lang    string // "ja" or "en"
	Key     string // the same for every try; see MessageID
}

// Text is one message to a phone.
type Text struct {
	To   mask.Phone // E.164
	Body string     // one part: at most 70 characters in Japanese
	Key  string     // the same for every try; see MessageID
}

// Outcome answers "did the carrier act?". The zero Outcome is Lost, so that what nobody classified is treated with the
// greatest care.
type Outcome int

// The outcomes.
const (
	Lost    Outcome = iota // it may have taken the message; its answer is lost
	Done                   // it took the message
	Refused                // it will not take this message
	NotSent                // it cannot have taken the message; later it may
)

// Kind is what a notice says.
type Kind string

// The kinds.
const (
	Purchase           Kind = "purchase"            // the shop has the order: the purchase is fixed
	Repeated           Kind = "repeated"            // the same order came again and was counted once
	Released           Kind = "released"            // a part of the order will not be charged
	Voided             Kind = "voided"              // the shop cancelled the order
	Expired            Kind = "expired"             // the shop was silent, nothing is charged
	Refunded           Kind = "refunded"            // the shop gave money back
	Disowned           Kind = "disowned"            // the shop has no such order, everything went back
	BillIssued         Kind = "bill_issued"         // the month's bill is there
	BillSettled        Kind = "bill_settled"        // the month's bill asks for nothing
	BillPaid           Kind = "bill_paid"           // money came in
	BillReopened       Kind = "bill_reopened"       // the store took a payment back
	PaidTwice          Kind = "paid_twice"          // a bill was paid a second time
	PaidTwiceReturned  Kind = "paid_twice_returned" // the store took the second payment back
	ReturnChosen       Kind = "return_chosen"       // what a bill did not need will be sent back
	ReturnPaid         Kind = "return_paid"         // it was sent
	ReturnFailed       Kind = "return_failed"       // the bank did not take it
	PastDue            Kind = "past_due"            // the due day has passed
	DueSoon            Kind = "due_soon"            // some days are left
	DueToday           Kind = "due_today"           // the last day
	Registered         Kind = "registered"          // welcome
	SignedIn           Kind = "signed_in"           // a browser that was not seen before
	NumberPassedOn     Kind = "number_passed_on"    // the phone number is another's now
	AgreedWithShop     Kind = "agreed_with_shop"    // the shop may buy again without the member present
	AgreementWithdrawn Kind = "agreement_withdrawn" // and may no longer
	LateCharged        Kind = "late_charged"        // what a fee day added to bills past due
	Promised           Kind = "promised"            // the day on which the member will pay was taken down
	PartPaid           Kind = "part_paid"           // money came in, and some is still owed
	NotDebited         Kind = "not_debited"         // a bank debited nothing: to be paid at a till
	DunFirst           Kind = "dun_first"           // past due for some days: the steps of rule N11
	DunSecond          Kind = "dun_second"
	DunLast            Kind = "dun_last"        // a person will call
	PlanAgreed         Kind = "plan_agreed"     // a bill past due is paid in parts
	PlanPartSoon       Kind = "plan_part_soon"  // some days are left for a part
	PlanPartToday      Kind = "plan_part_today" // the last day of a part
	PlanBroken         Kind = "plan_broken"     // a part did not come in
	PlanDone           Kind = "plan_done"       // all parts are paid
	PlanEnded          Kind = "plan_ended"      // a person ended it
	LateWaived         Kind = "late_waived"     // people took late charges back

	DisputeNoted    Kind = "dispute_noted"    // somebody said that an invoice is not theirs: nothing is asked for
	DisputeUpheld   Kind = "dispute_upheld"   // it is not theirs to pay
	DisputeRejected Kind = "dispute_rejected" // it is

	AccountRegistered Kind = "account_registered" // a bank account was registered, or took the place of another
)

// Topic is what a notice is about: where its line in the inbox leads.
type Topic string

// The topics.
const (
	AboutPayment   Topic = "payment"
	AboutStatement Topic = "statement"
	AboutToken     Topic = "token"
	AboutMember    Topic = "member"  // the membership as a whole
	AboutPromise   Topic = "promise" // the day named for all that is past due
	AboutAccount   Topic = "account" // the bank account, and how bills are paid
)

// Medium is how a message travels.
type Medium string

// The media.
const (
	ByMail Medium = "mail"
	BySMS  Medium = "sms"
)

// figures are what the words of a notice are filled with. They are stored as JSON: a field may be added and must never
// be renamed.
type figures struct {
	Amount    money.Yen   `json:"amount,omitzero"`
	Merchant  id.Merchant `json:"merchant,omitzero"`
	Month     jst.Month   `json:"month,omitzero"`      // of the bill
	Due       jst.Day     `json:"due,omitzero"`        // of the bill
	Estimated bool        `json:"estimated,omitempty"` // the month follows from when the shop ships
	Usable    *money.Yen  `json:"usable,omitempty"`    // nil if nothing can be bought
	Way       billing.Way `json:"way,omitempty"`
	Fee       money.Yen   `json:"fee,omitzero"`
	Prompt    bool        `json:"prompt,omitempty"` // the agent's final word is awaited
	Late      bool        `json:"late,omitempty"`   // the due day had passed
	Device    string      `json:"device,omitempty"`
	Day       jst.Day     `json:"day,omitzero"`       // of a fee, or that was promised
	Owed      money.Yen   `json:"owed,omitzero"`      // what remains to be paid
	Code      string      `json:"code,omitempty"`     // why nothing was debited
	Parts     int         `json:"parts,omitzero"`     // of a plan
	Part      money.Yen   `json:"part,omitzero"`      // the first of them
	Last      jst.Day     `json:"last,omitzero"`      // the day of the last
	Invoice   bool        `json:"invoice,omitempty"`  // of a purchase without membership (rule I11)
	Replaced  bool        `json:"replaced,omitempty"` // of a bank account: there was another one
	Guest     bool        `json:"guest,omitempty"`    // whoever reads it has no membership
}

// draft is a notice that may have been written before.
type draft struct {
	kind    Kind
	member  id.Member
	subject event.Subject
	fact    [16]byte
	figures figures
	at      time.Time
	place   int64
	of      id.Payment // whose purchase, or zero: its figures are to be looked up
	paid    id.Event   // the fact of a payment of a bill, or zero: what can be used now is to be looked up
	moot    bool       // what the fact told was taken back before it was read: nobody is told
}

// stored is a notice as it stands in the table.
type stored struct {
	id      id.Notice
	member  id.Member
	kind    Kind
	subject event.Subject
	figures figures
	inbox   bool
	place   int64 // its order in the inbox
	created time.Time
	read    bool
}

// reference is the number by which people speak about what a notice is about. Those about the membership as a whole have
// one of their own.
func (s stored) reference() id.Reference {
	switch planOf(s.kind).topic { //nolint:exhaustive // the others are about a thing that has a number of its own
	case AboutMember, AboutPromise, AboutAccount:
		return id.ReferenceOf(s.id)
	}
	return id.ReferenceOf(id.Event(s.subject))
}

// Reader follows the log of facts and writes notices. Run it with event.RunReader.
func (n *Notices) Reader() event.Reader { return event.Reader{Name: "notice", Step: n.read} }

// placesOfFact is more than the notices that one fact leads to: their places lie between those of the facts around it.
const placesOfFact = 4

func (n *Notices) read(tx *db.Tx, facts []event.Numbered) error {
	var drafts []draft
	for _, f := range facts {
		found, err := draftsOf(f.Recorded)
		if err != nil {
			return err
		}
		for i := range found {
			found[i].place = placesOfFact*f.Position + int64(i)
		}
		drafts = append(drafts, found...)
	}
	if err := n.complete(tx, drafts); err != nil {
		return err
	}
	return n.write(tx, slices.DeleteFunc(drafts, func(d draft) bool { return d.moot }))
}

// write stores notices that do not stand yet, their messages, and the jobs that send them.
func (n *Notices) write(tx *db.Tx, drafts []draft) error {
	all := make([]stored, len(drafts))
	for i, d := range drafts {
		all[i] = stored{
			id: id.In[id.NoticeKind](tx, d.member.Bucket()), member: d.member, kind: d.kind, subject: d.subject,
			figures: d.figures, inbox: planOf(d.kind).inbox, place: d.place, created: d.at,
		}
	}
	fresh, err := insertNotices(tx, all, drafts)
	if err != nil {
		return err
	}
	open, err := n.openAt(tx.Now())
	if err != nil {
		return err
	}
	var messages []message
	var jobs []job.Job
	for _, s := range all {
		if !fresh[s.id] {
			continue
		}
		for _, medium := range planOf(s.kind).media {
			m := message{ID: MessageID{Notice: s.id, Medium: medium, Copy: 1}, Member: s.member, State: Waiting, Created: s.created, Changed: tx.Now()}
			messages = append(messages, m)
			due := tx.Now()
			if quiet(s.kind, medium) {
				due = open
			}
			jobs = append(jobs, m.ID.job(0, due))
		}
	}
	if err := insertMessages(tx, messages); err != nil {
		return err
	}
	return job.Enqueue(tx, jobs...)
}

// Remind writes the reminders of a day: of bills that are due some days later (the term notice.remind.days), of those due on
// the day itself (rule N08), of those past due that have come to a step (rule N11), and of the parts of plans in the same way
// (rule N13), at most limit of each. It answers how
// many it wrote and is run again until that is 0. Only today can be reminded of: for another day it does
// nothing, and neither while dunning is stopped as a whole (rule N15).
func (n *Notices) Remind(tx *db.Tx, day jst.Day, limit int) (int, error) {
	if day != jst.DayOf(tx.Now()) {
		return 0, nil
	}
	if _, all, err := collection.FindHold(tx, collection.Everybody); err != nil || all {
		return 0, err
	}
	ahead := RemindDays.On(n.Terms.Current(), day)
	soon, err := selectDue(tx, day.Add(ahead), DueSoon, limit)
	if err != nil {
		return 0, err
	}
	if ahead == 0 {
		soon = nil
	}
	last, err := selectDue(tx, day, DueToday, limit)
	if err != nil {
		return 0, err
	}
	late, err := n.selectSteps(tx, day, limit)
	if err != nil {
		return 0, err
	}
	parts, err := selectParts(tx, day, PlanPartToday, limit)
	if err != nil {
		return 0, err
	}
	if ahead > 0 {
		coming, err := selectParts(tx, day.Add(ahead), PlanPartSoon, limit)
		if err != nil {
			return 0, err
		}
		parts = append(parts, coming...)
	}
	drafts := slices.Concat(soon, last, late, parts)
	for i := range drafts {
		drafts[i].at = tx.Now()
	}
	return len(drafts), n.write(tx, drafts)
}

// steps are the notices of bills past due, with the days after the due day from which each is sent (rule N11).
func (n *Notices) steps(day jst.Day) []lateStep {
	terms := n.Terms.Current()
	return []lateStep{
		{DunFirst, DunFirstDays.On(terms, day)}, {DunSecond, DunSecondDays.On(terms, day)}, {DunLast, DunLastDays.On(terms, day)},
	}
}

type lateStep struct {
	kind Kind
	days int
}

// selectSteps drafts the steps that bills past due have come to. A bill that has passed several, because its member had
// promised to pay or nothing was sent for some days, takes the last of them.
func (n *Notices) selectSteps(tx *db.Tx, day jst.Day, limit int) ([]draft, error) {
	steps := n.steps(day)
	var out []draft
	for i, step := range steps {
		after := "" // the last step has no end
		if i+1 < len(steps) {
			after = day.Add(-steps[i+1].days).String()
		}
		found, err := selectLate(tx, step.kind, after, day.Add(-step.days), day, limit)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}
