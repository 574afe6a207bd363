package site

import (
	"errors"
	"strings"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/collection"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/konbini"
	"tsuke/internal/money"
	"tsuke/internal/web"
	"tsuke/internal/web/barcode"
)

// bills is M4: the bill to pay on top, then month by month.
func (s *Site) bills(v *visit) error {
	page := web.BillsPage{Frame: v.frame()}
	err := v.read(func(tx *db.Tx) error {
		next, found, err := billing.NextBill(tx, v.signIn.Member)
		if err != nil {
			return err
		}
		if found {
			head, err := v.headToPay(tx, next)
			if err != nil {
				return err
			}
			page.Open = &head
		}
		if page.Month, err = v.monthSoFar(tx); err != nil {
			return err
		}
		all, err := billing.Statements(tx, v.signIn.Member)
		for _, st := range all {
			if !found || st.ID != next.ID {
				page.Past = append(page.Past, v.billHead(st))
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.show(page)
}

// statementOf reads the bill that the address names; another member's does not exist.
func (v *visit) statementOf(tx *db.Tx) (billing.Detail, error) {
	sid, err := id.Parse[id.StatementKind](v.r.PathValue("statement"))
	if err != nil {
		return billing.Detail{}, NoPage.New()
	}
	d, err := billing.LoadStatement(tx, v.signIn.Member, sid)
	if fault.Is(err, billing.NoStatement) {
		return billing.Detail{}, NoPage.New()
	}
	return d, err
}

// bill is M5: one month with every line, each leading to what it is about.
func (s *Site) bill(v *visit) error {
	var page web.BillPage
	err := v.read(func(tx *db.Tx) error {
		d, err := v.statementOf(tx)
		if err != nil {
			return err
		}
		page, err = v.billPage(tx, d)
		return err
	})
	if err != nil {
		return err
	}
	return v.show(page)
}

func (v *visit) billPage(tx *db.Tx, d billing.Detail) (web.BillPage, error) {
	page := web.BillPage{Frame: v.frame(), Reference: d.Reference().String(), Given: d.WrittenOff, Written: d.Written()}
	var err error
	if page.Bill, err = v.headToPay(tx, d.Statement); err != nil {
		return page, err
	}
	names := v.shops(tx)
	for _, item := range d.Items {
		line, err := v.billLine(names, item)
		if err != nil {
			return page, err
		}
		page.Lines = append(page.Lines, line)
	}
	for _, c := range d.Charges {
		page.Charges = append(page.Charges, v.billCharge(d.Statement, c))
	}
	for _, r := range d.Receipts {
		if r.State.Live() {
			page.Receipts = append(page.Receipts, v.billReceipt(r, d.Way))
			page.Paid += r.Amount
		}
	}
	over, err := billing.OverpaidOn(tx, v.signIn.Member, d.ID)
	if err != nil {
		return page, err
	}
	for _, o := range over {
		page.Over = append(page.Over, overpaidView(o))
	}
	plan, found, err := collection.FindPlan(tx, d.ID)
	if err == nil && found && plan.State == collection.Standing {
		page.Plan, page.PlanURL = planParts(plan, d.Received), web.PlanPath(d.ID.String())
	}
	return page, err
}

var itemWords = map[billing.ItemKind]web.BillLineKind{
	billing.ItemPurchase: web.LinePurchase, billing.ItemRefund: web.LineRefund, billing.ItemCredit: web.LineCredit, billing.ItemFee: web.LineFee,
	billing.ItemLates: web.LineLates,
}

func (v *visit) billLine(names *shops, item billing.Item) (web.BillLine, error) {
	line := web.BillLine{
		Kind: itemWords[item.Kind], Day: item.Day, Of: item.Bought, Way: web.Way(item.Way), Amount: item.Amount, Order: item.OrderRef,
	}
	if item.Kind == billing.ItemFee {
		line.Tax, line.TaxRate = v.feeTax(item.Amount, item.Day)
	}
	if item.Payment.IsZero() {
		return line, nil
	}
	line.URL = web.PaymentPath(item.Payment.String())
	shop, err := names.name(item.Merchant)
	line.Shop = shop
	return line, err
}

// feeTax is the consumption tax within a fee of ours.
func (v *visit) feeTax(fee money.Yen, day jst.Day) (money.Yen, money.BasisPoints) {
	rate := billing.FeeTax.On(v.site.Terms.Current(), day)
	_, tax := money.TaxIncluded(fee, rate)
	return tax, rate
}

func (v *visit) billCharge(st billing.Statement, c billing.Charge) web.BillCharge {
	out := web.BillCharge{
		Day: c.Day, Due: st.Due, Damages: c.Kind == billing.Damages, Instead: c.Kind == billing.Fallback, Amount: c.Amount, Full: c.Full, YenDays: money.Yen(c.YenDays),
		Rate: c.Rate, Waived: c.Waived != "",
	}
	if out.Waived {
		out.Amount = 0
	}
	if c.Kind != billing.Damages { // which are not taxed
		out.Tax, out.TaxRate = v.feeTax(out.Amount, jst.DayOf(c.Created))
	}
	return out
}

// takenAt is the minute at which a till took the money; the beginning of the day if the agent told no time.
func takenAt(r billing.Receipt) time.Time {
	at := r.PaidDay.Start()
	if t, err := time.Parse("1504", r.PaidTime); err == nil {
		at = at.Add(time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute)
	}
	return at
}

func (v *visit) billReceipt(r billing.Receipt, way billing.Way) web.BillReceipt {
	taken := r.Principal + r.Fee + r.Late
	if r.Chain == billing.TransferChain {
		return web.BillReceipt{At: r.PaidDay.Start(), Amount: r.Amount, Taken: taken, Way: web.Transfer, Final: true}
	}
	return web.BillReceipt{At: takenAt(r), Amount: r.Amount, Taken: taken, Way: web.Way(way), Place: v.chain(r.Chain), Final: r.State == billing.Confirmed}
}

// payBill is M6: the barcode that a store's till takes. A bill that is paid, or being confirmed, says so instead: nobody
// shall pay twice because a page was still open.
func (s *Site) payBill(v *visit) error {
	var d billing.Detail
	var account credit.Account
	var slip billing.Slip
	var asked money.Yen
	var part jst.Day // of the part that is to be paid next
	inParts := false // the barcode is over everything, and could be over a part
	reissue := s.Billing.Reissue
	var numbers billing.Numbers
	err := v.read(func(tx *db.Tx) (err error) {
		if d, err = v.statementOf(tx); err != nil {
			return err
		}
		if asked, err = s.Billing.Asks(tx, d.Statement); err != nil {
			return err
		}
		if asked < d.Owed() {
			plan, _, err := collection.FindPlan(tx, d.ID)
			if err != nil {
				return err
			}
			next, _, _ := plan.Next(d.Received)
			part = next.Day
		}
		if v.wholeBill() {
			inParts, asked, reissue = asked < d.Owed(), d.Owed(), s.Billing.ReissueWhole
		}
		if account, err = credit.Load(tx, v.signIn.Member); err != nil {
			return err
		}
		if slip, err = s.Billing.SlipFor(tx, v.signIn.Member, d.ID); err != nil {
			return err
		}
		numbers, err = billing.NumbersOf(tx, slip)
		return err
	})
	if fault.Is(err, billing.StatementPaid) && d.Settled() || fault.Is(err, billing.StatementWrittenOff) { // there is nothing to pay
		return v.to(web.BillPath(d.ID.String()))
	}
	if page, ok := v.paidPage(err, d); ok {
		return v.show(page)
	}
	if err != nil {
		return err
	}
	if !slip.Serves(asked, v.today()) || numbers.Ended {
		err := v.write(func(tx *db.Tx) (err error) {
			if slip, err = reissue(tx, v.signIn.Member, d.ID); err != nil {
				return err
			}
			numbers, err = billing.NumbersOf(tx, slip)
			return err
		})
		if err != nil {
			return err
		}
	}
	if slip.Kind == billing.Number {
		return v.showNumbers(d, numbers, account)
	}
	return v.showSlip(d, slip, account, part, inParts)
}

// wholeBill tells whether a member who pays in parts asked for a barcode over all that is owed.
func (v *visit) wholeBill() bool { return v.r.URL.Query().Get("sum") == "all" }

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

func (v *visit) showSlip(d billing.Detail, slip billing.Slip, account credit.Account, part jst.Day, inParts bool) error {
	widths, wrong := konbini.Widths(slip.Digits)
	svg, drawn := barcode.Draw(widths, slipTitle(v.lang, slip.Digits), barcode.Screen)
	if err := errors.Join(wrong, drawn); err != nil {
		return err
	}
	page := web.PayPage{
		Debited: d.Way == billing.Debit, Asked: d.Awaited,
		Frame: v.frame(), Bill: v.billHead(d.Statement), Barcode: svg, Number: slip.Digits, Until: slip.ValidTo,
		Minutes: tellsWithinMinutes, Return: returns(account, d.Statement),
	}
	if d.Way != billing.Debit && !d.Awaited {
		page.Transfer = v.transferTo(d.Statement)
	}
	switch {
	case inParts:
		page.Parts = page.Bill.PayURL
	case slip.Amount < d.Owed():
		page.Part, page.PartDay, page.Whole, page.Return = slip.Amount, part, page.Bill.PayURL+"?sum=all", nil
	}
	for _, c := range chains {
		page.Chains = append(page.Chains, v.chain(c))
	}
	return v.show(page)
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
