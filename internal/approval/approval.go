// Package approval is where two people of staff decide what neither may alone.
//
// # The story
//
// One asks ([Approvals.Ask]): the command is carried out and rolled back at once, so that what cannot be done is refused there
// and then. What it would move in the books is kept beside the command and its hash, and shown to whoever is to agree (rule
// O09). Another one approves ([Approvals.Approve]) within a day: the command is carried out in the same transaction, and only
// if it still moves what was shown (rule O10). Or somebody refuses, or the one who asked takes it back (rule O11).
//
// What a command does, the packages above know. Each kind of command has a field in [Verbs], which package app fills in; a
// kind without one cannot be asked for.
//
// # Lock order
//
// The request's row, then what its command locks.
package approval

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/journal"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
	"tsuke/internal/lifecycle"
	"tsuke/internal/money"
	"tsuke/internal/staff"
	"tsuke/internal/term"
)

// Kind is what a command does.
type Kind string

// The kinds.
const (
	ReturnReceipt Kind = "receipt_return" // money in suspense goes back to whoever paid it (rule B26)
	WriteOff      Kind = "write_off"      // what is owed on a bill past due is given up (rule D14)
	WaiveCharges  Kind = "waive_charges"  // late charges of bills past due are taken back (rules O12, O13)

	PostJournal    Kind = "journal_post"    // an entry of the books by hand (rules O16, O17)
	ReverseJournal Kind = "journal_reverse" // such an entry is reversed (rule O18)

	NamePayee   Kind = "payee_name"   // the account to which money in suspense goes back (rule B49)
	ReturnGuest Kind = "guest_return" // what a guest's invoice did not need goes back to an account told by telephone (rules I13, B49)
)

// right is what asking for a command takes.
func (k Kind) right() staff.Right {
	switch {
	case k == PostJournal || k == ReverseJournal:
		return staff.Journal
	case k.Payee():
		return staff.Send
	}
	return staff.Ask
}

// Payee tells whether a command is about an account: who approves it has to look at that.
func (k Kind) Payee() bool { return k == NamePayee || k == ReturnGuest }

// Command is what is asked for. Which fields count depends on the kind. It holds no personal data. Its JSON is canonical:
// fields in this order, empty ones left out; so it may get fields, and none may be renamed.
type Command struct {
	Kind      Kind            `json:"kind"`
	Receipt   id.Receipt      `json:"receipt,omitzero"`   // of a return
	Way       string          `json:"way,omitempty"`      // of a return: how the money is sent
	Statement id.Statement    `json:"statement,omitzero"` // of a write-off; of a waiver whose charges are of one bill
	Reason    string          `json:"reason,omitempty"`   // of a write-off, a waiver or an entry: a word out of its list
	Charges   []id.LateCharge `json:"charges,omitempty"`  // of a waiver, in the order of their ids

	Journal   id.Journal     `json:"journal,omitzero"`    // that is reversed
	Reference string         `json:"reference,omitempty"` // of an entry: its voucher
	Day       jst.Day        `json:"day,omitzero"`        // of an entry: that of value
	Lines     []journal.Line `json:"lines,omitempty"`     // of an entry
	Note      string         `json:"note,omitempty"`      // of an entry or its reversal; facts do not tell it

	Account string `json:"account,omitempty"` // key under which the account is kept, sealed, that money goes back to
}

// Draft is the entry that a command asks for.
func (c Command) Draft() journal.Draft {
	return journal.Draft{Reference: c.Reference, Reason: journal.Reason(c.Reason), Note: c.Note, Day: c.Day, Lines: c.Lines}
}

// bucket is that of the object which a command is about.
func (c Command) bucket() int {
	switch {
	case c.Kind == WriteOff || c.Kind == ReturnGuest:
		return c.Statement.Bucket()
	case c.Kind == WaiveCharges && len(c.Charges) > 0:
		return c.Charges[0].Bucket()
	case c.Kind == PostJournal:
		return journal.BucketOf(c.Reference)
	case c.Kind == ReverseJournal:
		return c.Journal.Bucket()
	}
	return c.Receipt.Bucket()
}

func (c Command) text() (string, []byte, error) {
	text, err := json.Marshal(c)
	hash := sha256.Sum256(text)
	return string(text), hash[:], err
}

// Effect is what a command moves in the books, summed by account: debits positive, in the chart's order.
type Effect []Move

// Move is what happens to one account.
type Move struct {
	Account ledger.Account `json:"account"`
	Amount  money.Yen      `json:"amount"`
}

// EffectOf sums what entries of the books move.
func EffectOf(entries ...ledger.Posted) Effect {
	sums := map[ledger.Account]money.Yen{}
	for _, e := range entries {
		for _, l := range e.Lines {
			sums[l.Account] += l.Amount
		}
	}
	var out Effect
	for _, account := range ledger.Chart {
		if sums[account] != 0 {
			out = append(out, Move{account, sums[account]})
		}
	}
	return out
}

// Verb carries a command out in a transaction and tells what it moved. by is who asked and second who approves; at the trial
// second stands for nobody in particular.
type Verb func(tx *db.Tx, c Command, by, second string) (Effect, error)

// Verbs are the kinds of commands, filled in by name.
type Verbs struct {
	ReturnReceipt Verb
	WriteOff      Verb
	WaiveCharges  Verb

	PostJournal    Verb
	ReverseJournal Verb

	NamePayee   Verb
	ReturnGuest Verb
}

func (v Verbs) of(k Kind) (Verb, error) {
	known := map[Kind]Verb{
		ReturnReceipt: v.ReturnReceipt, WriteOff: v.WriteOff, WaiveCharges: v.WaiveCharges,
		PostJournal: v.PostJournal, ReverseJournal: v.ReverseJournal, NamePayee: v.NamePayee, ReturnGuest: v.ReturnGuest,
	}
	if known[k] == nil {
		return nil, NoSuchKind.New()
	}
	return known[k], nil
}

// Approvals is the package's verbs.
type Approvals struct {
	DB    *db.DB
	Terms *term.Book
	Verbs Verbs
}

// Approval is a request and what became of it.
type Approval struct {
	ID      id.Approval
	Command Command
	Effect  Effect
	State   State // Waiting also when its time is over: see Over
	AskedBy id.Staff
	Asked   time.Time
	Expires time.Time
	By      id.Staff // who decided; zero while nobody has
	Decided time.Time

	hash []byte
}

// Over tells whether a request's time is over and nobody decided.
func (a Approval) Over(now time.Time) bool {
	return a.State == Expired || a.State == Waiting && !now.Before(a.Expires)
}

// nobody stands for the second person while a command is tried.
const nobody = "trial"

// errTried rolls a trial back.
var errTried = errors.New("approval: tried, and rolled back")

// Ask tries a command and keeps it for a second person (rule O09). What waits already is answered as it is. The faults are
// those of the command, staff.NotAllowed and NoSuchKind.
func (a *Approvals) Ask(ctx context.Context, p staff.Person, c Command) (Approval, error) {
	if err := p.Needs(c.Kind.right()); err != nil {
		return Approval{}, err
	}
	verb, err := a.Verbs.of(c.Kind)
	if err != nil {
		return Approval{}, err
	}
	text, hash, err := c.text()
	if err != nil {
		return Approval{}, fmt.Errorf("approval: the command cannot be written: %w", err)
	}
	var effect Effect
	err = a.DB.Write(ctx, func(tx *db.Tx) (err error) {
		if effect, err = verb(tx, c, p.ID.String(), nobody); err != nil {
			return err
		}
		return errTried
	})
	if !errors.Is(err, errTried) {
		return Approval{}, err
	}
	var asked Approval
	err = a.DB.Write(ctx, func(tx *db.Tx) (err error) {
		asked, err = a.keep(tx, Approval{Command: c, Effect: effect, AskedBy: p.ID, hash: hash}, text)
		return err
	})
	return asked, err
}

// keep stores a request, unless the same one waits already.
func (a *Approvals) keep(tx *db.Tx, r Approval, text string) (Approval, error) {
	standing, found, err := lockWaiting(tx, r.Command.bucket(), r.hash)
	if err != nil {
		return Approval{}, err
	}
	if found && !standing.Over(tx.Now()) {
		return standing, nil
	}
	if found {
		standing.State = Expired
		if err := updateApproval(tx, standing); err != nil {
			return Approval{}, err
		}
	}
	hours := time.Duration(Hours.On(a.Terms.Current(), jst.DayOf(tx.Now()))) * time.Hour
	r.ID, r.State = id.In[id.ApprovalKind](tx, r.Command.bucket()), Waiting
	r.Asked, r.Expires = tx.Now(), tx.Now().Add(hours)
	added, err := insertApproval(tx, r, text)
	if err != nil {
		return Approval{}, err
	}
	if !added { // somebody else asked at the same instant
		standing, _, err := lockWaiting(tx, r.Command.bucket(), r.hash)
		return standing, err
	}
	return r, event.Append(tx, r.fact("approval.asked", r.AskedBy))
}

// Approve carries out what another person asked for, in this transaction (rule O10). The same again answers what stands. The
// faults are those of the command, staff.NotAllowed, NoRequest, SamePerson, RequestOver, DecidedBefore and Changed.
func (a *Approvals) Approve(tx *db.Tx, p staff.Person, which id.Approval) (Approval, error) {
	if err := p.Needs(staff.Approve); err != nil {
		return Approval{}, err
	}
	r, done, err := lockToDecide(tx, p, which, Agree)
	if err != nil || done {
		return r, err
	}
	if r.AskedBy == p.ID {
		return Approval{}, SamePerson.New()
	}
	if r.Command.Kind.Payee() {
		if err := p.Needs(staff.Send); err != nil {
			return Approval{}, err
		}
	}
	verb, err := a.Verbs.of(r.Command.Kind)
	if err != nil {
		return Approval{}, err
	}
	effect, err := verb(tx, r.Command, r.AskedBy.String(), p.ID.String())
	if err != nil {
		return Approval{}, err
	}
	if !slices.Equal(effect, r.Effect) {
		return Approval{}, Changed.New()
	}
	return decide(tx, p, r, Approved, "approval.approved")
}

// Refuse says no to a request, or takes one's own back (rule O11). The same again answers what stands. The faults are
// staff.NotAllowed, NoRequest, RequestOver and DecidedBefore.
func (a *Approvals) Refuse(tx *db.Tx, p staff.Person, which id.Approval) (Approval, error) {
	r, done, err := lockToDecide(tx, p, which, Decline)
	if err != nil {
		return Approval{}, err
	}
	if r.AskedBy != p.ID || p.State != staff.Active {
		if err := p.Needs(staff.Approve); err != nil {
			return Approval{}, err
		}
	}
	if done {
		return r, nil
	}
	return decide(tx, p, r, Refused, "approval.refused")
}

// lockToDecide locks a request that a person decides about. It is done if the same person decided the same before.
func lockToDecide(tx *db.Tx, p staff.Person, which id.Approval, on Event) (r Approval, done bool, err error) {
	r, err = selectApproval(tx, which, true)
	if err != nil {
		return Approval{}, false, err
	}
	_, verdict := Life.Next(r.State, on)
	switch {
	case r.Over(tx.Now()):
		return Approval{}, false, RequestOver.New()
	case verdict == lifecycle.Already && r.By == p.ID:
		return r, true, nil
	case verdict != lifecycle.Moved:
		return Approval{}, false, DecidedBefore.New()
	}
	return r, false, nil
}

func decide(tx *db.Tx, p staff.Person, r Approval, to State, kind string) (Approval, error) {
	r.State, r.By, r.Decided = to, p.ID, tx.Now()
	if err := updateApproval(tx, r); err != nil {
		return Approval{}, err
	}
	return r, event.Append(tx, r.fact(kind, p.ID))
}

// Load answers a request. The fault is NoRequest.
func Load(tx *db.Tx, which id.Approval) (Approval, error) { return selectApproval(tx, which, false) }

// List lists requests, the latest first, at most limit.
func List(tx *db.Tx, limit int) ([]Approval, error) { return selectApprovals(tx, limit) }

// WaitingIn lists the requests of a bucket that nobody has decided about, those whose time is over included.
func WaitingIn(tx *db.Tx, bucket int) ([]Approval, error) { return selectWaiting(tx, bucket) }

// fact words an event about a request. It tells no note and no reference: people type them.
func (a Approval) fact(kind string, by id.Staff) event.Fact {
	a.Command.Note, a.Command.Reference = "", ""
	return event.Fact{
		Kind: kind, Subject: event.Subject(a.ID), Side: fault.Us, Actor: by.String(),
		Data: map[string]any{"command": a.Command, "effect": a.Effect},
	}
}
