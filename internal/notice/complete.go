package notice

import (
	"fmt"

	"tsuke/internal/billing"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
)

// complete looks up what facts leave open: the whole amount of a purchase and the bill it goes to, when a bill is due,
// what can be bought after a payment, and what is owed on bills that are late or were not debited. It is read in the transaction that writes the notice.
func (n *Notices) complete(tx *db.Tx, drafts []draft) error {
	if err := n.completePurchases(tx, drafts); err != nil {
		return err
	}
	if err := n.completeDues(tx, drafts); err != nil {
		return err
	}
	if err := completePaid(tx, drafts); err != nil {
		return err
	}
	if err := completeCharged(tx, drafts); err != nil {
		return err
	}
	if err := n.completeAccounts(tx, drafts); err != nil {
		return err
	}
	return completeNotDebited(tx, drafts)
}

// completePurchases fills in purchases. Until something is captured the month of the bill is an estimate: that of the
// purchase, if the shop ships within it (rule B02).
func (n *Notices) completePurchases(tx *db.Tx, drafts []draft) error {
	var payments []id.Payment
	for _, d := range drafts {
		if !d.of.IsZero() {
			payments = append(payments, d.of)
		}
	}
	found, err := selectPurchases(tx, payments)
	if err != nil {
		return err
	}
	for i := range drafts {
		d := &drafts[i]
		if d.of.IsZero() {
			continue
		}
		p, ok := found[d.of]
		if !ok {
			return fmt.Errorf("notice: %w: a fact tells of payment %s", db.ErrNone, d.of)
		}
		d.figures.Amount, d.figures.Month = p.amount, p.month
		if d.figures.Invoice { // it is on no month's bill
			continue
		}
		if p.month.IsZero() {
			d.figures.Month, d.figures.Estimated = jst.MonthOf(p.created), true
		}
	}
	return nil
}

// completeDues fills in when bills are due that are not issued yet. That is the same for all members with one way to pay,
// so it is asked once for each way and month.
func (n *Notices) completeDues(tx *db.Tx, drafts []draft) error {
	var members []id.Member
	for _, d := range drafts {
		if d.asksDue() {
			members = append(members, d.member)
		}
	}
	if len(members) == 0 {
		return nil
	}
	ways, err := n.Members.WaysToPay(tx, members)
	if err != nil {
		return err
	}
	type bill struct {
		way   string
		month jst.Month
	}
	dues := map[bill]jst.Day{}
	for i := range drafts {
		d := &drafts[i]
		if !d.asksDue() {
			continue
		}
		at := bill{ways[d.member], d.figures.Month}
		if _, known := dues[at]; !known {
			preview, err := n.Billing.Preview(tx, d.member, at.month)
			if err != nil {
				return err
			}
			dues[at] = preview.Due
		}
		d.figures.Due = dues[at]
	}
	return nil
}

func (d draft) asksDue() bool {
	return (d.kind == Purchase || d.kind == Refunded || d.kind == Disowned) && !d.figures.Month.IsZero()
}

// completePaid fills in payments of bills. A receipt that was told of and then taken back is news when it is confirmed
// after all, so that notice is named by its own fact (rule N03).
func completePaid(tx *db.Tx, drafts []draft) error {
	reopened, err := selectReopened(tx, drafts)
	if err != nil {
		return err
	}
	for i := range drafts {
		d := &drafts[i]
		switch {
		case d.kind == BillReopened:
			reopened[d.fact] = true
		case d.paid.IsZero():
			continue
		case reopened[d.fact]:
			d.fact = d.paid
		}
		if d.kind == BillPaid {
			if err := d.completeUsable(tx); err != nil {
				return err
			}
		}
	}
	return nil
}

// completeUsable fills in what can be bought now, unless something else is in the way of buying.
func (d *draft) completeUsable(tx *db.Tx) error {
	account, err := credit.Load(tx, d.member)
	if err != nil {
		return err
	}
	if account.Blocks == 0 {
		usable := account.Usable(credit.Online)
		d.figures.Usable = &usable
	}
	d.figures.Late = account.Blocks&credit.PastDue != 0
	return nil
}

// completeCharged fills in what a fee day added to all bills of its member, and what these come to. What was taken back
// before its fact was read (rule D05) is not told.
func completeCharged(tx *db.Tx, drafts []draft) error {
	charged, err := selectCharged(tx, drafts)
	if err != nil {
		return err
	}
	for i := range drafts {
		d := &drafts[i]
		if d.kind != LateCharged {
			continue
		}
		d.figures.Amount = charged[chargedOn{d.member, d.figures.Day}]
		d.moot = d.figures.Amount == 0
		if d.figures.Owed, err = billing.OwedLate(tx, d.member); err != nil {
			return err
		}
	}
	return nil
}

// completeAccounts fills in who has no membership, and can log in nowhere.
func (n *Notices) completeAccounts(tx *db.Tx, drafts []draft) error {
	for i := range drafts {
		if drafts[i].kind != AccountRegistered {
			continue
		}
		var err error
		if drafts[i].figures.Guest, err = n.Members.IsGuest(tx, drafts[i].member); err != nil {
			return err
		}
	}
	return nil
}

// completeNotDebited fills in what is to be paid at a till, with the fee of that way, which is charged after the fact.
func completeNotDebited(tx *db.Tx, drafts []draft) error {
	for i := range drafts {
		d := &drafts[i]
		if d.kind != NotDebited {
			continue
		}
		st, err := billing.LoadStatement(tx, d.member, id.Statement(d.subject))
		if err != nil {
			return err
		}
		d.figures.Amount, d.figures.Fee = st.Owed(), 0
		for _, c := range st.Charges {
			if c.Kind == billing.Fallback && c.Waived == "" {
				d.figures.Fee += c.Amount
			}
		}
	}
	return nil
}
