package site

import (
	"net/http"

	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/mask"
	"tsuke/internal/member"
	"tsuke/internal/money"
	"tsuke/internal/payout"
	"tsuke/internal/web"
	"tsuke/internal/zengin"
)

// Where the payer of an invoice gives the account to which money goes back, without membership (rule I13). Two things are needed: the
// address of the invoice, which came by letter, and a code sent to the number with which it was bought. Until the code is entered no page
// tells anything of a person. The pages on which the account is entered are those of members, at another place.

// payer is who an invoice is for, as long as money of it waits for an account.
type payer struct {
	member  id.Member
	invoice id.Statement
	shop    string
	sum     money.Yen     // that waits
	refused payout.Reason // why the bank refused the account of before; empty if it did not
	waits   bool
}

// place is where an account is entered on this visit.
func (v *visit) place() web.AccountPlace {
	if v.payer.member.IsZero() {
		return web.AccountPlace{}
	}
	return web.AccountPlace{Invoice: web.InvoicePath(v.r.PathValue("token"))}
}

// holder is whose account is entered on this visit.
func (v *visit) holder() id.Member {
	if v.payer.member.IsZero() {
		return v.signIn.Member
	}
	return v.payer.member
}

// takeAccount is what confirming an account does.
func (v *visit) takeAccount(tx *db.Tx, account zengin.Account) error {
	if v.payer.member.IsZero() {
		return v.site.Members.RegisterAccount(tx, v.signIn.Member, account)
	}
	_, err := v.site.Payouts.ReturnToPayer(tx, v.payer.invoice, account, v.payerBinding(v.payer.invoice))
	return err
}

// payerBinding ties a code to this browser and one invoice.
func (v *visit) payerBinding(invoice id.Statement) string {
	return v.binding() + " " + invoice.String()
}

// provenPayer tells whether the number of an invoice's guest was proven for it in this browser lately.
func (v *visit) provenPayer(tx *db.Tx, guest id.Member, invoice id.Statement) (bool, error) {
	if v.signIn.ID.IsZero() { // no code is bound to a browser without a cookie
		return false, nil
	}
	return v.site.Members.ProvenPayer(tx, guest, v.payerBinding(invoice))
}

// loadPayer follows the address of an invoice to who may give an account. Who is a member by now chooses on pages of members.
func (v *visit) loadPayer() (proven bool, err error) {
	err = v.read(func(tx *db.Tx) error {
		guest, invoice, err := billing.FollowLink(tx, mask.Secret(v.r.PathValue("token")))
		if err != nil {
			return err
		}
		v.payer = payer{member: guest, invoice: invoice}
		_, of, err := billing.LoadInvoice(tx, guest, invoice)
		if err != nil {
			return err
		}
		shop, err := v.site.Merchants.Load(tx, of.Merchant)
		if err != nil {
			return err
		}
		v.payer.shop = shop.Name(string(v.lang))
		if err := v.loadWaiting(tx); err != nil {
			return err
		}
		proven, err = v.provenPayer(tx, guest, invoice)
		return err
	})
	return proven, err
}

// loadWaiting sums what of the invoice waits for an account.
func (v *visit) loadWaiting(tx *db.Tx) error {
	isGuest, err := v.site.Members.IsGuest(tx, v.payer.member)
	if err != nil || !isGuest {
		return err
	}
	over, err := billing.OverpaidOn(tx, v.payer.member, v.payer.invoice)
	if err != nil {
		return err
	}
	for _, o := range over {
		waits, err := payout.WaitsForAccount(tx, []billing.Overpaid{o})
		if err != nil {
			return err
		}
		if !waits {
			continue
		}
		v.payer.waits = true
		v.payer.sum += o.Amount
		s, found, err := v.site.Payouts.Find(tx, o.Receipt)
		if err != nil {
			return err
		}
		if found {
			v.payer.refused = s.Reason
		}
	}
	return nil
}

// forPayer lets on only a browser in which the payer's number was proven lately. Another one is asked for a code first, on the same
// address. If nothing waits for an account, the page of the invoice tells what became of the money.
func forPayer(h func(*visit) error) func(*visit) error {
	return func(v *visit) error {
		proven, err := v.loadPayer()
		switch {
		case err != nil:
			return err
		case !v.payer.waits && v.r.Method == http.MethodPost && proven:
			return h(v) // says so
		case !v.payer.waits:
			return v.to(v.place().Home())
		case proven:
			return h(v)
		case v.r.Method == http.MethodPost:
			return v.to(v.place().Bank())
		}
		return v.show(web.ReturnStartPage{
			Frame: v.frame(), Shop: v.payer.shop, Reference: id.ReferenceOf(v.payer.invoice).String(), Sum: v.payer.sum,
			Reason: web.Refusal(v.payer.refused), Place: v.place(),
		})
	}
}

// forWaiting lets on only where money waits for an account.
func forWaiting(h func(*visit) error) func(*visit) error {
	return func(v *visit) error {
		_, err := v.loadPayer()
		switch {
		case err != nil:
			return err
		case !v.payer.waits:
			return v.to(v.place().Home())
		}
		return h(v)
	}
}

// payerCode is the code that an invoice's payer proves their number with.
func (v *visit) payerCode() codeAsked {
	return codeAsked{
		purpose: member.ForReturn, boundTo: v.payerBinding(v.payer.invoice), here: v.place().Code(), change: v.place().Bank(), own: true,
	}
}

func (v *visit) askPayerCode(ask func(tx *db.Tx) (member.Sent, error)) error {
	words := "返金先の口座の確認"
	if v.lang == web.English {
		words = "for the account of your refund"
	}
	return v.askCode(ask, words)
}

// sendPayerCode sends a code to the number with which was bought.
func (s *Site) sendPayerCode(v *visit) error {
	err := v.askPayerCode(func(tx *db.Tx) (member.Sent, error) {
		profile, err := s.Members.LoadProfile(tx, v.payer.member)
		if err != nil {
			return member.Sent{}, err
		}
		return s.Members.RequestCode(tx, member.CodeRequest{
			Phone: profile.Phone, Purpose: member.ForReturn, BoundTo: v.payerBinding(v.payer.invoice), Address: v.address(),
		})
	})
	if err != nil {
		return err
	}
	return v.to(v.place().Code())
}

func (s *Site) payerCodePage(v *visit) error { return v.codePage(v.payerCode(), web.Form{}) }

// enterPayerCode proves the number for this invoice, in this browser, and goes on to the account.
func (s *Site) enterPayerCode(v *visit) error {
	var entered member.Entered
	err := v.write(func(tx *db.Tx) (err error) {
		entered, err = s.Members.EnterCode(tx, member.ForReturn, v.payerBinding(v.payer.invoice), v.r.PostFormValue("code"))
		return err
	})
	if err == nil {
		err = entered.Err()
	}
	if err != nil {
		return v.codeAgain(v.payerCode(), err)
	}
	return v.to(v.place().Bank())
}

func (s *Site) resendPayerCode(v *visit) error {
	err := v.askPayerCode(func(tx *db.Tx) (member.Sent, error) {
		return s.Members.ResendCode(tx, member.ForReturn, v.payerBinding(v.payer.invoice), v.address())
	})
	return v.codeSentAgain(v.payerCode(), err)
}

// shownOver is what an invoice did not need, for its page: what is told of accounts is for a browser in which the payer's number was
// proven (rule I08). give tells whether its payer can give one.
func (v *visit) shownOver(tx *db.Tx, guest id.Member, invoice id.Statement) (shown []web.Overpaid, give bool, err error) {
	over, err := billing.OverpaidOn(tx, guest, invoice)
	if err != nil || len(over) == 0 {
		return nil, false, err
	}
	proven, err := v.provenPayer(tx, guest, invoice)
	if err != nil {
		return nil, false, err
	}
	for _, o := range over {
		one, err := v.overpaidView(tx, o)
		if err != nil {
			return nil, false, err
		}
		if one.Fate == web.OverpaidReturning && one.To == "" && proven {
			account, found, err := v.site.Members.FindAccount(tx, guest)
			if err != nil {
				return nil, false, err
			}
			if found {
				one.To = accountLine(account)
			}
		}
		if !proven {
			one.To = ""
		}
		one.URL = ""
		shown = append(shown, one)
	}
	if give, err = v.site.Members.IsGuest(tx, guest); err != nil || !give {
		return shown, false, err
	}
	give, err = payout.WaitsForAccount(tx, over)
	return shown, give, err
}

// accountLine is an account as its owner recognises it, in a line.
func accountLine(a zengin.Account) string {
	name, _ := branchNames(a.Bank, a.Branch)
	return name + " " + a.MaskedNumber()
}
