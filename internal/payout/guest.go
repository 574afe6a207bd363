package payout

import (
	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/zengin"
)

// Guests is what package payout needs to know of who bought by invoice without membership.
type Guests struct {
	// IsGuest tells whether somebody signs in nowhere, so that only people of ours can enter an account.
	IsGuest func(tx *db.Tx, member id.Member) (bool, error)
	// Register makes an account the one to which money goes back; its holder has to be the guest.
	Register func(tx *db.Tx, member id.Member, account zengin.Account) error
	// Return has a receipt's surplus sent back.
	Return func(tx *db.Tx, member id.Member, receipt id.Receipt, by string) (billing.Overpaid, error)
	// Proven tells whether the guest's number was proven lately for a return, in the browser and for the invoice that boundTo names.
	Proven func(tx *db.Tx, member id.Member, boundTo string) (bool, error)
}

// byPayer is who gave an account on the page of an invoice.
const byPayer = "guest"

// ReturnToGuest has what an invoice did not need sent back to the account that its payer, a guest, has told by telephone: two people of
// ours enter it (rule I13). From then on it goes the way of every return; the same again answers what stands, and another account takes
// the place of one that the bank refused. The faults are NoInvoice, OwnAccount (a member, who chooses alone), NoCredit,
// CreditUnsettled, those of the account's fields, WhoUnclear and SamePerson.
func (p *Payouts) ReturnToGuest(tx *db.Tx, invoice id.Statement, account zengin.Account, by, second string) ([]billing.Overpaid, error) {
	if err := billing.CheckTwo(by, second); err != nil {
		return nil, err
	}
	st, over, err := p.guestsMoney(tx, invoice)
	if err != nil {
		return nil, err
	}
	return p.backTo(tx, st.Member, over, account, by)
}

// ReturnToPayer does the same with the account that the payer has given on the page of the invoice, in a browser in which the number of
// the purchase was proven for it: nobody else needs to look (rule I13). boundTo names browser and invoice, as for the code. The faults
// are NoInvoice, OwnAccount, NotProven, NothingBack (no money of the invoice waits for an account), AccountRefused (the bank refused
// this very one), CreditUnsettled and those of the account's fields.
func (p *Payouts) ReturnToPayer(tx *db.Tx, invoice id.Statement, account zengin.Account, boundTo string) ([]billing.Overpaid, error) {
	st, over, err := p.guestsMoney(tx, invoice)
	if err != nil {
		return nil, orNothing(err)
	}
	proven, err := p.Guests.Proven(tx, st.Member, boundTo)
	if err != nil {
		return nil, err
	}
	if !proven {
		return nil, NotProven.New().About(invoice.String())
	}
	waits, err := WaitsForAccount(tx, over)
	if err != nil {
		return nil, err
	}
	if !waits {
		return nil, NothingBack.New().About(invoice.String())
	}
	back, err := p.backTo(tx, st.Member, over, account, byPayer)
	if err != nil {
		return nil, orNothing(err)
	}
	for _, o := range back {
		now, err := lockPayout(tx, o.Receipt)
		if err != nil {
			return nil, err
		}
		if now.state == Failed {
			return nil, AccountRefused.New().About(invoice.String())
		}
	}
	return back, nil
}

// orNothing tells a payer of money that is not there any more in words of the page.
func orNothing(err error) error {
	if fault.Is(err, billing.NoCredit) || fault.Is(err, billing.CreditUsed) {
		return NothingBack.New()
	}
	return err
}

// WaitsForAccount tells whether money that an invoice did not need waits for its payer to give an account: nobody has chosen to have it
// sent back, or the bank refused the account that was given.
func WaitsForAccount(tx *db.Tx, over []billing.Overpaid) (bool, error) {
	for _, o := range over {
		if o.Fate == billing.Choosable {
			return true, nil
		}
		if o.Fate != billing.SendingBack {
			continue
		}
		state, err := selectState(tx, o.Receipt)
		if err != nil || state == Failed {
			return err == nil, err
		}
	}
	return false, nil
}

// guestsMoney is an invoice of a guest and what it did not need.
func (p *Payouts) guestsMoney(tx *db.Tx, invoice id.Statement) (billing.Statement, []billing.Overpaid, error) {
	st, err := billing.FindInvoice(tx, invoice)
	if err != nil {
		return st, nil, err
	}
	guest, err := p.Guests.IsGuest(tx, st.Member)
	if err != nil {
		return st, nil, err
	}
	if !guest {
		return st, nil, OwnAccount.New().About(invoice.String())
	}
	over, err := billing.OverpaidOn(tx, st.Member, invoice)
	if err == nil && len(over) == 0 {
		err = billing.NoCredit.New()
	}
	return st, over, err
}

// backTo registers an account and has all sent there that no other bill has taken off. Of money that is not settled none is sent.
func (p *Payouts) backTo(tx *db.Tx, guest id.Member, over []billing.Overpaid, account zengin.Account, by string) ([]billing.Overpaid, error) {
	if err := p.Guests.Register(tx, guest, account); err != nil {
		return nil, err
	}
	var back []billing.Overpaid
	for _, o := range over {
		if o.Fate == billing.CarriedOn {
			continue
		}
		sent, err := p.Guests.Return(tx, guest, o.Receipt, by)
		if err != nil {
			return nil, err
		}
		back = append(back, sent)
	}
	if len(back) == 0 {
		return nil, billing.NoCredit.New()
	}
	return back, nil
}
