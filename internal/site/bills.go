package site

import (
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/collection"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/money"
	"tsuke/internal/web"
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
		shown, err := v.overpaidView(tx, o)
		if err != nil {
			return page, err
		}
		page.Over = append(page.Over, shown)
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
		Rate: c.Rate, Waived: c.Waived != "", Forgiven: c.Waived.ByPeople(),
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
	if r.Allowance() {
		return web.BillReceipt{At: r.PaidDay.Start(), Amount: r.Amount, Taken: taken, Way: web.Reduced, Final: true}
	}
	if r.Chain == billing.DebitChain {
		return web.BillReceipt{At: r.PaidDay.Start(), Amount: r.Amount, Taken: taken, Way: web.Debit, Final: true}
	}
	if way == billing.Debit { // and paid at a till before the bank was asked
		way = billing.EBarcode
	}
	return web.BillReceipt{At: takenAt(r), Amount: r.Amount, Taken: taken, Way: web.Way(way), Place: v.chain(r.Chain), Final: r.State == billing.Confirmed}
}
