package site

import (
	"errors"
	"slices"

	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/konbini"
	"tsuke/internal/mask"
	"tsuke/internal/money"
	"tsuke/internal/web"
	"tsuke/internal/web/barcode"
)

// invoice is one invoice, found by its secret address (rule I08).
type invoice struct {
	billing.Detail
	of      billing.InvoiceOf
	shop    string
	dispute billing.Dispute
	slip    billing.Slip
	asked   money.Yen // what the barcode is to be over
	over    []web.Overpaid
	give    bool // its payer can give an account for what it did not need
}

// asks tells whether a barcode is shown: it is to be paid, and neither disputed nor given up.
func (i invoice) asks() bool { return i.State == billing.Issued && !i.Awaited && !i.WrittenOff }

// loadInvoice follows the address. The barcode that it holds serves today, unless none can be made or nothing is to be paid.
func (v *visit) loadInvoice() (invoice, error) {
	i, err := v.readInvoice()
	if err != nil || !i.asks() || i.slip.Serves(i.asked, v.today()) {
		return i, err
	}
	err = v.write(func(tx *db.Tx) (err error) {
		i.slip, err = v.site.Billing.Reissue(tx, i.Member, i.ID)
		return err
	})
	switch {
	case fault.Is(err, billing.NoSlip): // the page says so, and a person knows
		i.slip = billing.Slip{}
		return i, nil
	case fault.Is(err, billing.StatementPaid), fault.Is(err, billing.StatementConfirming): // paid in this moment
		return v.readInvoice()
	}
	return i, err
}

func (v *visit) readInvoice() (i invoice, err error) {
	err = v.read(func(tx *db.Tx) error {
		member, statement, err := billing.FollowLink(tx, mask.Secret(v.r.PathValue("token")))
		if err != nil {
			return err
		}
		if i.Detail, i.of, err = billing.LoadInvoice(tx, member, statement); err != nil {
			return err
		}
		if i.dispute, _, err = billing.FindDispute(tx, statement); err != nil {
			return err
		}
		shop, err := v.site.Merchants.Load(tx, i.of.Merchant)
		if err != nil {
			return err
		}
		i.shop = shop.Name(string(v.lang))
		if i.over, i.give, err = v.shownOver(tx, member, statement); err != nil {
			return err
		}
		if !i.asks() {
			return nil
		}
		if i.asked, err = v.site.Billing.Asks(tx, i.Statement); err != nil {
			return err
		}
		i.slip, err = v.site.Billing.SlipFor(tx, member, statement)
		if fault.Is(err, billing.NoSlip) {
			return nil
		}
		return err
	})
	return i, err
}

// showInvoice is the page of an invoice: what is asked for, how to pay it, and what to do if it is not one's own.
func (s *Site) showInvoice(v *visit) error {
	i, err := v.loadInvoice()
	if err != nil {
		return err
	}
	return v.drawInvoice(i, web.Form{})
}

func (v *visit) drawInvoice(i invoice, form web.Form) error {
	page := web.InvoicePage{
		Frame: v.frame(), Shop: i.shop, OrderRef: i.of.OrderRef, Bought: i.of.Bought, Bill: v.billHead(i.Statement),
		Reference: i.Reference().String(), Minutes: tellsWithinMinutes, Late: v.lateTerms(), Form: form,
		Disputed: web.Disputed(i.dispute.State), Action: web.InvoicePath(v.r.PathValue("token")) + "/not-mine", Over: i.over,
	}
	if i.give {
		page.Give = web.AccountPlace{Invoice: web.InvoicePath(v.r.PathValue("token"))}.Bank()
	}
	if slices.ContainsFunc(i.over, func(o web.Overpaid) bool { return o.Fate == web.OverpaidReturning }) {
		var err error
		if page.Soonest, err = v.site.Payouts.Day(v.site.DB.Now()); err != nil {
			return err
		}
	}
	for _, item := range i.Items {
		line := web.BillLine{Kind: itemWords[item.Kind], Day: item.Day, Way: web.Way(item.Way), Amount: item.Amount}
		if item.Kind == billing.ItemPurchase {
			line.Shop = i.shop
		}
		page.Lines = append(page.Lines, line)
	}
	for _, c := range i.Charges {
		page.Charges = append(page.Charges, v.billCharge(i.Statement, c))
	}
	for _, r := range i.Receipts {
		switch {
		case !r.State.Live():
		case r.Allowance():
			page.Reduced += r.Amount
		default:
			page.Paid += r.Amount
		}
	}
	if page.Asks() && i.slip.Digits != "" {
		widths, wrong := konbini.Widths(i.slip.Digits)
		svg, drawn := barcode.Draw(widths, slipTitle(v.lang, i.slip.Digits), barcode.Screen)
		if err := errors.Join(wrong, drawn); err != nil {
			return err
		}
		page.Barcode, page.Number, page.Until = svg, i.slip.Digits, i.slip.ValidTo
		for _, c := range chains {
			page.Chains = append(page.Chains, v.chain(c))
		}
	}
	v.w.Header().Set("X-Robots-Tag", "noindex")
	return v.show(page)
}

// notMine takes down that the invoice is not its reader's (rule I09). Pressed again it changes nothing: the page tells what stands.
func (s *Site) notMine(v *visit) error {
	i, err := v.readInvoice()
	if err != nil {
		return err
	}
	err = v.write(func(tx *db.Tx) error {
		_, err := s.Billing.Dispute(tx, i.Member, i.ID, billing.DisputeReason(v.r.PostFormValue("reason")))
		return err
	})
	if fault.Is(err, billing.DisputeReasonUnknown) {
		slips, err := v.slips(err)
		if err != nil {
			return err
		}
		if i, err = v.loadInvoice(); err != nil {
			return err
		}
		return v.drawInvoice(i, web.Form{Slips: slips})
	}
	if err != nil && !fault.Is(err, billing.StatementPaid) && !fault.Is(err, billing.StatementConfirming) { // the page says so
		return err
	}
	return v.to(web.InvoicePath(v.r.PathValue("token")))
}

// backToGiving leads to where the account is given.
func backToGiving(v *visit) error {
	return v.to(web.AccountPlace{Invoice: web.InvoicePath(v.r.PathValue("token"))}.Bank())
}

// backToInvoice leads to the page on which the form stands.
func backToInvoice(v *visit) error { return v.to(web.InvoicePath(v.r.PathValue("token"))) }
