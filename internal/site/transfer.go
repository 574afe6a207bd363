package site

import (
	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/payout"
	"tsuke/internal/web"
)

// transferTo is how a bill is paid by bank transfer (rule B40); nil until our account is set.
func (v *visit) transferTo(st billing.Statement) *web.TransferTo {
	terms, day := v.site.Terms.Current(), v.today()
	number, holder := billing.TransferNumber.On(terms, day), billing.TransferHolder.On(terms, day)
	bankCode, branchCode := billing.TransferBank.On(terms, day), billing.TransferBranch.On(terms, day)
	if number == "" || holder == "" || bankCode == "" || branchCode == "" {
		return nil
	}
	to := web.TransferTo{Sum: st.Owed(), Reference: st.Reference().String()}
	to.Account = web.BankAccount{Kind: web.AccountKind(billing.TransferType.On(terms, day)), Number: number, Holder: holder}
	to.Account.Bank, to.Account.Branch = branchNames(bankCode, branchCode)
	return &to
}

var fates = map[billing.Fate]web.OverpaidFate{
	billing.Choosable: web.OverpaidOpen, billing.Unsettled: web.OverpaidUnsettled, billing.CarriedOn: web.OverpaidUsed,
	billing.SendingBack: web.OverpaidReturning, billing.WasSentBack: web.OverpaidReturned,
}

// overpaidView tells what becomes of money that a bill did not need. Where a file of transfers has it, that says more (rules B44 to B46).
func (v *visit) overpaidView(tx *db.Tx, o billing.Overpaid) (web.Overpaid, error) {
	out := plainOverpaid(o)
	if o.Fate != billing.SendingBack && o.Fate != billing.WasSentBack {
		return out, nil
	}
	s, found, err := v.site.Payouts.Find(tx, o.Receipt)
	if err != nil || !found {
		return out, err
	}
	out.To = ""
	if s.Known {
		out.To, _ = branchNames(s.Account.Bank, s.Account.Branch)
		out.To += " " + s.Account.MaskedNumber()
	}
	switch {
	case o.Fate == billing.SendingBack && s.State == payout.InFile:
		out.Fate, out.Day = web.OverpaidOnWay, s.Day
	case o.Fate == billing.SendingBack && s.State == payout.Failed:
		out.Fate, out.Reason, out.URL = web.OverpaidRefused, web.Refusal(s.Reason), web.BankPath
	case o.Fate == billing.WasSentBack && s.State == payout.Paid:
	default:
		out.To = "" // the next file takes it, or it was sent by hand
	}
	return out, nil
}

func plainOverpaid(o billing.Overpaid) web.Overpaid {
	out := web.Overpaid{Amount: o.Amount, Fate: fates[o.Fate], Month: o.UsedIn}
	switch o.Fate { //nolint:exhaustive // the others have neither day nor address
	case billing.Choosable:
		out.URL = web.ReturnPath(o.Statement.String())
	case billing.SendingBack:
		out.Day = jst.DayOf(o.Chosen)
	case billing.WasSentBack:
		out.Day = o.PaidDay
	}
	return out
}

// returnPage asks once more before what a bill did not need is sent back, and says what became of it otherwise (rule B38).
func (s *Site) returnPage(v *visit) error {
	var page web.ReturnPage
	err := v.read(func(tx *db.Tx) error {
		d, err := v.statementOf(tx)
		if err != nil {
			return err
		}
		page = web.ReturnPage{Frame: v.frame(), Bill: v.billHead(d.Statement), URL: web.ReturnPath(d.ID.String())}
		over, err := billing.OverpaidOn(tx, v.signIn.Member, d.ID)
		if err != nil {
			return err
		}
		for _, o := range over {
			if o.Fate == billing.Choosable {
				page.Sum += o.Amount
				page.Receipts = append(page.Receipts, o.Receipt.String())
				continue
			}
			shown, err := v.overpaidView(tx, o)
			if err != nil {
				return err
			}
			page.Over = append(page.Over, shown)
		}
		account, found, err := s.Members.FindAccount(tx, v.signIn.Member)
		if found {
			shown := accountView(account)
			page.Account = &shown
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.show(page)
}

// returnCredit has what the page showed sent back. Pressed again it changes nothing more. If it cannot be any more, because a bill
// took it off or the account is gone, the page says so.
func (s *Site) returnCredit(v *visit) error {
	st, err := id.Parse[id.StatementKind](v.r.PathValue("statement"))
	if err != nil {
		return NoPage.New()
	}
	if err := v.r.ParseForm(); err != nil {
		return NoPage.New()
	}
	err = v.write(func(tx *db.Tx) error {
		if _, err := v.statementOf(tx); err != nil {
			return err
		}
		for _, text := range v.r.Form["receipt"] {
			receipt, err := id.Parse[id.ReceiptKind](text)
			if err != nil {
				return billing.NoCredit.New()
			}
			if _, err := s.Billing.ReturnCredit(tx, v.signIn.Member, receipt, "member"); err != nil {
				return err
			}
		}
		return nil
	})
	for _, kind := range []*fault.Kind{billing.NoCredit, billing.CreditUsed, billing.CreditUnsettled, billing.AccountNeeded} {
		if fault.Is(err, kind) {
			return v.to(web.ReturnPath(st.String()))
		}
	}
	if err != nil {
		return err
	}
	if len(v.r.Form["receipt"]) > 0 {
		v.say(web.SaidReturning)
	}
	return v.to(web.BillPath(st.String()))
}
