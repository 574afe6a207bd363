package site

import (
	"tsuke/internal/approval"
	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/money"
	"tsuke/internal/payout"
	"tsuke/internal/staff"
	"tsuke/internal/web"
	"tsuke/internal/zengin"
)

// The account to which money in suspense goes back, or what a guest's invoice did not need, if the payer has told it by telephone: one
// person of finance enters it, another one looks at it and approves (rule B49).

// payeeOf is what the address names: money, or an invoice.
func (v *visit) payeeOf() (payout.Payee, error) {
	if text := v.r.PathValue("receipt"); text != "" {
		receipt, err := id.Parse[id.ReceiptKind](text)
		if err != nil {
			return payout.Payee{}, NoPage.New()
		}
		return payout.Payee{Receipt: receipt}, nil
	}
	invoice, err := id.Parse[id.StatementKind](v.r.PathValue("statement"))
	if err != nil {
		return payout.Payee{}, NoPage.New()
	}
	return payout.Payee{Invoice: invoice}, nil
}

// aboutPayee tells whether a request is about it.
func aboutPayee(to payout.Payee) func(approval.Command) bool {
	return func(c approval.Command) bool {
		return c.Kind.Payee() && c.Receipt == to.Receipt && c.Statement == to.Invoice
	}
}

func payeeCommand(to payout.Payee, key string) approval.Command {
	kind := approval.NamePayee
	if to.Receipt.IsZero() {
		kind = approval.ReturnGuest
	}
	return approval.Command{Kind: kind, Receipt: to.Receipt, Statement: to.Invoice, Account: key}
}

func (s *Site) opsPayee(v *visit) error { return v.showPayee(web.Form{}) }

func (v *visit) showPayee(form web.Form) error {
	to, err := v.payeeOf()
	if err != nil {
		return err
	}
	page := web.OpsPayeePage{Frame: v.frame(), Form: form, Guest: to.Receipt.IsZero(), Action: v.r.URL.Path, Back: web.OpsPayoutsPath}
	err = v.read(func(tx *db.Tx) error {
		names, err := staff.Names(tx)
		if err != nil {
			return err
		}
		if page.Guest {
			page.Name, page.Amount, err = v.guestsSum(tx, to.Invoice)
		} else {
			var r billing.Receipt
			r, err = billing.LoadReceipt(tx, to.Receipt)
			page.Name, page.Amount = to.Receipt.String(), r.Amount
		}
		if err != nil {
			return err
		}
		bucket := to.Receipt.Bucket()
		if page.Guest {
			bucket = to.Invoice.Bucket()
		}
		page.Asked, err = askedAbout(tx, names, bucket, aboutPayee(to))
		return err
	})
	if fault.Is(err, billing.NoReceipt) || fault.Is(err, billing.NoInvoice) {
		return NoPage.New()
	}
	if err != nil {
		return err
	}
	return v.show(page)
}

// guestsSum is the reference of a guest's invoice, and what of it waits for an account.
func (v *visit) guestsSum(tx *db.Tx, invoice id.Statement) (string, money.Yen, error) {
	st, err := billing.FindInvoice(tx, invoice)
	if err != nil {
		return "", 0, err
	}
	over, err := billing.OverpaidOn(tx, st.Member, invoice)
	if err != nil {
		return "", 0, err
	}
	var sum money.Yen
	for _, o := range over {
		waits, err := payout.WaitsForAccount(tx, []billing.Overpaid{o})
		if err != nil {
			return "", 0, err
		}
		if waits {
			sum += o.Amount
		}
	}
	return st.Reference().String(), sum, nil
}

// opsAskPayee keeps the account that was typed and asks a second person to approve it.
func (s *Site) opsAskPayee(v *visit) error {
	to, err := v.payeeOf()
	if err != nil {
		return err
	}
	fields := web.OpsPayeeFields
	typed := v.typed(fields["bank"], fields["branch"], fields["type"], fields["symbol"], fields["number"], fields["holder"])
	err = v.askPayee(to, payout.AccountInput{
		Bank: typed[fields["bank"]], Branch: typed[fields["branch"]], Type: typed[fields["type"]], Symbol: typed[fields["symbol"]],
		Number: typed[fields["number"]], Holder: typed[fields["holder"]],
	})
	if f := fault.From(err); f != nil && f.Field != "" {
		slips, err := v.slips(err)
		if err != nil {
			return err
		}
		for i := range slips {
			slips[i].Field = fields[slips[i].Field]
		}
		return v.showPayee(web.Form{Typed: typed, Slips: slips})
	}
	if err != nil {
		return err
	}
	v.say(web.SaidOpsAsked)
	return v.to(v.r.URL.Path)
}

func (v *visit) askPayee(to payout.Payee, in payout.AccountInput) error {
	account, err := payout.ReadAccount(in)
	if err != nil {
		return err
	}
	var key string
	err = v.write(func(tx *db.Tx) (err error) {
		key, err = v.site.Payouts.Propose(tx, to, account, v.session.Person.ID.String())
		return err
	})
	if err != nil {
		return err
	}
	_, err = v.site.Approvals.Ask(v.r.Context(), v.session.Person, payeeCommand(to, key))
	return err
}

// proposedOf is the request that the address names, which has to be about an account.
func (v *visit) proposedOf(tx *db.Tx) (approval.Approval, payout.Payee, error) {
	which, err := v.requestOf()
	if err != nil {
		return approval.Approval{}, payout.Payee{}, err
	}
	a, err := approval.Load(tx, which)
	if fault.Is(err, approval.NoRequest) || err == nil && !a.Command.Kind.Payee() {
		return a, payout.Payee{}, NoPage.New()
	}
	return a, payout.Payee{Receipt: a.Command.Receipt, Invoice: a.Command.Statement}, err
}

// opsLookAtProposed keeps that somebody looks at the account of a request, and leads to it (rules O08, B49).
func (s *Site) opsLookAtProposed(v *visit) error {
	err := v.write(func(tx *db.Tx) error {
		a, to, err := v.proposedOf(tx)
		if err != nil {
			return err
		}
		return s.Payouts.LookAt(tx, to, a.Command.Account, v.session.Person.ID.String())
	})
	if err != nil {
		return err
	}
	return v.to(v.r.URL.Path)
}

// opsProposed shows the account to the person who asked to see it. Everybody else, and later, is led to the request.
func (s *Site) opsProposed(v *visit) error {
	page := web.OpsProposedPage{Frame: v.frame(), URL: web.OpsApprovalPath(v.r.PathValue("approval"), "")}
	var shown bool
	err := v.read(func(tx *db.Tx) error {
		a, to, err := v.proposedOf(tx)
		if err != nil {
			return err
		}
		var account zengin.Account
		account, page.Until, shown, err = s.Payouts.Seen(tx, to, a.Command.Account, v.session.Person.ID.String(), lookFor)
		page.Account = accountView(account)
		page.Account.Number, page.Account.Holder = account.Number.Reveal(), account.Holder.Reveal()
		return err
	})
	switch {
	case err != nil:
		return err
	case !shown:
		return v.to(page.URL)
	}
	return v.show(page)
}

// findGuest leads to where the account of an invoice is entered that somebody names by telephone.
func (v *visit) findGuest(typed string) (web.Form, string, error) {
	reference, err := id.ParseReference(typed)
	var st billing.Statement
	if err == nil {
		err = v.read(func(tx *db.Tx) (err error) {
			st, err = billing.InvoiceNamed(tx, reference)
			return err
		})
		if err != nil && !fault.Is(err, billing.NoInvoice) {
			return web.Form{}, "", err
		}
	}
	if err != nil {
		return web.Form{
			Typed: map[string]string{"payee_reference": typed}, Slips: []web.Slip{{Field: "payee_reference", What: web.SlipPayeeReference}},
		}, "", nil
	}
	return web.Form{}, web.OpsGuestPath(st.ID.String()), nil
}
