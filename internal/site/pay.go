package site

import (
	"errors"
	"strings"

	"tsuke/internal/billing"
	"tsuke/internal/collection"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/jst"
	"tsuke/internal/konbini"
	"tsuke/internal/money"
	"tsuke/internal/web"
	"tsuke/internal/web/barcode"
)

// toPay is a bill that is about to be paid.
type toPay struct {
	billing.Detail
	head    web.BillHead
	gives   *web.Return // what paying all of it gives back
	slip    billing.Slip
	numbers billing.Numbers // of a bill that is paid by receipt number
	asked   money.Yen       // what the slip is to be over
	part    jst.Day         // the day of the part that is to be paid next; zero if the bill is not paid in parts
	whole   bool            // all that is owed was asked for, instead of that part
}

// payBill is M6: the barcode that a store's till takes, or the numbers that are typed. A bill that is paid, or being confirmed, says
// so instead: nobody shall pay twice because a page was still open.
func (s *Site) payBill(v *visit) error {
	var b toPay
	err := v.read(func(tx *db.Tx) (err error) {
		b, err = v.loadToPay(tx)
		return err
	})
	if fault.Is(err, billing.StatementPaid) && b.Settled() || fault.Is(err, billing.StatementWrittenOff) { // there is nothing to pay
		return v.to(web.BillPath(b.ID.String()))
	}
	if page, ok := v.paidPage(err, b.Detail); ok {
		return v.show(page)
	}
	if err == nil && (!b.slip.Serves(b.asked, v.today()) || b.numbers.Ended) {
		err = v.renew(&b)
	}
	if fault.Is(err, billing.NoSlip) {
		return v.showTransfer(b, err)
	}
	if err != nil {
		return err
	}
	if b.slip.Kind == billing.Number {
		return v.showNumbers(b)
	}
	return v.showSlip(b)
}

// loadToPay reads the bill that the address names, and its slip as it is.
func (v *visit) loadToPay(tx *db.Tx) (b toPay, err error) {
	if b.Detail, err = v.statementOf(tx); err != nil {
		return b, err
	}
	if b.head, err = v.headToPay(tx, b.Statement); err != nil {
		return b, err
	}
	if b.asked, err = v.site.Billing.Asks(tx, b.Statement); err != nil {
		return b, err
	}
	if b.asked < b.Owed() {
		plan, _, err := collection.FindPlan(tx, b.ID)
		if err != nil {
			return b, err
		}
		next, _, _ := plan.Next(b.Received)
		b.part = next.Day
		if b.whole = v.r.URL.Query().Get("sum") == "all"; b.whole {
			b.asked = b.Owed()
		}
	}
	account, err := credit.Load(tx, v.signIn.Member)
	if err != nil {
		return b, err
	}
	if b.gives, err = returns(tx, account, b.Statement); err != nil {
		return b, err
	}
	if b.slip, err = v.site.Billing.SlipFor(tx, v.signIn.Member, b.ID); err != nil {
		return b, err
	}
	b.numbers, err = billing.NumbersOf(tx, b.slip)
	return b, err
}

// renew makes a slip that serves today.
func (v *visit) renew(b *toPay) error {
	reissue := v.site.Billing.Reissue
	if b.whole {
		reissue = v.site.Billing.ReissueWhole
	}
	return v.write(func(tx *db.Tx) (err error) {
		if b.slip, err = reissue(tx, v.signIn.Member, b.ID); err != nil {
			return err
		}
		b.numbers, err = billing.NumbersOf(tx, b.slip)
		return err
	})
}

// address is the page on which the bill is paid as it is now: in its next part, or as a whole.
func (b toPay) address() string {
	if b.whole {
		return web.PayPath(b.ID.String()) + "?sum=all"
	}
	return web.PayPath(b.ID.String())
}

// paying is what both pages say of the sum. What returns to the limit is told of a whole bill only.
func (v *visit) paying(b toPay) (web.Paying, *web.Return) {
	var p web.Paying
	if !b.head.Debited() && !b.Awaited {
		p.Transfer = v.transferTo(b.Statement)
	}
	switch here := web.PayPath(b.ID.String()); {
	case b.whole:
		p.Parts = here
	case !b.part.IsZero():
		p.Part, p.PartDay, p.Whole = b.slip.Amount, b.part, here+"?sum=all"
		return p, nil
	}
	return p, b.gives
}

// paidPage answers BILL-103 for a bill that is paid and BILL-101 for one that is being confirmed.
func (v *visit) paidPage(err error, d billing.Detail) (web.ErrorPage, bool) {
	page := web.ErrorPage{
		Frame: v.frame(), Reference: d.Reference().String(), At: v.site.DB.Now(), GoURL: web.BillPath(d.ID.String()),
	}
	switch {
	case fault.Is(err, billing.StatementPaid):
		day := d.PaidDay
		if day.IsZero() {
			day = jst.DayOf(d.Issued)
		}
		page.Code, page.With = "BILL-103", map[string]any{"sum": d.Total, "day": day}
	case fault.Is(err, billing.StatementConfirming):
		page.Code, page.With = "BILL-101", map[string]any{"sum": d.Total}
		page.Charged = fault.Checking
	default:
		return page, false
	}
	return page, true
}

// chains are where an e-barcode is taken, by the agent's codes.
var chains = []string{"010", "020", "030", "080", "760"}

func (v *visit) showSlip(b toPay) error {
	widths, wrong := konbini.Widths(b.slip.Digits)
	svg, drawn := barcode.Draw(widths, slipTitle(v.lang, b.slip.Digits), barcode.Screen)
	if err := errors.Join(wrong, drawn); err != nil {
		return err
	}
	page := web.PayPage{
		Frame: v.frame(), Bill: b.head, Barcode: svg, Number: b.slip.Digits, Until: b.slip.ValidTo, Minutes: tellsWithinMinutes,
	}
	page.Paying, page.Return = v.paying(b)
	for _, c := range chains {
		page.Chains = append(page.Chains, v.chain(c))
	}
	return v.show(page)
}

// showTransfer is the page of a bill for which there is neither a barcode nor a number: stores take at most 300,000 yen, and a
// bill can come to more. It can be paid by transfer, unless a bank takes it (rule B40). Where a transfer is not offered either, the
// page says so.
func (v *visit) showTransfer(b toPay, missing error) error {
	page := web.PayPage{Frame: v.frame(), Bill: b.head, Minutes: tellsWithinMinutes, NoCode: true}
	if !page.Bill.Debited() {
		page.Transfer = v.transferTo(b.Statement)
	}
	if page.Bill.Debited() || page.Transfer != nil {
		return v.show(page)
	}
	most := billing.SlipMax.On(v.site.Terms.Current(), v.today())
	if b.asked <= most {
		return missing
	}
	return v.show(web.ErrorPage{
		Frame: v.frame(), Code: TooMuchForAStore.Page, With: map[string]any{"sum": b.asked, "most": most}, Reference: b.Reference().String(),
		At: v.site.DB.Now(), GoURL: web.HelpPath + "#contact-h",
	})
}

// slipTitle is read out instead of the bars: the number, in groups of four.
func slipTitle(lang web.Lang, digits string) string {
	var groups []string
	for len(digits) > 4 {
		groups = append(groups, digits[:4])
		digits = digits[4:]
	}
	number := strings.Join(append(groups, digits), " ")
	if lang == web.English {
		return "Barcode for the store's till, number " + number
	}
	return "コンビニのレジ用バーコード 番号 " + number
}
