package site

import (
	"net/url"

	"tsuke/internal/checkout"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/web"
)

// historyShown is how many purchases one page of the history has.
const historyShown = 20

// historyMonths is how many months can be chosen from.
const historyMonths = 24

// history is M8: all purchases, narrowed by month, state and shop. What is narrowed stands in the address.
func (s *Site) history(v *visit) error {
	page := web.HistoryPage{Frame: v.frame()}
	filter := v.historyFilter(&page)
	err := v.read(func(tx *db.Tx) error {
		if err := v.historyChoices(tx, &page); err != nil {
			return err
		}
		found, err := checkout.ListOfMember(tx, v.signIn.Member, filter)
		if err != nil {
			return err
		}
		if page.Lines, err = v.paymentLines(tx, found); err != nil {
			return err
		}
		return v.historyPlace(tx, &page, filter, found)
	})
	if err != nil {
		return err
	}
	return v.show(page)
}

// historyFilter reads the address. What it does not understand it leaves out, as if it had not been chosen.
func (v *visit) historyFilter(page *web.HistoryPage) checkout.Filter {
	q := v.r.URL.Query()
	f := checkout.Filter{Limit: historyShown}
	if m, err := jst.ParseMonth(q.Get("month")); err == nil {
		page.Month, f.Month = m, m
	}
	if states, ok := storedStates[web.PaymentState(q.Get("state"))]; ok {
		page.State, f.States = web.PaymentState(q.Get("state")), states
	}
	if m, err := id.Parse[id.MerchantKind](q.Get("shop")); err == nil {
		page.Shop, f.Merchant = m.String(), m
	}
	if p, err := id.Parse[id.PaymentKind](q.Get("after")); err == nil {
		f.After = p
	} else if p, err := id.Parse[id.PaymentKind](q.Get("before")); err == nil {
		f.Before = p
	}
	return f
}

func (v *visit) historyChoices(tx *db.Tx, page *web.HistoryPage) error {
	merchants, first, err := checkout.ShopsOfMember(tx, v.signIn.Member)
	if err != nil || len(merchants) == 0 {
		return err
	}
	names := v.shops(tx)
	for _, m := range merchants {
		name, err := names.name(m)
		if err != nil {
			return err
		}
		page.Shops = append(page.Shops, web.ShopChoice{ID: m.String(), Name: name})
	}
	for m := v.today().Month(); !m.Before(first) && len(page.Months) < historyMonths; m = m.Prev() {
		page.Months = append(page.Months, m)
	}
	return nil
}

// historyPlace counts what matches and where the page stands in it, and links to its neighbours.
func (v *visit) historyPlace(tx *db.Tx, page *web.HistoryPage, f checkout.Filter, found []checkout.Payment) error {
	f.After, f.Before = id.Payment{}, id.Payment{}
	var err error
	if page.Count, err = checkout.CountOfMember(tx, v.signIn.Member, f); err != nil || len(found) == 0 {
		return err
	}
	f.Before = found[0].ID
	newer, err := checkout.CountOfMember(tx, v.signIn.Member, f)
	page.From = newer + 1
	if newer > 0 {
		page.Newer = v.historyLink("before", found[0].ID)
	}
	if page.To() < page.Count {
		page.Older = v.historyLink("after", found[len(found)-1].ID)
	}
	return err
}

func (v *visit) historyLink(side string, p id.Payment) string {
	q := url.Values{side: {p.String()}}
	for _, keep := range []string{"month", "state", "shop"} {
		if value := v.r.URL.Query().Get(keep); value != "" {
			q.Set(keep, value)
		}
	}
	return web.HistoryPath + "?" + q.Encode()
}
