package web

import (
	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// Copy is a bill worded for the files that a member keeps, in the words of its page (M5).
type Copy struct {
	State string
	Lines []CopyLine // as issued: they add up to the bill's total
	Since []CopyLine // late charges, and minus what was paid: with the total they add up to what is owed
}

// CopyLine is a line of a copy. Kind is a word that programs can rely on.
type CopyLine struct {
	Kind   string
	Day    jst.Day
	Title  string
	Notes  []string
	Shop   string
	Order  string
	Bought jst.Day
	Amount money.Yen
	Tax    money.Yen
}

// Copy words a bill. carried is what its refunds and credits exceed its purchases by, moved what a later bill asks for of its
// late charges.
func (v *Views) Copy(lang Lang, b BillPage, carried, moved money.Yen) Copy {
	p := v.phrases(lang)
	c := Copy{State: p.text(b.Bill.State.Mark().Key)}
	if b.Bill.State == BillPaid && b.Bill.PaidOn.IsZero() {
		c.State = p.text("bill.nothing")
	}
	for _, l := range b.Lines {
		c.Lines = append(c.Lines, p.copyOfLine(l))
	}
	if carried > 0 {
		c.Lines = append(c.Lines, CopyLine{Kind: "carried", Title: p.text("bill.copy.carried"), Amount: carried})
	}
	for _, charge := range b.Charges {
		c.Since = append(c.Since, p.copyOfCharge(charge))
	}
	if moved > 0 {
		c.Since = append(c.Since, CopyLine{Kind: "moved", Title: p.text("bill.copy.moved"), Amount: -moved})
	}
	for _, r := range b.Receipts {
		c.Since = append(c.Since, p.copyOfReceipt(r))
	}
	if b.Written > 0 {
		c.Since = append(c.Since, CopyLine{Kind: "written_off", Title: p.text("bill.copy.written"), Amount: -b.Written})
	}
	return c
}

// WayName is what a way to pay is called, and Brand what the service is.
func (v *Views) WayName(lang Lang, way Way) string { return v.phrases(lang).text(way.Key()) }

// Brand is what the service is called.
func (v *Views) Brand(lang Lang) string { return v.phrases(lang).brand }

func (p phrases) copyOfLine(l BillLine) CopyLine {
	c := CopyLine{Kind: string(l.Kind), Day: l.Day, Title: p.text(l.Kind.Reason()), Shop: l.Shop, Order: l.Order, Amount: l.Amount, Tax: l.Tax}
	switch l.Kind {
	case LinePurchase:
		c.Title = l.Shop
	case LineRefund:
		c.Bought = l.Of
		c.Notes = append(c.Notes, p.text("bill.refund.of", "shop", l.Shop, "day", l.Of))
	case LineFee:
		c.Notes = append(c.Notes, p.text("bill.fee.why", "way", p.text(l.Way.Key())))
	case LineLates:
		c.Notes = append(c.Notes, p.text("bill.lates.why"))
	case LineCredit:
		c.Notes = append(c.Notes, p.text("bill.credit.why", "day", l.Day))
	}
	if l.Order != "" {
		c.Notes = append(c.Notes, p.text("order.ref", "ref", l.Order))
	}
	c.Notes = append(c.Notes, p.taxNote(l.Tax, l.TaxRate)...)
	return c
}

// taxNote tells the consumption tax within a sum.
func (p phrases) taxNote(tax money.Yen, rate money.BasisPoints) []string {
	if tax == 0 {
		return nil
	}
	return []string{p.text("bill.copy.tax", "tax", tax, "rate", rate)}
}

var chargeKinds = map[string]string{
	"bill.line.damages": "damages", "bill.line.instead": "store_fee", "bill.line.late_fee": "late_fee",
}

func (p phrases) copyOfCharge(b BillCharge) CopyLine {
	c := CopyLine{Kind: chargeKinds[b.Key()], Day: b.Day, Title: p.text(b.Key()), Amount: b.Amount, Tax: b.Tax}
	switch {
	case b.Forgiven:
		c.Notes = append(c.Notes, p.text("bill.late.forgiven"))
	case b.Waived:
		c.Notes = append(c.Notes, p.text("bill.late.waived", "day", b.Day))
	case b.Instead:
		c.Notes = append(c.Notes, p.text("bill.instead.why", "day", b.Day))
	default:
		c.Notes = append(c.Notes, p.text("bill.late.why", "day", b.Day, "due", b.Due))
	}
	switch {
	case b.Cut():
		c.Notes = append(c.Notes, p.text("bill.late.cut", "most", b.Most(), "yendays", b.YenDays, "rate", b.Rate, "full", b.Full))
	case b.Damages:
		c.Notes = append(c.Notes, p.text("bill.late.sum", "yendays", b.YenDays, "rate", b.Rate, "most", b.Most()))
	}
	c.Notes = append(c.Notes, p.taxNote(b.Tax, b.TaxRate)...)
	return c
}

func (p phrases) copyOfReceipt(r BillReceipt) CopyLine {
	c := CopyLine{Kind: "payment", Day: jst.DayOf(r.At), Title: p.text("bill.copy.paid", "way", p.text(r.Way.Key())), Amount: -r.Taken}
	if r.Way == Reduced {
		c.Kind, c.Title = "reduced", p.text(r.Way.Key())
	}
	if r.Place != "" {
		c.Notes = append(c.Notes, p.text("bill.copy.place", "at", r.At, "place", r.Place))
	}
	if !r.Final {
		c.Notes = append(c.Notes, p.text("bill.receipt.first"))
	}
	if r.Taken != r.Amount {
		c.Notes = append(c.Notes, p.text("bill.copy.over", "all", r.Amount, "rest", r.Amount-r.Taken))
	}
	return c
}
