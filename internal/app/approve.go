package app

import (
	"slices"
	"strings"

	"tsuke/internal/approval"
	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/ledger"
	"tsuke/internal/staff"
	"tsuke/internal/web"
)

// returnReceipt is what two people of staff decide when they send money back (rules B26, O09).
func (a *App) returnReceipt(tx *db.Tx, c approval.Command, by, second string) (approval.Effect, error) {
	if _, err := a.Billing.ReturnReceipt(tx, c.Receipt, billing.ReturnWay(c.Way), by, second); err != nil {
		return nil, err
	}
	r, err := billing.LoadReceipt(tx, c.Receipt)
	return approval.Effect{{Account: ledger.Suspense, Amount: r.Amount}, {Account: ledger.ReturnsPayable, Amount: -r.Amount}}, err
}

// writeOff is what two people of staff decide when they give up a bill (rules D14, O09).
func (a *App) writeOff(tx *db.Tx, c approval.Command, by, second string) (approval.Effect, error) {
	w, err := a.Billing.WriteOff(tx, c.Statement, by, second, billing.WriteOffReason(c.Reason))
	if err != nil {
		return nil, err
	}
	entries, err := ledger.About(tx, w.ID[:])
	return approval.EffectOf(entries...), err
}

// waiveCharges is what two people of staff decide when they take late charges back (rules O12, O13).
func (a *App) waiveCharges(tx *db.Tx, c approval.Command, by, second string) (approval.Effect, error) {
	if err := a.Billing.WaiveCharges(tx, c.Charges, by, second, billing.Waiver(c.Reason)); err != nil {
		return nil, err
	}
	entries, err := billing.WaivedEntries(tx, c.Charges)
	return approval.EffectOf(entries...), err
}

// postJournal is what two people of staff decide when they book an entry by hand (rules O16, O17).
func (a *App) postJournal(tx *db.Tx, c approval.Command, by, second string) (approval.Effect, error) {
	e, err := a.Journal.Post(tx, c.Draft(), by, second)
	if err != nil {
		return nil, err
	}
	return movedBy(tx, e.ID, ledger.Manual)
}

// reverseJournal is what two people of staff decide when they reverse such an entry (rule O18).
func (a *App) reverseJournal(tx *db.Tx, c approval.Command, by, second string) (approval.Effect, error) {
	e, err := a.Journal.Reverse(tx, c.Journal, c.Note, by, second)
	if err != nil {
		return nil, err
	}
	return movedBy(tx, e.ID, ledger.ManualReversed)
}

// movedBy is what the entry of the books with a reason moves: an entry by hand, or its mirror.
func movedBy(tx *db.Tx, which id.Journal, why ledger.Reason) (approval.Effect, error) {
	entries, err := ledger.About(tx, which[:])
	entries = slices.DeleteFunc(entries, func(p ledger.Posted) bool { return p.Reason != why })
	return approval.EffectOf(entries...), err
}

// EnrolURL is the address of a link by which a person of staff enrols, at the service's own address.
func EnrolURL(public string, link staff.Link) string {
	return strings.TrimSuffix(public, "/") + web.OpsEnrolPath + link.Token.Reveal()
}

// namePayee is what two people of staff decide when they name the account of money in suspense (rule B49). The books do not move.
func (a *App) namePayee(tx *db.Tx, c approval.Command, by, second string) (approval.Effect, error) {
	return nil, a.Payouts.NameProposed(tx, c.Receipt, c.Account, by, second)
}

// returnGuest is what two people of staff decide when they send back what an invoice did not need (rules I13, B49).
func (a *App) returnGuest(tx *db.Tx, c approval.Command, by, second string) (approval.Effect, error) {
	back, err := a.Payouts.ReturnProposed(tx, c.Statement, c.Account, by, second)
	if err != nil {
		return nil, err
	}
	var moved []ledger.Line
	for _, o := range back {
		if o.Chosen.Equal(tx.Now()) { // what was decided before has moved before
			moved = append(moved, ledger.Debit(ledger.MemberReceivable, nil, o.Amount), ledger.Credit(ledger.ReturnsPayable, nil, o.Amount))
		}
	}
	return approval.EffectOf(ledger.Posted{Entry: ledger.Entry{Lines: moved}}), nil
}
