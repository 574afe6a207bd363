package payout

import (
	"tsuke/internal/billing"
	"tsuke/internal/db"
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
}

// ReturnToGuest has what an invoice did not need sent back to the account that its payer, a guest, has told by telephone: two people of
// ours enter it (rule I13). From then on it goes the way of every return; the same again answers what stands, and another account takes
// the place of one that the bank refused. The faults are NoInvoice, OwnAccount (a member, who chooses alone), NoCredit,
// CreditUnsettled, CreditUsed, those of the account's fields, WhoUnclear and SamePerson.
func (p *Payouts) ReturnToGuest(tx *db.Tx, invoice id.Statement, account zengin.Account, by, second string) ([]billing.Overpaid, error) {
	if err := billing.CheckTwo(by, second); err != nil {
		return nil, err
	}
	st, err := billing.FindInvoice(tx, invoice)
	if err != nil {
		return nil, err
	}
	guest, err := p.Guests.IsGuest(tx, st.Member)
	if err != nil {
		return nil, err
	}
	if !guest {
		return nil, OwnAccount.New().About(invoice.String())
	}
	over, err := billing.OverpaidOn(tx, st.Member, invoice)
	if err != nil {
		return nil, err
	}
	if len(over) == 0 {
		return nil, billing.NoCredit.New()
	}
	if err := p.Guests.Register(tx, st.Member, account); err != nil {
		return nil, err
	}
	for i, o := range over {
		if over[i], err = p.Guests.Return(tx, st.Member, o.Receipt, by); err != nil {
			return nil, err
		}
	}
	return over, nil
}
