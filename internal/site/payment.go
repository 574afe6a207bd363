package site

import (
	"slices"

	"tsuke/internal/billing"
	"tsuke/internal/checkout"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/money"
	"tsuke/internal/web"
)

// payment is M9: one purchase with everything that happened to it. Another member's does not exist.
func (s *Site) payment(v *visit) error {
	pid, err := id.Parse[id.PaymentKind](v.r.PathValue("payment"))
	if err != nil {
		return NoPage.New()
	}
	var page web.PaymentPage
	err = v.read(func(tx *db.Tx) error {
		p, ok, err := checkout.Find(tx, pid)
		if err != nil {
			return err
		}
		if !ok || p.Member != v.signIn.Member {
			return NoPage.New()
		}
		page, err = v.paymentPage(tx, p)
		return err
	})
	if err != nil {
		return err
	}
	return v.show(page)
}

func (v *visit) paymentPage(tx *db.Tx, p checkout.Payment) (web.PaymentPage, error) {
	page := web.PaymentPage{
		Frame: v.frame(), OrderRef: p.OrderRef, Amount: p.Amount, Refunded: p.Refunded, State: paymentState(p), At: p.Created,
		Channel: channelWords[p.Channel], Reference: p.Reference().String(),
	}
	shop, err := v.site.Merchants.Load(tx, p.Merchant)
	if err != nil {
		return page, err
	}
	page.Shop = v.contact(shop)
	if !p.Session.IsZero() {
		s, ok, err := checkout.FindSession(tx, p.Session)
		if err != nil {
			return page, err
		}
		if ok {
			page.Lines, page.Shipping = orderLines(s.Cart), s.Cart.Shipping
			page.Delivery, page.Returns = s.Cart.Delivery, s.Cart.Cancellation
		}
	}
	facts, err := event.Timeline(tx, event.Subject(p.ID), timelineMax)
	if err != nil {
		return page, err
	}
	page.Timeline, page.Sent = moments(facts)
	page.Bill, err = v.billOf(tx, p, &page)
	slices.SortStableFunc(page.Timeline, func(a, b web.Moment) int { return b.At.Compare(a.At) })
	return page, err
}

var happened = map[string]web.Happened{
	"payment.authorized": web.HappenedApproved, "payment.declined": web.HappenedDeclined, "payment.confirmed": web.HappenedConfirmed,
	"payment.captured": web.HappenedCaptured, "payment.released": web.HappenedReleased, "payment.voided": web.HappenedVoided,
	"payment.expired": web.HappenedExpired, "payment.refunded": web.HappenedRefunded, "payment.repeated": web.HappenedRepeated,
	"payment.similar_stopped": web.HappenedStopped, "payment.similar_same": web.HappenedSame,
	"payment.similar_another": web.HappenedAnother, "payment.disowned": web.HappenedDisowned,
}

// moments turns a timeline into the member's words, the newest first, and counts how often the order was sent.
func moments(facts []event.Recorded) (out []web.Moment, sent int) {
	sent = 1
	for _, f := range facts {
		what, known := happened[f.Kind]
		if !known {
			continue
		}
		if what == web.HappenedRepeated {
			sent++
		}
		var data struct {
			Amount money.Yen `json:"amount"`
		}
		if err := f.Decode(&data); err != nil {
			data.Amount = 0
		}
		out = append(out, web.Moment{What: what, At: f.At, Side: sideWords[f.Side], Amount: data.Amount})
	}
	slices.Reverse(out)
	return out, sent
}

// billOf is the bill that a purchase is on or will be on, and adds to the timeline that it was billed and paid. A purchase
// that came to nothing is on none.
func (v *visit) billOf(tx *db.Tx, p checkout.Payment, page *web.PaymentPage) (*web.BillHead, error) {
	month := p.Day().Month()
	if !p.State.Live() && p.Captured == 0 {
		return nil, nil
	}
	captures, err := checkout.Captures(tx, p.ID)
	if err != nil {
		return nil, err
	}
	if len(captures) > 0 {
		month = captures[0].BillMonth
	} else if now := jst.MonthOf(tx.Now()); month.Before(now) {
		month = now
	}
	all, err := billing.Statements(tx, p.Member)
	if err != nil {
		return nil, err
	}
	for _, st := range all {
		if st.Month == month && len(captures) > 0 {
			head := v.billHead(st)
			more, err := billMoments(tx, st, p.Captured)
			page.Timeline = slices.Insert(page.Timeline, 0, more...)
			return &head, err
		}
	}
	preview, err := v.site.Billing.Preview(tx, p.Member, month)
	head := web.BillHead{
		Month: month, State: web.BillOpen, Total: preview.Total, Rest: preview.Total, Due: preview.Due,
		DaysLeft: preview.Due.Sub(v.today()), Way: web.Way(preview.Way), Fee: preview.Fee, URL: web.BillsPath,
	}
	return &head, err
}

// billMoments are what a bill adds to the timeline of a purchase, the newest first: that it came to stand on the bill, and
// that the bill was paid, at the minute at which the till took the money.
func billMoments(tx *db.Tx, st billing.Statement, captured money.Yen) ([]web.Moment, error) {
	out := []web.Moment{{What: web.HappenedBilled, At: st.Issued, Side: web.SideUs, Amount: captured}}
	if st.State != billing.Paid || st.PaidDay.IsZero() {
		return out, nil
	}
	d, err := billing.LoadStatement(tx, st.Member, st.ID)
	for _, r := range d.Receipts {
		if r.State == billing.Confirmed && r.Use == billing.Matched {
			out = slices.Insert(out, 0, web.Moment{
				What: web.HappenedPaid, At: takenAt(r), Side: web.SideMember, Amount: st.Total, Untimed: r.Chain == billing.TransferChain || r.Chain == billing.DebitChain,
			})
		}
	}
	return out, err
}
